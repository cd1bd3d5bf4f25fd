"""The whole chart as lines, for the room there is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest

from tui.chart.bars_drawn import draw_candles, draw_ranges
from tui.chart.canvas import Canvas
from tui.chart.columns import Columns
from tui.chart.levels import Levels
from tui.chart.marks import ARROWS, LETTERS, PLAIN_ARROWS, PLAIN_LETTERS, Glyphs, Marker, Marking, Shown
from tui.chart.scale import Scale, scale_of
from tui.chart.sentences import STYLES, lines_line
from tui.chart.strips import draw_volume, time_lines
from tui.chart.window import Window
from tui.widgets.columns import Cell
from tui.widgets.lines import Line

LINE_GLYPHS, PLAIN_LINE_GLYPHS = "·•◦*~=", ":*~ox%"
POINTER, PLAIN_POINTER = "▸", ">"  # before the close of the cursor's bar
_CLOCK = "  UTC"  # below the prices, where the axis of the times ends
_LEAST_ROWS = 5
_TIME_ROWS = 2
# The share of its columns in which a line must leave the bars, and how far, as a share of all
# prices in view, which is about a row: fewer dots tell nothing of its way.
_LEAST_SEEN, _LEAST_APART = 0.2, 1 / 30
# Rows of the volume for so many rows in all.
_VOLUME_ROWS = ((30, 4), (20, 3), (12, 2))


@dataclass(frozen=True)
class Style:
    """How bars and marks are drawn."""

    name: str
    is_line: bool = False
    has_letters: bool = False

    @property
    def bars(self) -> str:
        """What bars are drawn with, in words."""
        return "a line" if self.is_line else "candles"

    @property
    def marks(self) -> str:
        """What trades are marked with, in words."""
        return "letters" if self.has_letters else "arrows"

    def glyphs(self, *, ascii_only: bool) -> Glyphs:
        """Return what marks are drawn with."""
        if self.has_letters:
            return PLAIN_LETTERS if ascii_only else LETTERS
        return PLAIN_ARROWS if ascii_only else ARROWS


CHART_STYLES = (
    Style("candles, arrows"),
    Style("candles, letters", has_letters=True),
    Style("a line, arrows", is_line=True),
)


@dataclass(frozen=True)
class Scene:
    """What is drawn: columns, trades among them, the chosen one, stop and target.

    `cursor` is the slot of the bar that is looked at if it is in view, `close` its last price.
    """

    columns: Columns
    trades: Sequence[Shown] = ()
    marking: Marking = "all"
    chosen: Shown | None = None
    levels: Levels | None = None
    cursor: int | None = None
    close: float | None = None
    digits: int = 5
    style: Style = field(default=CHART_STYLES[0])
    has_volume: bool = True
    ascii_only: bool = False

    @cached_property
    def line_glyphs(self) -> Mapping[str, str]:
        """What the strategy's lines are drawn with; "" for one that hardly leaves columns of several bars."""
        glyphs = PLAIN_LINE_GLYPHS if self.ascii_only else LINE_GLYPHS
        lines = self.columns.lines
        return {
            name: glyph * _is_seen(self.columns, lines[name])
            for name, glyph in zip(lines, glyphs, strict=False)
        }


@dataclass(frozen=True)
class Picture:
    """What was drawn, and the scale of its prices."""

    lines: Sequence[Line]
    scale: Scale | None


def axis_width(highest: float, digits: int) -> int:
    """Return how many cells the price axis takes beside the columns."""
    return len(f"{highest:.{digits}f}") + 2


