"""The columns of the run list."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from db.runs import RunSummary
from tui import formats
from tui.curves import preview_values
from tui.plots import spark
from tui.widgets.columns import Cell, Column

# A worker that has not been heard of for this long is told of; it is not judged.
SILENCE = timedelta(seconds=15)
_SILENCE_STEP = 5

SPARK_WIDTH = 12

Clock = Callable[[], datetime]


def run_columns(now: Clock, *, ascii_only: bool, id_width: int = 4) -> list[Column[RunSummary]]:
    """Return the columns; those with the highest priority fold first on narrow terminals."""
    return [
        Column("id", "#", id_width, lambda run: Cell(str(run.id)), right=True, letter="n"),
        Column("status", "status", 13, partial(status_cell, now=now), letter="a"),
        Column("strategy", "strategy", 14, lambda run: Cell(run.strategy), grows=24, letter="y"),
        Column("symbol", "symbol", 9, lambda run: Cell(run.symbol), letter="m"),
        Column("timeframe", "tf", 3, lambda run: Cell(run.timeframe)),
        Column("start_date", "period", 15, _period, priority=6, letter="p"),
        Column("total_trades", "trades", 6, _trades, right=True, priority=4, letter="t"),
        Column("win_rate", "win %", 5, _win_rate, right=True, priority=7, letter="w"),
        Column("profit_factor", "PF", 5, _figure("profit_factor"), right=True, priority=2, letter="f"),
        Column("total_return_pct", "return %", 8, _return, right=True, priority=1, letter="r"),
        Column("max_drawdown_pct", "dd %", 5, _drawdown, right=True, priority=3, letter="d"),
        Column("sharpe_ratio", "sharpe", 6, _figure("sharpe_ratio"), right=True, priority=5, letter="h"),
        Column("equity", "equity", SPARK_WIDTH, partial(_spark, ascii_only=ascii_only), priority=8),
        Column("created_at", "made", 11, _made, priority=9, letter="c"),
    ]


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


def status_word(status: str) -> str:
    """Return the word that people read for a status of the store."""
    return "done" if status == "completed" else status


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


def _figure(name: str) -> Callable[[RunSummary], Cell]:
    return lambda run: Cell(formats.number(getattr(run, name)))


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
