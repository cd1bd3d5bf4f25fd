"""Runs side by side as lines: their curves over each other, their figures, the settings that differ."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from core.comparing import compared_figures, differing_settings, unlike
from core.text import clean
from db.runs import RunRecord
from tui import formats
from tui.drawing.blocks import overlay_line
from tui.drawing.curves import Curve
from tui.drawing.plots import MOST_OVERLAID, overlay_chart
from tui.pages.overview import status_line
from tui.widgets.columns import Cell, aligned
from tui.widgets.lines import Line, cut, line

# The style of each curve by its index, as the overlay names it; each has its letter too.
STYLES = {str(index): f"curve-{index}" for index in range(MOST_OVERLAID)}
_BEST = "*"
_LABEL, _GAP, _LEAST, _LONGEST = 18, 2, 12, 28
_FEWEST_CHART_LINES, _MOST_CHART_LINES = 6, 24

Row = tuple[str, Sequence[str], int | None]


@dataclass(frozen=True)
class Compared:
    """At most `MOST_OVERLAID` runs, and the curve of each in % of its initial balance."""

    runs: Sequence[RunRecord]
    curves: Sequence[Curve]


def compare_lines(
    compared: Compared,
    width: int,
    height: int,
    moment: datetime,
    *,
    ascii_only: bool,
    letters_only: bool = False,
) -> list[Line]:
    """Return everything about some runs, laid out for so many cells; the chart takes half of `height`.

    With `letters_only`, where there are no colours, curves are drawn with their letters alone.
    """
    chart_height = min(_MOST_CHART_LINES, max(_FEWEST_CHART_LINES, height // 2 - len(compared.runs)))
    chart = overlay_chart(
        compared.curves, width=width, height=chart_height, ascii_only=ascii_only, letters_only=letters_only
    )
    return [
        *_legend(compared.runs, chart.markers, moment, width),
        line(""),
        *(overlay_line(row, STYLES) for row in (chart.rows if any(xs for xs, _ in compared.curves) else ())),
        *_warning(compared.runs, width),
        *_blocks(compared.runs, chart.markers, width),
    ]


def _legend(
    runs: Sequence[RunRecord], markers: Sequence[str], moment: datetime, width: int
) -> Iterator[Line]:
    for index, (run, marker) in enumerate(zip(runs, markers, strict=True)):
        about = f"{run.strategy} · {run.symbol} {run.timeframe} · {_period(run)}"
        head = (Cell(f"{marker} ", STYLES[str(index)]), Cell(f"#{run.id} ", "title"))
        yield cut((*head, Cell(f"{clean(about)}  "), *status_line(run, moment)), width)


def _warning(runs: Sequence[RunRecord], width: int) -> Iterator[Line]:
    told = unlike(runs)
    if told:
        yield line("")
        yield from (line(part, "warn") for part in textwrap.wrap(told, width))


def _period(run: RunRecord) -> str:
    return (
        f"{formats.day(run.start_date)} to {formats.day(formats.last_moment(run.start_date, run.end_date))}"
    )


def _blocks(runs: Sequence[RunRecord], markers: Sequence[str], width: int) -> Iterator[Line]:
    """Yield the tables; of more runs than fit beside each other one block below the other."""
    figures: list[Row] = [(one.label, one.texts, one.best) for one in compared_figures(runs)]
    settings: list[Row] = [
        (name, [clean(text, limit=_LONGEST) for text in texts], None)
        for name, texts in differing_settings(runs)
    ]
    cell = _cell_width(figures, settings, (width - _LABEL) // len(runs) - _GAP)
    fitting = max(1, (width - _LABEL) // (cell + _GAP))
    for first, last in pairwise([*range(0, len(runs), fitting), len(runs)]):
        yield line("")
        yield _heads(runs, markers, range(first, last), cell)
        yield from (_row(row, range(first, last), cell) for row in figures)
        yield line("")
        yield line("settings that differ" if settings else "All settings are the same.", "dim")
        yield from (_row(row, range(first, last), cell) for row in settings)
    if any(best is not None for _, _, best in figures):
        yield line("")
        yield line(f"{_BEST} the best of its row", "dim")


def _cell_width(figures: Sequence[Row], settings: Sequence[Row], room: int) -> int:
    """Return how wide a run's column is: settings are cut where not all runs fit beside each other."""
    needed = max([_LEAST, *(len(text) + 2 for _, texts, _ in figures for text in texts)])
    wished = max([needed, *(len(text) + 2 for _, texts, _ in settings for text in texts)])
    return wished if wished <= room else max(needed, min(wished, room))


def _heads(runs: Sequence[RunRecord], markers: Sequence[str], block: range, width: int) -> Line:
    cells = [Cell(" " * _LABEL)]
    for index in block:
        name = f"#{runs[index].id}"
        blank = " " * (_GAP + width - 4 - len(name))
        cells += [Cell(f"{blank}{markers[index]} ", STYLES[str(index)]), Cell(f"{name}  ", "title")]
    return tuple(cells)


def _row(row: Row, block: range, width: int) -> Line:
    label, texts, best = row
    cells = [Cell(aligned(label, _LABEL, right=False), "dim")]
    for index in block:
        sign = f" {_BEST}" if index == best else "  "
        text = aligned(texts[index] + sign, width, right=True)
        cells.append(Cell(" " * _GAP + text, "title" if index == best else ""))
    return tuple(cells)
