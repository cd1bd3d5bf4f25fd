"""The columns of the run list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from rich.cells import cell_len

from db.runs import RunSummary
from tui import formats
from tui.drawing.curves import preview_values
from tui.drawing.plots import spark
from tui.widgets.columns import Cell, Column

# A worker that has not been heard of for this long is told of; it is not judged.
SILENCE = timedelta(seconds=15)
_SILENCE_STEP = 5

SPARK_WIDTH = 12
# How many of all columns, from the first, are shown as long as nobody has chosen.
USUAL = 14

# Longer names are cut where there is nothing left to give them.
_LONGEST_STRATEGY, _LONGEST_SYMBOL = 24, 12
# A name takes so much of the terminal before other columns do, and the rest from what they leave.
_LEAST_STRATEGY, _STRATEGY_SHARE = 10, 6
# A note takes whatever is left.
_LONGEST_NOTE = 1_000
_LONGEST_PARAMETERS = 60

Clock = Callable[[], datetime]


class Figure(NamedTuple):
    """A figure, how many digits it has behind the point, whether its sign is always shown, and its style."""

    value: float | None
    digits: int = 2
    signed: bool = False
    style: str = ""


Take = Callable[[RunSummary], Figure]


@dataclass(frozen=True)
class Widths:
    """How wide the terminal is, and how wide numbers, names and symbols are in the rows seen so far."""

    terminal: int = 80
    id: int = 4
    strategy: int = 14
    symbol: int = 6

    def seeing(self, runs: Sequence[RunSummary]) -> "Widths":
        """Return the same with room for these rows: a column never becomes narrower again."""
        strategy = max((cell_len(run.strategy) for run in runs), default=0)
        symbol = max((cell_len(run.symbol) for run in runs), default=0)
        return replace(
            self,
            strategy=max(self.strategy, min(strategy, _LONGEST_STRATEGY)),
            symbol=max(self.symbol, min(symbol, _LONGEST_SYMBOL)),
        )

    @property
    def least_strategy(self) -> int:
        """What a name takes before other columns do."""
        return min(self.strategy, max(_LEAST_STRATEGY, self.terminal // _STRATEGY_SHARE))


def run_columns(
    now: Clock,
    *,
    ascii_only: bool,
    widths: Widths | None = None,
    chosen: Sequence[str] = (),
    sorted_by: str = "",
) -> list[Column[RunSummary]]:
    """Return the columns in the order chosen, without a choice the usual ones; last what is `sorted_by`.

    Names that mean none are left out. Those with the highest priority fold first on narrow
    terminals; what was chosen beside the usual ones, last of all.
    """
    every = all_columns(now, ascii_only=ascii_only, widths=widths)
    names = [name for name in chosen if name in every] or list(every)[:USUAL]
    return [every[name] for name in dict.fromkeys((*names, sorted_by)) if name in every]


def all_columns(
    now: Clock, *, ascii_only: bool, widths: Widths | None = None
) -> dict[str, Column[RunSummary]]:
    """Return every column there is by name: the usual ones, then those that can be chosen beside them.

    The letters of the usual ones are small, those of the others capitals.
    """
    wide = widths or Widths()
    columns = [
        Column("id", "#", wide.id, lambda run: Cell(str(run.id)), right=True, letter="n", about="number"),
        Column("status", "status", 13, partial(status_cell, now=now), letter="a", about="how it stands"),
        Column(
            "strategy", "strategy", wide.least_strategy, lambda run: Cell(run.strategy), letter="y",
            grows=wide.strategy, about="what decided",
        ),
        Column(
            "symbol", "symbol", wide.symbol, lambda run: Cell(run.symbol), letter="m", about="what was traded"
        ),
        Column("timeframe", "tf", 3, lambda run: Cell(run.timeframe), letter="i", about="timeframe"),
        Column("start_date", "period", 15, _period, priority=6, letter="p", about="first and last month"),
        _right("total_trades", "trades", 6, _trades, priority=4, letter="t"),
        _right("win_rate", "win %", 5, _win_rate, priority=7, letter="w"),
        _right("profit_factor", "PF", 5, _figure("profit_factor"), priority=2, letter="f"),
        _right("total_return_pct", "return %", 8, _return, priority=1, letter="r"),
        _right("max_drawdown_pct", "dd %", 5, _figure("max_drawdown_pct", 1), priority=3, letter="d"),
        _right("sharpe_ratio", "sharpe", 6, _figure("sharpe_ratio"), priority=5, letter="h"),
        Column(
            "equity", "equity", SPARK_WIDTH, partial(_spark, ascii_only=ascii_only), priority=8,
            about="equity from beginning to end",
        ),
        Column("created_at", "made", 11, _made, priority=9, letter="c", about="when it was submitted"),
        _right("net_profit", "net profit", 11, _gain("net_profit"), letter="P"),
        _right("expectancy", "expectancy", 10, _gain("expectancy"), letter="E"),
        _right("sortino_ratio", "sortino", 7, _figure("sortino_ratio"), letter="O"),
        _right("recovery_factor", "recovery", 8, _figure("recovery_factor"), letter="R"),
        _right("avg_win", "avg win", 9, _gain("avg_win"), letter="W"),
        _right("avg_loss", "avg loss", 9, _gain("avg_loss"), letter="L"),
        _right("max_consec_wins", "wins", 4, _figure("max_consec_wins", 0), letter="K"),
        _right("max_consec_losses", "losses", 6, _figure("max_consec_losses", 0), letter="J"),
        _right("avg_spread", "avg spread", 10, _figure("avg_spread"), letter="A"),
        Column("spread_pips", "spread", 6, _spread, right=True, letter="S", about="as set, in pips, or data"),
        _right("initial_balance", "balance", 12, _figure("initial_balance"), letter="B", about="at first"),
        Column(
            "execution_mode", "mode", 12, lambda run: Cell(run.execution_mode), letter="M",
            about="close_price or intra_candle",
        ),
        Column(
            "seconds_taken", "took", 7, _took, right=True, letter="T", about="from its start to its end"
        ),
        Column("finished_at", "ended", 11, _ended, letter="D", about="when it ended"),
        Column(
            "notes", "note", 14, lambda run: Cell(run.notes or ""), grows=_LONGEST_NOTE, letter="N",
            about="what you noted on it",
        ),
        Column(
            "params", "parameters", 14, lambda run: Cell(" · ".join(parameters_of(run))),
            grows=_LONGEST_PARAMETERS, about="what its strategy was given",
        ),
    ]  # fmt: skip
    further = [replace(column, priority=1) for column in columns[USUAL:]]
    return {column.name: column for column in (*columns[:USUAL], *further)}


def _right(
    name: str, title: str, width: int, figure: Take, *, priority: int = 0, letter: str = "", about: str = ""
) -> Column[RunSummary]:
    """Return a column of figures, each with as many digits as there is room for."""

    def cell(run: RunSummary) -> Cell:
        value, digits, signed, style = figure(run)
        return Cell(
            formats.UNDEFINED if value is None else within(width, value, digits, signed=signed), style
        )

    return Column(name, title, width, cell, right=True, priority=priority, letter=letter, about=about)


def within(width: int, value: float, digits: int, *, signed: bool = False) -> str:
    """Return a figure in at most so many cells: with fewer digits behind the point, else in thousands."""
    exact = [formats.number(value, fewer, signed=signed) for fewer in range(digits, -1, -1)]
    larger = [
        f"{formats.number(value / size, fewer, signed=signed)}{unit}"
        for size, unit in _UNITS
        for fewer in (1, 0)
        if abs(value) >= size
    ]
    return next((text for text in (*exact, *larger) if len(text) <= width), f"{value:.0e}")


_UNITS = ((1e3, "k"), (1e6, "M"), (1e9, "G"), (1e12, "T"))


# What is read from A to Z, and so sorted; everything else has its largest first.
ASCENDING = frozenset({"strategy", "symbol", "status", "timeframe", "execution_mode", "notes"})


def status_cell(run: RunSummary, *, now: Clock) -> Cell:
    """Return glyph, word, percent and time left; a silent worker is called silent."""
    if run.status != "running":
        return _ENDED.get(run.status, Cell(run.status))
    if run.cancel_requested:
        return Cell("▶ cancelling", "live")
    silent = silence(run.heartbeat, now())
    if silent:
        return Cell(f"▶ no sign {silent}s" if silent < 100 else f"▶ no sign {silent // 60}m", "warn")
    if not run.bars_done:
        return Cell(f"▶ {run.phase or 'starting'}", "live")
    left = time_left(run.started_at, run.heartbeat, run.bars_done, run.bars_total)
    return Cell(f"▶ {run.progress_pct} %" + (f"  {_short(left)}" if left else ""), "live")


def _short(seconds: float) -> str:
    """Return a length of time in at most five letters."""
    if round(seconds) < 3_600:
        return formats.duration(seconds)
    return f"{seconds / 3_600:.1f} h" if seconds < 36_000 else f"{min(seconds / 3_600, 999):.0f} h"


_ENDED = {
    "pending": Cell("… waiting", "dim"),
    "completed": Cell("✓ done"),
    "failed": Cell("✗ failed", "bad"),
    "cancelled": Cell("■ cancelled", "dim"),
}


def silence(heartbeat: datetime | None, now: datetime) -> int:
    """Return for how many seconds a worker has been silent, in steps of five; 0 below 15 s."""
    if heartbeat is None or now - heartbeat < SILENCE:
        return 0
    return int((now - heartbeat).total_seconds()) // _SILENCE_STEP * _SILENCE_STEP


def time_left(started: datetime | None, heard: datetime | None, done: int, total: int) -> float:
    """Return about how many seconds a run still takes, at its speed so far; 0 if unknown."""
    if started is None or heard is None or not 0 < done < total:
        return 0.0
    return (heard - started).total_seconds() / done * (total - done)


def parameters_of(run: RunSummary) -> list[str]:
    """Return what the strategy of a run was given, each value with its name."""
    from core.run_settings import parameters_in_short

    return parameters_in_short(run.params)


def _period(run: RunSummary) -> Cell:
    return Cell(formats.period(run.start_date, run.end_date))


def _trades(run: RunSummary) -> Figure:
    if run.status == "running" and run.live_trades:
        return Figure(run.live_trades, 0, style="live")
    return Figure(run.total_trades, 0)


def _win_rate(run: RunSummary) -> Figure:
    return Figure(None if run.win_rate is None else run.win_rate * 100, 1)


def _figure(name: str, digits: int = 2) -> Take:
    return lambda run: Figure(getattr(run, name), digits)


def _spread(run: RunSummary) -> Cell:
    """Return the spread in the words of the form: `data` is the one recorded with each bar."""
    return Cell("data" if run.spread_is_recorded else within(6, run.spread_pips, 2))


def _gain(name: str) -> Take:
    return lambda run: _gained(getattr(run, name))


def _return(run: RunSummary) -> Figure:
    if run.total_return_pct is None and run.status == "running" and run.live_equity is not None:
        return Figure((run.live_equity / run.initial_balance - 1) * 100, signed=True, style="live")
    return _gained(run.total_return_pct)


def _gained(value: float | None) -> Figure:
    return Figure(value, signed=True, style=gain_style(value))


def gain_style(value: float | None) -> str:
    """Return the style of a profit or a loss; its sign tells it too."""
    return "" if not value else "good" if value > 0 else "bad"


def _spark(run: RunSummary, *, ascii_only: bool) -> Cell:
    return Cell(spark(preview_values(run.preview), SPARK_WIDTH, ascii_only=ascii_only), "dim")


def _made(run: RunSummary) -> Cell:
    return Cell(formats.short_moment(run.created_at))


def _took(run: RunSummary) -> Cell:
    return Cell(formats.UNDEFINED if run.seconds_taken is None else formats.taken(run.seconds_taken))


def _ended(run: RunSummary) -> Cell:
    return Cell(formats.UNDEFINED if run.finished_at is None else formats.short_moment(run.finished_at))
