"""Line charts as plain text: the only user of plotext.

plotext keeps one figure per module, cuts sizes to the terminal's own and raises
on infinity, so nothing else may touch it. It draws the lines; axes are ours, so
that charts that stand above each other share them, and so are surfaces, which
take it ten times as long.
"""

import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.results.plain_curve import drawdowns, reduce_columns
from tui.drawing.axes import axis_limits, level_ticks, row_of, tick_labels, time_axis
from tui.drawing.braille import in_ascii
from tui.drawing.hanging import hanging as hung
from tui.drawing.overlays import Laid, dotted, in_turns, laid_over, put_letters

__all__ = [
    "Chart",
    "Overlay",
    "drawdown_chart",
    "drawdowns",
    "equity_chart",
    "finite_points",
    "label_cells",
    "line_chart",
    "overlay_chart",
    "reduce_columns",
    "spark",
]

_BLOCKS = "▁▂▃▄▅▆▇█"
_ASCII_BLOCKS = "_.-=^"

# How compared curves are told apart without colour.
_LETTERS = "abcdefgh"
MOST_OVERLAID = len(_LETTERS)

# What plotext calls what it draws finest with; in ASCII it becomes strokes.
_FINEST = "braille"

# Whose the cells of an equity chart are. What is compared with stands back, unlike compared runs.
HELD, EQUITY = "0", "1"
_FINE_MARKER = "\N{BRAILLE PATTERN DOTS-36}"
_HELD_MARKER, _HELD_ASCII = "·", "."

Curve = tuple[Sequence[float], Sequence[float]]
Period = tuple[float, float]
_Points = tuple[list[float], list[float]]

# The cells of the rule between labels and canvas.
_RULE = 2
# Beyond this the differences of values are infinite, and their ticks unreadable anyway.
_LARGEST = 1e100


@dataclass(frozen=True)
class Chart:
    """A drawn chart: per line the axis on the left and the canvas beside it; the dates below are all axis."""

    rows: tuple[tuple[str, str], ...]

    @property
    def lines(self) -> list[str]:
        """The chart as plain lines of text."""
        return [(axis + canvas).rstrip() for axis, canvas in self.rows]


@dataclass(frozen=True)
class Overlay:
    """Several curves in one chart.

    Per line the axis on the left, the canvas beside it, and for each cell of the canvas whose
    it is: the index of the curve as a digit, or a blank; the dates below are all axis.
    `markers` are what the curves are drawn with.
    """

    rows: tuple[tuple[str, str, str], ...]
    markers: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """The chart as plain lines of text."""
        return [(axis + canvas).rstrip() for axis, canvas, _ in self.rows]

    @property
    def axis_width(self) -> int:
        """The cells of the labels of its axis."""
        return max(0, len(self.rows[0][0]) - _RULE) if self.rows else 0


@dataclass(frozen=True)
class _Axis:
    """The upward axis: its ends, and its labels by the rows in which they stand, from the top."""

    low: float
    high: float
    labels: dict[int, str]

    @property
    def width(self) -> int:
        return max(map(len, self.labels.values()))


@dataclass(frozen=True)
class _Frame:
    low: float
    high: float
    width: int
    height: int
    ascii_only: bool
    begin: float
    end: float
    is_fixed: bool = False  # whether its curves may end before it does, and grow


def line_chart(
    times: Sequence[float],
    values: Sequence[float],
    *,
    width: int,
    height: int,
    ascii_only: bool = False,
    axis_width: int = 0,
    hanging: bool = False,
    period: Period | None = None,
) -> Chart:
    """Draw `values` over `times` (seconds since 1970, ascending) in `width` x `height` cells.

    Values that are not finite, or beyond 1e100, are left out. Whatever the number of points, no
    more than the smallest and largest of each column reach plotext. `axis_width`
    is the least number of cells for the labels of the axis. `hanging` fills the
    space between zero and a curve that is never above it. `period` is the time that the
    chart covers where the curve may end before: as it grows, what was drawn stays.
    """
    xs, ys = finite_points(times, values)
    if not xs or width < 12 or height < 3:
        return Chart(tuple(("", "") for _ in range(max(height, 0))))
    axis = _axis(ys, height - 1, grows=period is not None, hanging=hanging)
    axis_width = max(axis_width, axis.width)
    canvas_width = max(4, width - axis_width - _RULE)
    begin, end = period or (xs[0], xs[-1])
    frame = _Frame(axis.low, axis.high, canvas_width, height - 1, ascii_only, begin, end, period is not None)
    canvas = _hung(xs, ys, frame) if hanging else _canvas(xs, ys, frame)
    rows = _with_axis(canvas, axis.labels, axis_width, ascii_only)
    return Chart((*rows, (_dates(axis_width, frame), "")))


