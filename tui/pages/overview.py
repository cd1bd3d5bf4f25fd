"""The overview of a run as lines: how far it is, its curves, its figures, its settings."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.results.figures import FURTHER, MAIN, Figure, value_of
from core.run_remarks import remarks
from core.run_settings import parameters_in_short, terms_in_short
from core.text import clean
from db.runs import RunRecord
from tui import formats
from tui.drawing.curves import Curve
from tui.run_list.columns import gain_style, silence, time_left
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, line

_GAP = 3
_LEAST_COLUMN = 24
_MOST_COLUMN = 30


@dataclass(frozen=True)
class Room:
    """The cells there are, and whether the terminal knows more than ASCII."""

    width: int
    height: int
    ascii_only: bool


def status_line(run: RunRecord, moment: datetime) -> Line:
    """Return the state of a run in a few words."""
    if run.status == "pending":
        return line("… waiting for its turn", "dim")
    if run.status == "failed":
        return line(f"✗ failed{_where(run)}", "bad")
    if run.status == "cancelled":
        return line(f"■ cancelled{_where(run)}", "dim")
    if run.status == "completed":
        taken = (run.finished_at - run.started_at) if run.finished_at and run.started_at else None
        return line("✓ done" + (f" in {formats.taken(taken.total_seconds())}" if taken else ""))
    return _running(run, moment)


def _where(run: RunRecord) -> str:
    return f" at {run.progress_pct} %" if run.progress_pct else ""


def _running(run: RunRecord, moment: datetime) -> Line:
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
    if run.started_at and job.heartbeat and job.heartbeat > run.started_at:
        speed = job.bars_done / (job.heartbeat - run.started_at).total_seconds()
        parts.append(f"{formats.compact(speed)} bars/s")
    left = time_left(run.started_at, job.heartbeat, job.bars_done, job.bars_total)
    if left:
        parts.append(f"{formats.duration(left)} left")
    return line("  ".join(parts), "live")


def overview_lines(run: RunRecord, curve: Curve, room: Room) -> list[Line]:
    """Return the whole page; it may be longer than the room is high. Without room there is none."""
    if room.width < _LEAST_COLUMN:
        return []
    lines = _state_lines(run, room)
    settings = _settings_lines(run, room.width)
    if run.status != "completed":
        left = room.height - len(lines) - len(settings) - 1
        return [*lines, *_charts(curve, room, left), *settings]
    figures = _figure_lines(_told(run, MAIN), room.width)
    further = _figure_lines(_told(run, FURTHER), room.width)
    doubts = _wrapped(remarks(run), room.width, "warn")
    below = [*figures, line(""), *settings, *doubts, line(""), *further]
    left = room.height - len(lines) - len(below) - 1
    return [*lines, *_charts(curve, room, left), *below]


def _state_lines(run: RunRecord, room: Room) -> list[Line]:
    if run.status == "failed":
        reason = run.error_message or "It ended without a reason."
        return [*(line(text, "bad") for text in textwrap.wrap(reason, room.width)), line("")]
    if run.status == "running" and run.job is not None and run.job.bars_total:
        return [_progress(run, room), line("")]
    if run.statistics.get("stopped_out"):
        return [line("The account was used up before the end; the run traded no more.", "bad"), line("")]
    return []


def _progress(run: RunRecord, room: Room) -> Line:
    job = run.job
    assert job is not None  # noqa: S101 - looked at by the caller
    width = 40 if room.width >= 110 else 16
    done = round(job.bars_done / job.bars_total * width)
    full, empty = ("#", ".") if room.ascii_only else ("━", "─")
    bars = f"  {formats.count(job.bars_done)} of {formats.count(job.bars_total)} bars"
    so_far = f"  {formats.plural(job.trades, 'trade')}"
    equity = f"  equity {formats.number(job.equity)}" if job.equity is not None else ""
    return (
        Cell(full * done, "live"),
        Cell(empty * (width - done), "dim"),
        Cell(bars + so_far + equity),
    )


def _charts(curve: Curve, room: Room, left: int) -> list[Line]:
    times, values = curve
    if not times:
        return []
    from tui.drawing.plots import drawdown_chart, line_chart

    height = min(max(left, 11), 26)
    low = max(3, (height - 2) // 3)
    axis = 10
    width = min(room.width, 160)
    equity = line_chart(
        times, values, width=width, height=height - 2 - low, ascii_only=room.ascii_only, axis_width=axis
    )
    fall = drawdown_chart(times, values, width=width, height=low, ascii_only=room.ascii_only, axis_width=axis)
    drawn = [
        *((Cell(side, "dim"), Cell(canvas, "accent")) for side, canvas in equity.rows[:-1]),
        *((Cell(side, "dim"), Cell(canvas, "bad")) for side, canvas in fall.rows),
    ]
    titled: list[Line] = [line("equity", "dim"), *drawn[: height - 3 - low], line("drawdown %", "dim")]
    return [*titled, *drawn[height - 3 - low :], line("")]


# Figures


Told = tuple[str, str, str]


def _figure_lines(figures: Sequence[Told], width: int) -> list[Line]:
    columns = max(1, min((width + _GAP) // (_LEAST_COLUMN + _GAP), 4))
    each = min((width + _GAP) // columns - _GAP, _MOST_COLUMN)
    rows = -(-len(figures) // columns)
    return [_figure_row(figures[row::rows], each) for row in range(rows)]


def _figure_row(figures: Sequence[Told], each: int) -> Line:
    cells: list[Cell] = []
    for index, (name, value, style) in enumerate(figures):
        cells.append(Cell((" " * _GAP if index else "") + name, "dim"))
        cells.append(Cell(" " * max(1, each - len(name) - len(value)) + value, style))
    return tuple(cells)


def _told(run: RunRecord, figures: Sequence[Figure]) -> list[Told]:
    return [_one(figure, value_of(run, figure)) for figure in figures]


def _one(figure: Figure, value: float | None) -> Told:
    return figure.label, figure.text(value), gain_style(value) if figure.signed else ""


# Settings


def _settings_lines(run: RunRecord, width: int) -> list[Line]:
    texts = [" · ".join(parameters_in_short(run)), " · ".join(terms_in_short(run)), clean(run.notes or "")]
    return _wrapped(texts, width, "dim")


def _wrapped(texts: Sequence[str], width: int, style: str) -> list[Line]:
    return [line(part, style) for text in texts for part in textwrap.wrap(text, width)]
