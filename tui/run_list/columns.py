"""The columns of the run list."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

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

Clock = Callable[[], datetime]
Show = Callable[[RunSummary], Cell]


def run_columns(
    now: Clock, *, ascii_only: bool, id_width: int = 4, chosen: Sequence[str] = ()
) -> list[Column[RunSummary]]:
    """Return the columns in the order chosen; without a choice the usual ones.

    Names that mean none are left out. Those with the highest priority fold first on narrow
    terminals; what was chosen beside the usual ones, last of all.
    """
    every = all_columns(now, ascii_only=ascii_only, id_width=id_width)
    names = [name for name in dict.fromkeys(chosen) if name in every]
    if not names:
        return list(every.values())[:USUAL]
    return [every[name] for name in names]


def all_columns(now: Clock, *, ascii_only: bool, id_width: int = 4) -> dict[str, Column[RunSummary]]:
    """Return every column there is by name: the usual ones, then those that can be chosen beside them.

    The letters of the usual ones are small, those of the others capitals.
    """
    columns = [
        Column("id", "#", id_width, lambda run: Cell(str(run.id)), right=True, letter="n", about="number"),
        Column("status", "status", 13, partial(status_cell, now=now), letter="a", about="how it stands"),
        Column(
            "strategy", "strategy", 14, lambda run: Cell(run.strategy), grows=24, letter="y",
            about="what decided",
        ),
        Column("symbol", "symbol", 9, lambda run: Cell(run.symbol), letter="m", about="what was traded"),
        Column("timeframe", "tf", 3, lambda run: Cell(run.timeframe), letter="i", about="timeframe"),
        Column("start_date", "period", 15, _period, priority=6, letter="p", about="first and last month"),
        _right("total_trades", "trades", 6, _trades, priority=4, letter="t"),
        _right("win_rate", "win %", 5, _win_rate, priority=7, letter="w"),
        _right("profit_factor", "PF", 5, _figure("profit_factor"), priority=2, letter="f"),
        _right("total_return_pct", "return %", 8, _return, priority=1, letter="r"),
        _right("max_drawdown_pct", "dd %", 5, _drawdown, priority=3, letter="d"),
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
        _right("max_consec_wins", "wins", 4, _count("max_consec_wins"), letter="K"),
        _right("max_consec_losses", "losses", 6, _count("max_consec_losses"), letter="J"),
        _right("avg_spread", "avg spread", 10, _figure("avg_spread"), letter="A"),
        _right("spread_pips", "spread", 6, _figure("spread_pips"), letter="S", about="as set, in pips"),
        _right("initial_balance", "balance", 12, _figure("initial_balance"), letter="B", about="at first"),
        Column(
            "execution_mode", "mode", 12, lambda run: Cell(run.execution_mode), letter="M",
            about="close_price or intra_candle",
        ),
        _right("seconds_taken", "took", 7, _took, letter="T", about="from its start to its end"),
        Column("finished_at", "ended", 11, _ended, letter="D", about="when it ended"),
        Column(
            "notes", "note", 14, lambda run: Cell(run.notes or ""), grows=40, letter="N",
            about="what you noted on it",
        ),
    ]  # fmt: skip
    further = [replace(column, priority=1) for column in columns[USUAL:]]
    return {column.name: column for column in (*columns[:USUAL], *further)}


def _right(
    name: str, title: str, width: int, cell: Show, *, priority: int = 0, letter: str = "", about: str = ""
) -> Column[RunSummary]:
    return Column(name, title, width, cell, right=True, priority=priority, letter=letter, about=about)


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
    return Cell(f"▶ {run.progress_pct} %" + (f"  {formats.duration(left)}" if left else ""), "live")


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


def _period(run: RunSummary) -> Cell:
    return Cell(formats.period(run.start_date, run.end_date))


def _trades(run: RunSummary) -> Cell:
    if run.status == "running" and run.live_trades:
        return Cell(formats.count(run.live_trades), "live")
    return Cell(formats.count(run.total_trades))


def _win_rate(run: RunSummary) -> Cell:
    return Cell(formats.percent_of_one(run.win_rate))


def _figure(name: str) -> Show:
    return lambda run: Cell(formats.number(getattr(run, name)))


def _count(name: str) -> Show:
    return lambda run: Cell(formats.count(getattr(run, name)))


def _gain(name: str) -> Show:
    def show(run: RunSummary) -> Cell:
        value = getattr(run, name)
        return Cell(formats.number(value, signed=True), gain_style(value))

    return show


def _return(run: RunSummary) -> Cell:
    value = run.total_return_pct
    if value is None and run.status == "running" and run.live_equity is not None:
        return Cell(formats.number((run.live_equity / run.initial_balance - 1) * 100, signed=True), "live")
    return Cell(formats.number(value, signed=True), gain_style(value))


def gain_style(value: float | None) -> str:
    """Return the style of a profit or a loss; its sign tells it too."""
    return "" if not value else "good" if value > 0 else "bad"


def _drawdown(run: RunSummary) -> Cell:
    return Cell(formats.number(run.max_drawdown_pct, 1))


def _spark(run: RunSummary, *, ascii_only: bool) -> Cell:
    return Cell(spark(preview_values(run.preview), SPARK_WIDTH, ascii_only=ascii_only), "dim")


def _made(run: RunSummary) -> Cell:
    return Cell(formats.short_moment(run.created_at))


def _took(run: RunSummary) -> Cell:
    return Cell(formats.UNDEFINED if run.seconds_taken is None else formats.taken(run.seconds_taken))


def _ended(run: RunSummary) -> Cell:
    return Cell(formats.UNDEFINED if run.finished_at is None else formats.short_moment(run.finished_at))