def overlay_chart(
    curves: Sequence[Curve],
    *,
    width: int,
    height: int,
    ascii_only: bool = False,
    letters_only: bool = False,
) -> Overlay:
    """Draw compared curves (times in seconds since 1970, values) over each other, the first `MOST_OVERLAID`.

    They are lines of braille that carry a letter each, `a` to `h`; where two meet, the later is seen.
    In ASCII, and with `letters_only` where no colours tell lines apart, a curve is drawn with its letter
    alone; where two meet, they are seen in turns.
    """
    letters = _LETTERS[: len(curves)]

    def drawn(shown: Sequence[_Points], frame: _Frame) -> Laid:
        if ascii_only or letters_only:
            return in_turns([_dotted(one, frame, mark) for one, mark in zip(shown, letters, strict=True)])
        canvases = [_marked(*one, frame, _FINEST) for one in shown]
        laid = laid_over(canvases)
        put_letters(laid, canvases, letters)
        return laid

    rows = _overlay(curves[: len(letters)], drawn, width, height, ascii_only=ascii_only)
    return Overlay(rows, tuple(letters))


def equity_chart(
    equity: Curve,
    held: Curve = ((), ()),
    *,
    width: int,
    height: int,
    ascii_only: bool = False,
    axis_width: int = 0,
    period: Period | None = None,
) -> Overlay:
    """Draw equity and, behind it, what buying and holding would have made; the scale covers both.

    Its cells are of `HELD` or of `EQUITY`, and so are its markers by index. `period` is as for `line_chart`.
    """
    drawn_with = (_HELD_ASCII if ascii_only else _HELD_MARKER, _FINEST)

    def drawn(shown: Sequence[_Points], frame: _Frame) -> Laid:
        return laid_over([_marked(*one, frame, mark) for one, mark in zip(shown, drawn_with, strict=True)])

    rows = _overlay(
        [held, equity], drawn, width, height, ascii_only=ascii_only, axis_width=axis_width, period=period
    )
    return Overlay(rows, tuple(_shown_marker(marker, ascii_only) for marker in drawn_with))


def _overlay(
    curves: Sequence[Curve],
    draw: Callable[[Sequence[_Points], _Frame], Laid],
    width: int,
    height: int,
    *,
    ascii_only: bool,
    axis_width: int = 0,
    period: Period | None = None,
) -> tuple[tuple[str, str, str], ...]:
    """Put axes that fit all curves around what `draw` makes of those values of them that can be drawn."""
    shown = [finite_points(*curve) for curve in curves]
    times = [time for xs, _ in shown for time in (xs[:1] + xs[-1:])]
    values = [value for _, ys in shown for value in ys]
    if not times or width < 12 or height < 3:
        return tuple(("", "", "") for _ in range(max(height, 0)))
    axis = _axis(values, height - 1, grows=period is not None)
    axis_width = max(axis_width, axis.width)
    begin, end = period or (min(times), max(times))
    room = max(4, width - axis_width - _RULE)
    frame = _Frame(axis.low, axis.high, room, height - 1, ascii_only, begin, end, period is not None)
    canvas, owners = zip(*draw(shown, frame).rows, strict=True)
    rows = _with_axis(canvas, axis.labels, axis_width, ascii_only)
    dates = (_dates(axis_width, frame), "", "")
    return (*((*row, whose) for row, whose in zip(rows, owners, strict=True)), dates)


def drawdown_chart(
    times: Sequence[float],
    values: Sequence[float],
    *,
    width: int,
    height: int,
    ascii_only: bool = False,
    axis_width: int = 0,
    period: Period | None = None,
) -> Chart:
    """Draw how far `values` stand below their running peak, in % of it; `period` is as for `line_chart`."""
    return line_chart(
        times,
        drawdowns(values),
        width=width,
        height=height,
        ascii_only=ascii_only,
        axis_width=axis_width,
        hanging=True,
        period=period,
    )


