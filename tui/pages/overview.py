"""The overview of a run as lines: how far it is, its curves, its figures, its settings."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from rich.cells import cell_len

from core.jobs.settings import RunSettings
from core.results.figures import FURTHER, MAIN, Figure, Kind, value_of
from core.run_remarks import remarks, verdict
from core.run_settings import parameters_in_short, terms_in_short
from core.text import clean
from db.jobs import JobRecord
from db.runs import RunRecord
from tui import formats
from tui.drawing.curves import Curve
from tui.drawing.room import Room
from tui.folding import wrapped
from tui.pages.run_charts import Account, Held, RunCharts
from tui.pages.so_far import SoFar, of_run
from tui.run_curve import period_of
from tui.run_list.columns import gain_style, silence, time_left
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, length, line

_GAP = 3
_LEAST_COLUMN = 24
_MOST_COLUMN = 30
_BETWEEN = " · "


_NOTHING_HELD = Held()


def status_line(run: RunRecord, moment: datetime, *, has_speed: bool = True) -> Line:
    """Return the state of a run in a few words, its speed only where there is room for that."""
    if run.status == "pending":
        return line("… waiting for its turn", "dim")
    if run.status == "failed":
        return line(f"✗ failed{_where(run)}", "bad")
    if run.status == "cancelled":
        return line(f"■ cancelled{_where(run)}", "dim")
    if run.status == "completed":
        taken = (run.finished_at - run.started_at) if run.finished_at and run.started_at else None
        return line("✓ done" + (f" in {formats.taken(taken.total_seconds())}" if taken else ""))
    return _running(run, moment, has_speed=has_speed)


def _where(run: RunRecord) -> str:
    return f" at {run.progress_pct} %" if run.progress_pct else ""


def _running(run: RunRecord, moment: datetime, *, has_speed: bool) -> Line:
    job = run.job
    if job is None:
        return line("▶ starting", "live")
    silent = silence(job.heartbeat, moment)
    if silent:
        return line(f"▶ {run.progress_pct} %  no sign for {silent} s", "warn")
    if job.cancel_requested:
        return line(f"▶ {run.progress_pct} %  cancelling", "live")
    if not job.bars_done:
        return line(f"▶ {job.phase or 'starting'}", "live")
    parts = [f"▶ {run.progress_pct} %"]
    if has_speed and run.started_at and job.heartbeat and job.heartbeat > run.started_at:
        speed = job.bars_done / (job.heartbeat - run.started_at).total_seconds()
        parts.append(f"{formats.compact(speed)} bars/s")
    left = time_left(run.started_at, job.heartbeat, job.bars_done, job.bars_total)
    if left:
        parts.append(f"{formats.duration(left)} left")
    return line("  ".join(parts), "live")


def overview_lines(
    run: RunRecord,
    curve: Curve,
    room: Room,
    held: Held = _NOTHING_HELD,
    charts: RunCharts | None = None,
    *,
    waiting: Sequence[str] = (),
) -> list[Line]:
    """Return the whole page; it may be longer than the room is high. Without room there is none.

    `charts` remember what they drew the last time; `waiting` says what holds a waiting run up.
    """
    if room.width < _LEAST_COLUMN:
        return []
    above = _waiting_lines(waiting, room.width) or _state_lines(run, curve, room)
    below, further = _below(run, room.width), _further(run, room.width)
    # What is further down is scrolled to: curves are worth more than to have it on the first screen.
    left = room.height - len(above) - len(below) - 1
    period = None if run.status == "completed" else period_of(run)
    account = Account(_currency(run), run.initial_balance, _until(run), period)
    drawn = (charts or RunCharts()).lines(account, curve, held, Room(room.width, left, room.ascii_only))
    if not drawn and run.status == "completed":
        drawn = [line(f"money in {account.currency}", "dim")]
    return [*above, *drawn, *below, *further]


def _until(run: RunRecord) -> str:
    """Return where the equity of a run without a result ends; "" for one that is done or goes on."""
    ends = {"cancelled": "was cancelled", "failed": "failed"}
    return f" until it {ends[run.status]}{_where(run)}" if run.status in ends else ""


def _below(run: RunRecord, width: int) -> list[Line]:
    """Return figures, settings and what makes the figures doubtful; no figures before there are any."""
    settings = _settings_lines(run, width)
    if run.status != "completed":
        return settings
    said = verdict(run)
    doubts = _wrapped([doubt for doubt in remarks(run) if doubt != said], width, "warn")
    return [*_figure_lines(run, MAIN, width), line(""), *settings, *doubts]


def _further(run: RunRecord, width: int) -> list[Line]:
    return [line(""), *_figure_lines(run, FURTHER, width)] if run.status == "completed" else []


def _currency(run: RunRecord) -> str:
    return clean(RunSettings.of_run(run).account_currency, limit=3)


def _waiting_lines(waiting: Sequence[str], width: int) -> list[Line]:
    return [*_wrapped(waiting, width, ""), line("")] if waiting else []


def _state_lines(run: RunRecord, curve: Curve, room: Room) -> list[Line]:
    if run.status == "completed":
        return _wrapped([verdict(run)], room.width, "bad")
    found = _how_far(run, of_run(run, curve), room)
    if run.status == "failed":
        reason = run.error_message or "It ended without a reason."
        return [*_wrapped([reason], room.width, "bad"), *found, line("")]
    return [*found, line("")] if found else []


def _how_far(run: RunRecord, so_far: SoFar, room: Room) -> list[Line]:
    """Return how far a run is and what came of it, or had when it ended; nothing before its first bar."""
    if so_far.none_done:
        return _wrapped([so_far.none_done], room.width, "dim")
    if run.job is None or not so_far.total:
        return []
    told = [_gains(so_far, room.width)] if so_far.done and so_far.net is not None else []
    return [_progress(run, run.job, room), *told]


def _gains(so_far: SoFar, width: int) -> Line:
    """Return a line of the figures there are before a result, as many as there is room for."""
    cells = [Cell("until then" if so_far.has_ended else "so far", "dim")]
    for name, value, unit, style in so_far.figures():
        further = (Cell(f"  {name} ", "dim"), Cell(f"{value} {unit}".rstrip(), style))
        if length((*cells, *further)) <= width:
            cells += further
    return tuple(cells)


def _progress(run: RunRecord, job: JobRecord, room: Room) -> Line:
    width = 40 if room.width >= 110 else 16
    done = round(job.bars_done / job.bars_total * width)
    full, empty = ("#", ".") if room.ascii_only else ("━", "─")
    bars = f"  {formats.count(job.bars_done)} of {formats.count(job.bars_total)} bars"
    so_far = f"  {formats.plural(job.trades, 'trade')}"
    equity = f"  equity {formats.number(job.equity)}" if job.equity is not None else ""
    return (
        Cell(full * done, "live" if run.status == "running" else "dim"),
        Cell(empty * (width - done), "dim"),
        Cell(bars + so_far + equity),
    )


# Figures


Told = tuple[str, str, str]


def _figure_lines(run: RunRecord, figures: Sequence[Figure], width: int) -> list[Line]:
    """Return figures in as many columns as they fit into: four, of wide ones as many as have room."""
    least, widest = ((width + _GAP) // (cells + _GAP) for cells in (_LEAST_COLUMN, _MOST_COLUMN))
    for columns in range(max(min(least, 4), widest), 1, -1):
        room = (width + _GAP) // columns - _GAP
        told = _told(run, figures, room)
        if _longest(told) <= room:
            return _in_columns(told, columns, room)
    return _in_columns(_told(run, figures, width), 1, width)


def _in_columns(told: Sequence[Told], columns: int, room: int) -> list[Line]:
    rows = -(-len(told) // columns)
    each = min(room, max(_MOST_COLUMN, _longest(told)))
    return [_figure_row(told[row::rows], each) for row in range(rows)]


def _longest(told: Sequence[Told]) -> int:
    return max(len(name) + 1 + len(value) for name, value, _ in told)


def _figure_row(figures: Sequence[Told], each: int) -> Line:
    cells: list[Cell] = []
    for index, (name, value, style) in enumerate(figures):
        cells.append(Cell((" " * _GAP if index else "") + name, "dim"))
        cells.append(Cell(" " * max(1, each - len(name) - len(value)) + value, style))
    return tuple(cells)


def _told(run: RunRecord, figures: Sequence[Figure], room: int) -> list[Told]:
    return [_one(figure, value_of(run, figure), room) for figure in figures]


def _one(figure: Figure, value: float | None, room: int) -> Told:
    """Return a figure; money has cents where there is room for them."""
    text = figure.text(value)
    if figure.kind is Kind.MONEY and len(figure.label) + 1 + len(text) > room:
        text = replace(figure, digits=0).text(value)
    return figure.label, text, gain_style(value) if figure.signed else ""


# Settings


def _settings_lines(run: RunRecord, width: int) -> list[Line]:
    told = (parameters_in_short(run.params), terms_in_short(run))
    joined = [line(row, "dim") for parts in told for row in _joined(parts, width)]
    return [*joined, *_wrapped([f"note: {clean(run.notes)}"] if run.notes else [], width, "dim")]


def _joined(parts: Sequence[str], width: int) -> list[str]:
    """Return parts beside each other, as many as fit in a line; only one that is longer is broken itself."""
    rows: list[str] = []
    for part in parts:
        longer = f"{rows[-1]}{_BETWEEN}{part}" if rows else part
        if rows and cell_len(longer) <= width:
            rows[-1] = longer
        else:
            rows += wrapped(part, width)
    return rows


def _wrapped(texts: Sequence[str], width: int, style: str) -> list[Line]:
    return [line(part, style) for text in texts for part in wrapped(text, width)]
