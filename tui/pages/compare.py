"""Runs side by side as lines: their curves over each other, the settings that differ, their figures."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rich.cells import cell_len

from core.comparing import ComparedFigure, compared_figures, differing_settings, telling_first, unlike
from core.results.figures import Figure, Kind
from core.text import clean
from db.runs import RunRecord
from tui import formats
from tui.drawing.blocks import overlay_line
from tui.drawing.curves import Curve
from tui.drawing.plots import MOST_OVERLAID, overlay_chart
from tui.folding import without_middle, wrapped
from tui.pages.overview import status_line
from tui.widgets.columns import Cell, aligned
from tui.widgets.lines import Line, cut, line

# The style of each curve by its index, as the overlay names it; each has its letter too.
STYLES = {str(index): f"curve-{index}" for index in range(MOST_OVERLAID)}
_BEST = "*"
_DIFFERING = "settings that differ"
# The cells of that sign, and of what parts two runs; the fewest in which a setting still says something.
_SIGN, _GAP, _LEAST = 1, 3, 14
_LABEL, _LONGEST, _ANY = 20, 28, 1_000
_FEWEST_CHART_LINES, _MOST_CHART_LINES = 6, 24


@dataclass(frozen=True)
class Compared:
    """At most `MOST_OVERLAID` runs, and the curve of each in % of its initial balance."""

    runs: Sequence[RunRecord]
    curves: Sequence[Curve]


@dataclass(frozen=True)
class Comparison:
    """The lines of a comparison, and the heads of its tables among them, by their rows."""

    lines: Sequence[Line]
    heads: Mapping[int, Line]

    def head_above(self, row: int) -> Line | None:
        """Return the head of the table that goes on in a row; None where it does not stand above it."""
        above = [place for place in self.heads if place < row]
        return self.heads[max(above)] if above else None


def compare_lines(
    compared: Compared,
    width: int,
    height: int,
    moment: datetime,
    *,
    ascii_only: bool,
    letters_only: bool = False,
) -> Comparison:
    """Return everything about some runs, laid out for so many cells; the chart takes half of `height`.

    With `letters_only`, where there are no colours, curves are drawn with their letters alone.
    """
    chart_height = min(_MOST_CHART_LINES, max(_FEWEST_CHART_LINES, height // 2 - len(compared.runs)))
    chart = overlay_chart(
        compared.curves, width=width, height=chart_height, ascii_only=ascii_only, letters_only=letters_only
    )
    above = [
        *_legend(compared.runs, chart.markers, moment, width),
        line(""),
        *(overlay_line(row, STYLES) for row in (chart.rows if any(xs for xs, _ in compared.curves) else ())),
        *_warning(compared.runs, width),
    ]
    tables = list(_tables(compared, chart.markers, width))
    heads = {row: parts for row, (parts, is_head) in enumerate(tables, len(above)) if is_head}
    return Comparison([*above, *(parts for parts, _ in tables)], heads)


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
        yield from (line(part, "warn") for part in wrapped(told, width))


def _period(run: RunRecord) -> str:
    return (
        f"{formats.day(run.start_date)} to {formats.day(formats.last_moment(run.start_date, run.end_date))}"
    )


# The tables


@dataclass(frozen=True)
class Shape:
    """How a table is cut: cells of a label and of a run, and the runs of each block."""

    label: int
    cell: int
    blocks: Sequence[range]


@dataclass(frozen=True)
class Row:
    """A line of a table: what it is called, a text for each run, and the index of the best."""

    label: str
    texts: Sequence[str]
    best: int | None = None


def _tables(compared: Compared, markers: Sequence[str], width: int) -> Iterator[tuple[Line, bool]]:
    """Yield the lines of the settings that differ and of the figures, each with whether it is a head.

    Settings stand first where they alone tell the runs apart: of one strategy the legend tells the same.
    """
    runs = compared.runs
    figures = compared_figures(runs)
    settings = [
        Row(clean(name), [clean(text, limit=_LONGEST) for text in texts])
        for name, texts in telling_first(differing_settings(runs))
    ]
    cell = _longest([*settings, *map(_row_of, figures)]) + _SIGN + _GAP
    settings = [replace(row, label=_label(row.label, width - len(runs) * cell)) for row in settings]
    labels = [_DIFFERING] if settings else []
    labels += [row.label for row in (*map(_row_of, figures), *settings)]
    label = max(map(cell_len, labels), default=0)
    of_figures = _shape_of_figures(figures, settings, len(runs), label, width)
    rows = [_row_of(one, of_figures.cell - _SIGN - 1) for one in figures]
    of_settings = _shape_of_settings(settings, of_figures, len(runs), width)
    settings_first = len({run.strategy for run in runs}) == 1
    if settings and settings_first and of_settings == of_figures:
        apart = [Row("", [""] * len(runs))] if rows else []
        yield from _table([*settings, *apart, *rows], runs, markers, of_figures, _DIFFERING)
    else:
        told = [(settings, of_settings, _DIFFERING), (rows, of_figures, "")]
        for found, shape, about in told if settings_first else reversed(told):
            yield from _table(found, runs, markers, shape, about) if found else ()
    if not settings:
        yield line(""), False
        yield line("All settings are the same.", "dim"), False
    if any(row.best is not None for row in rows):
        yield line(""), False
        yield line(f"{_BEST} the best of its row", "dim"), False


def _label(name: str, room: int) -> str:
    """Return the name of a setting: in the room that the values leave, and without its middle if need be."""
    return without_middle(name, max(_LABEL, room))


def _table(
    rows: Sequence[Row], runs: Sequence[RunRecord], markers: Sequence[str], shape: Shape, about: str = ""
) -> Iterator[tuple[Line, bool]]:
    """Yield a table, of more runs than fit beside each other one block below the other.

    `about` stands in each head, above the labels.
    """
    for block in shape.blocks:
        yield line(""), False
        yield _head(runs, markers, shape, block, about), True
        yield from ((_line_of(row, shape, block), False) for row in rows)


def _row_of(one: ComparedFigure, room: int = _ANY) -> Row:
    """Return the row of a figure, its unit behind its label; money has cents where there is room for them."""
    texts = [_written(one.figure, value) for value in one.values]
    if one.figure.kind is Kind.MONEY and max(map(len, texts)) > room:
        texts = [_written(replace(one.figure, digits=0), value) for value in one.values]
    unit = max(text.partition(" ")[2] for text in one.texts)
    return Row(f"{one.label}{' ' if unit == '%' else ', ' if unit else ''}{unit}", texts, one.best)


def _written(figure: Figure, value: float | None) -> str:
    """Return a value without its unit."""
    return figure.text(value).partition(" ")[0]


def _longest(rows: Iterable[Row]) -> int:
    return max((cell_len(text) for row in rows for text in row.texts), default=0)


def _shape_of_figures(
    figures: Sequence[ComparedFigure], settings: Sequence[Row], count: int, label: int, width: int
) -> Shape:
    """Return cells as wide as settings want, else as figures do, if need be without cents; else blocks."""
    room = (width - label) // count
    whole, short = (_longest(_row_of(one, space) for one in figures) + _SIGN for space in (_ANY, 0))
    wished = max(whole, _longest(settings) + _SIGN) + _GAP
    if short < room:
        return Shape(label, min(room, wished), [range(count)])
    return _in_blocks(count, label, whole, width)


def _shape_of_settings(settings: Sequence[Row], figures: Shape, count: int, width: int) -> Shape:
    """Return the shape of the figures where no setting is cut too short by it, else blocks of its own."""
    wished = _longest(settings) + _SIGN
    if figures.cell > min(wished, _LEAST):
        return figures
    return _in_blocks(count, figures.label, wished, width)


def _in_blocks(count: int, label: int, wished: int, width: int) -> Shape:
    """Return as few blocks as there is room for, as even as can be."""
    blocks = -(-count // max(1, (width - label) // (wished + 1)))
    each = -(-count // blocks)
    cell = max(wished + 1, min(wished + _GAP, (width - label) // each))
    return Shape(label, cell, [range(first, min(count, first + each)) for first in range(0, count, each)])


def _head(runs: Sequence[RunRecord], markers: Sequence[str], shape: Shape, block: range, about: str) -> Line:
    cells = [Cell(aligned(about, shape.label, right=False), "dim")]
    for index in block:
        name = f"#{runs[index].id}"
        blank = " " * (shape.cell - _SIGN - len(name) - 2)
        cells += [Cell(f"{blank}{markers[index]} ", STYLES[str(index)]), Cell(name + " " * _SIGN, "title")]
    return tuple(cells)


def _line_of(row: Row, shape: Shape, block: range) -> Line:
    cells = [Cell(aligned(row.label, shape.label, right=False), "dim")]
    for index in block:
        is_best = index == row.best
        text = aligned(row.texts[index], shape.cell - _SIGN - 1, right=True)
        cells.append(Cell(f" {text}{_BEST if is_best else ' '}", "title" if is_best else ""))
    return tuple(cells)