def spark(values: Sequence[float], width: int, *, ascii_only: bool = False) -> str:
    """Return a chart one line high and at most `width` cells wide."""
    known = [value for value in values if math.isfinite(value)]
    if not known or width < 1:
        return ""
    last = len(known) - 1
    columns = min(width, len(known))
    picked = [known[round(i * last / max(columns - 1, 1))] for i in range(columns)]
    blocks = _ASCII_BLOCKS if ascii_only else _BLOCKS
    low, span = min(picked), max(picked) - min(picked)
    if span == 0:
        return blocks[len(blocks) // 2] * columns
    top = len(blocks) - 1
    return "".join(blocks[round((value - low) / span * top)] for value in picked)


def finite_points(times: Sequence[float], values: Sequence[float]) -> tuple[list[float], list[float]]:
    """Return the points that can be drawn."""
    if sum(map(abs, values)) < _LARGEST:
        return list(times), list(values)
    known = [(x, y) for x, y in zip(times, values, strict=True) if abs(y) < _LARGEST]
    return [x for x, _ in known], [y for _, y in known]


def label_cells(falls: Sequence[float], height: int, *, period: Period | None = None) -> int:
    """Return the cells that the labels of falls take in a chart of that height; 0 where none is drawn."""
    _, known = finite_points(falls, falls)
    return _axis(known, height - 1, grows=period is not None, hanging=True).width if known else 0


def _axis(values: Sequence[float], rows: int, *, grows: bool, hanging: bool = False) -> _Axis:
    """Return the axis beside so many rows; one whose curve grows has a label at both ends."""
    low, high = min(values), 0.0 if hanging else max(values)
    ticks = level_ticks(low, high, rows, enclosing=grows)
    low, high = axis_limits(low, high, ticks)
    limits = (low, 0.0 if hanging else high)
    labels = zip(ticks, tick_labels(ticks), strict=True)
    return _Axis(*limits, {row_of(tick, limits, rows): label for tick, label in labels})


def _marked(times: list[float], values: list[float], frame: _Frame, marker: str) -> list[str]:
    """Draw one of several curves; nothing where it has no points."""
    if not times:
        return [" " * frame.width] * frame.height
    return _canvas(times, values, frame, marker)


def _shown_marker(marker: str, ascii_only: bool) -> str:
    if marker != _FINEST:
        return marker
    return in_ascii(_FINE_MARKER) if ascii_only else _FINE_MARKER


def _hung(times: list[float], values: list[float], frame: _Frame) -> list[str]:
    size, limits = (frame.width, frame.height), (frame.low, frame.high)
    return hung(times, values, size, limits, (frame.begin, frame.end), ascii_only=frame.ascii_only)


def _dotted(points: _Points, frame: _Frame, letter: str) -> list[str]:
    size = (frame.width, frame.height)
    return dotted(points, letter, size, (frame.begin, frame.end), (frame.low, frame.high))


def _canvas(times: list[float], values: list[float], frame: _Frame, marker: str = _FINEST) -> list[str]:
    columns = frame.width * 2 if marker == _FINEST else frame.width
    xs, ys = reduce_columns(times, values, columns, (frame.begin, frame.end) if frame.is_fixed else None)
    with _one_at_a_time:
        text = _plotted(xs, ys, frame, marker)
    text = in_ascii(text) if frame.ascii_only else text
    lines = [line.ljust(frame.width)[: frame.width] for line in text.split("\n")[: frame.height]]
    return lines + [" " * frame.width] * (frame.height - len(lines))


# Reports are made in threads of their own while a screen is drawn.
_one_at_a_time = threading.Lock()


def _plotted(xs: list[float], ys: list[float], frame: _Frame, marker: str) -> str:
    import plotext

    plotext.clear_figure()
    try:
        plotext.limit_size(False, False)
        plotext.theme("clear")
        plotext.plotsize(frame.width, frame.height)
        plotext.frame(False)
        plotext.xticks([], [])
        plotext.yticks([], [])
        plotext.xlim(frame.begin, frame.end if frame.end > frame.begin else frame.begin + 1)
        plotext.ylim(frame.low, frame.high)
        plotext.plot(xs, ys, marker=marker)
        build: Callable[[], str] = plotext.build
        text: str = plotext.uncolorize(build())
    finally:
        plotext.clear_figure()
    return text


def _with_axis(
    canvas: Sequence[str], places: dict[int, str], axis_width: int, ascii_only: bool
) -> list[tuple[str, str]]:
    plain, marked = ("|", "+") if ascii_only else ("│", "┤")
    return [
        (f"{places.get(row, ''):>{axis_width}} {marked if row in places else plain}", line)
        for row, line in enumerate(canvas)
    ]


def _dates(axis_width: int, frame: _Frame) -> str:
    """Return the line below the canvas: an axis too, in no curve's colour."""
    return " " * (axis_width + _RULE) + time_axis(frame.begin, frame.end, frame.width)