def draw(scene: Scene, rows: int, before: Scale | None = None) -> Picture:
    """Return `rows` lines: prices, volume, and the times; on the scale of the picture before if that fits."""
    columns = scene.columns
    if not columns.times:
        return Picture([()] * rows, before)
    volume_rows = _volume_rows(rows) if scene.has_volume and any(columns.volume) else 0
    price_rows = max(_LEAST_ROWS, rows - _TIME_ROWS - volume_rows)
    scale = _scale(scene, price_rows, before)
    prices, volume = _prices(scene, scale), Canvas(columns.window.width, volume_rows)
    draw_volume(volume, columns, ascii_only=scene.ascii_only)
    cursor = None if scene.cursor is None else columns.window.column_of_slot(scene.cursor)
    rule, labels = time_lines(columns, cursor, ascii_only=scene.ascii_only)
    axis = _price_axis(scene, scale)
    drawn = [
        *((*prices.line(row), *axis[row]) for row in range(price_rows)),
        *((*volume.line(row), Cell(_wall(scene), "dim")) for row in range(volume_rows)),
        (Cell(rule + ("+" if scene.ascii_only else "┘"), "dim"),),
        (Cell(labels + _CLOCK, "dim"),),
    ]
    return Picture(drawn[:rows], scale)


def _volume_rows(rows: int) -> int:
    return next((some for least, some in _VOLUME_ROWS if rows >= least), 0)


def _scale(scene: Scene, rows: int, before: Scale | None) -> Scale:
    columns, levels = scene.columns, scene.levels
    prices = () if levels is None else (levels.stop, levels.target)
    wanted = [price for price in prices if price is not None]
    return scale_of(min(columns.low), max(columns.high), rows, wanted, before)


def _prices(scene: Scene, scale: Scale) -> Canvas:
    columns = scene.columns
    canvas = Canvas(columns.window.width, scale.rows)
    draws = draw_ranges if scene.style.is_line else draw_candles
    draws(canvas, columns, scale, ascii_only=scene.ascii_only)
    marker = Marker(canvas, columns, scale, scene.style.glyphs(ascii_only=scene.ascii_only))
    mark = marker.mark_entries if scene.marking == "entries" else marker.mark
    mark(scene.trades, None if scene.chosen is None else scene.chosen.trade.id)
    if scene.levels is not None:
        marker.levels(scene.levels)
    if scene.chosen is not None:
        marker.way(scene.chosen)
    for number, (name, glyph) in enumerate(scene.line_glyphs.items()):
        style = STYLES[number % len(STYLES)]
        for column, value in _along(columns.window, columns.lines[name]):
            if glyph and scale.holds(value):
                canvas.put(scale.place(value), column, glyph, style)
    return canvas


def _along(window: Window, values: Sequence[float | None]) -> Iterator[tuple[int, float]]:
    """Yield the columns of a line and its values: those of bars, and between two of them the way."""
    apart = window.column_of_slot(1) - window.column_of_slot(0)
    for slot, (value, after) in enumerate(zip_longest(values, values[1:])):
        if value is None:
            continue
        step = 0.0 if after is None else (after - value) / apart
        for further in range(1 if after is None else apart):
            yield window.column_of_slot(slot) + further, value + step * further


def _is_seen(columns: Columns, values: Sequence[float | None]) -> bool:
    """Whether a line runs clear of the bars often enough, where a column holds several."""
    if columns.window.bars == 1 or not columns.times:
        return True
    apart = (max(columns.high) - min(columns.low)) * _LEAST_APART
    bars = zip(values, columns.low, columns.high, strict=True)
    known = [(value, low - apart, high + apart) for value, low, high in bars if value is not None]
    return sum(not low <= value <= high for value, low, high in known) >= _LEAST_SEEN * len(known)


def line_names(scene: Scene, values: Mapping[str, float | None]) -> Line:
    """Return the names of the strategy's lines, with their values at the bar that is looked at."""
    return lines_line(scene.line_glyphs, values, scene.digits)


def _wall(scene: Scene) -> str:
    return "|" if scene.ascii_only else "│"


def _price_axis(scene: Scene, scale: Scale) -> list[Line]:
    """Return what stands beside each row: round prices, and the close that is looked at before them."""
    tick, pointer = ("+", PLAIN_POINTER) if scene.ascii_only else ("├", POINTER)
    rows: list[Line] = [(Cell(_wall(scene), "dim"),)] * scale.rows
    for row, price in scale.ticks().items():
        rows[row] = (Cell(f"{tick} {price:.{scene.digits}f}", "dim"),)
    if scene.close is not None and scale.holds(scene.close):
        told = Cell(f"{pointer}{scene.close:.{scene.digits}f}", "cursor")
        rows[scale.place(scene.close)] = (Cell(tick, "dim"), told)
    return rows
