"""Line charts as plain text: the only user of plotext.

plotext keeps one figure per module, cuts sizes to the terminal's own and raises
on infinity, so nothing else may touch it. It draws the canvas; axes are ours,
so that charts that stand above each other share them.
"""

import math
import threading
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.results.plain_curve import drawdowns, reduce_columns
from tui.drawing.axes import nice_ticks, tick_labels, time_axis

__all__ = [
    "Chart",
    "Overlay",
    "drawdown_chart",
    "drawdowns",
    "line_chart",
    "overlay_chart",
    "reduce_columns",
    "spark",
]

_BLOCKS = "▁▂▃▄▅▆▇█"
_ASCII_BLOCKS = "_.-=^"

# How overlaid curves are told apart without colour; the first is drawn finer where braille is.
_MARKERS = ".xo+*#%@"
MOST_OVERLAID = len(_MARKERS)

# Beyond this the differences of values are infinite, and their ticks unreadable anyway.
_LARGEST = 1e100


@dataclass(frozen=True)
class Chart:
    """A drawn chart: per line the axis on the left and the canvas beside it."""

    rows: tuple[tuple[str, str], ...]

    @property
    def lines(self) -> list[str]:
        """The chart as plain lines of text."""
        return [(axis + canvas).rstrip() for axis, canvas in self.rows]


@dataclass(frozen=True)
class Overlay:
    """Several curves in one chart.

    Per line the axis on the left, the canvas beside it, and for each cell of the canvas whose
    it is: the index of the curve as a digit, or a blank. `markers` are what the curves are drawn with.
    """

    rows: tuple[tuple[str, str, str], ...]
    markers: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """The chart as plain lines of text."""
        return [(axis + canvas).rstrip() for axis, canvas, _ in self.rows]


def line_chart(
    times: Sequence[float],
    values: Sequence[float],
    *,
    width: int,
    height: int,
    ascii_only: bool = False,
    axis_width: int = 0,
    hanging: bool = False,
) -> Chart:
    """Draw `values` over `times` (seconds since 1970, ascending) in `width` x `height` cells.

    Values that are not finite, or beyond 1e100, are left out. Whatever the number of points, no
    more than the smallest and largest of each column reach plotext. `axis_width`
    is the least number of cells for the labels of the axis. `hanging` fills the
    space between zero and a curve that is never above it.
    """
    xs, ys = _finite(times, values)
    if not xs or width < 12 or height < 3:
        return Chart(tuple(("", "") for _ in range(max(height, 0))))
    ticks = nice_ticks(min(ys), max(ys), count=max(2, (height - 1) // 3))
    labels = tick_labels(ticks)
    axis_width = max(axis_width, *(len(label) for label in labels))
    canvas_width, canvas_height = max(4, width - axis_width - 2), height - 1
    low, high = _limits(ys, ticks)
    frame = _Frame(low, high, canvas_width, canvas_height, ascii_only, begin=xs[0], end=xs[-1])
    canvas = _canvas(xs, ys, frame, hanging=hanging)
    rows = _with_axis(canvas, _places(ticks, labels, low, high, canvas_height), axis_width, ascii_only)
    return Chart((*rows, (" " * (axis_width + 2), time_axis(xs[0], xs[-1], canvas_width))))


def overlay_chart(
    curves: Sequence[tuple[Sequence[float], Sequence[float]]],
    *,
    width: int,
    height: int,
    ascii_only: bool = False,
    axis_width: int = 0,
) -> Overlay:
    """Draw curves (times in seconds since 1970, values) over each other, each with a marker of its own.

    Where two meet, the later one is seen. Those beyond `MOST_OVERLAID` are left out.
    """
    shown = [_finite(*curve) for curve in curves[:MOST_OVERLAID]]
    markers = tuple(_MARKERS if ascii_only else "\N{BRAILLE PATTERN DOTS-36}" + _MARKERS[1:])[: len(shown)]
    times = [time for xs, _ in shown for time in (xs[:1] + xs[-1:])]
    values = [value for _, ys in shown for value in ys]
    if not times or width < 12 or height < 3:
        return Overlay(tuple(("", "", "") for _ in range(max(height, 0))), markers)
    ticks = nice_ticks(min(values), max(values), count=max(2, (height - 1) // 3))
    labels = tick_labels(ticks)
    axis_width = max(axis_width, *(len(label) for label in labels))
    low, high = _limits(values, ticks)
    frame = _Frame(
        low, high, max(4, width - axis_width - 2), height - 1, ascii_only, begin=min(times), end=max(times)
    )
    canvas, owners = _overlaid([_marked(*one, frame, index) for index, one in enumerate(shown)], frame)
    rows = _with_axis(canvas, _places(ticks, labels, low, high, frame.height), axis_width, ascii_only)
    dates = time_axis(frame.begin, frame.end, frame.width)
    last = (" " * (axis_width + 2), dates, " " * frame.width)
    return Overlay((*((*row, whose) for row, whose in zip(rows, owners, strict=True)), last), markers)


def drawdown_chart(
    times: Sequence[float],
    values: Sequence[float],
    *,
    width: int,
    height: int,
    ascii_only: bool = False,
    axis_width: int = 0,
) -> Chart:
    """Draw how far `values` stand below their running peak, in % of that peak."""
    return line_chart(
        times,
        drawdowns(values),
        width=width,
        height=height,
        ascii_only=ascii_only,
        axis_width=axis_width,
        hanging=True,
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


def _finite(times: Sequence[float], values: Sequence[float]) -> tuple[list[float], list[float]]:
    xs, ys = [float(time) for time in times], [float(value) for value in values]
    if math.isfinite(sum(map(abs, ys))) and max(map(abs, ys), default=0.0) < _LARGEST:
        return xs, ys
    known = [(x, y) for x, y in zip(xs, ys, strict=True) if abs(y) < _LARGEST]
    return [x for x, _ in known], [y for _, y in known]


def _hanging(times: list[float], values: list[float], columns: int) -> tuple[list[float], list[float]]:
    """Turn a curve below zero into strokes from zero down to the smallest of each column.

    plotext's own filling joins strokes that do not belong together.
    """
    start, span = times[0], (times[-1] - times[0]) or 1.0
    xs: list[float] = []
    ys: list[float] = []
    edges = [bisect_left(times, start + span * i / columns) for i in range(columns)] + [len(times)]
    for column, (first, last) in enumerate(pairwise(edges)):
        depth = min(values[first:last], default=values[min(first, len(values) - 1)])
        x = start + span * column / max(columns - 1, 1)
        xs += [x, x, x]
        ys += [0.0, depth, 0.0]
    return xs, ys


def _limits(values: list[float], ticks: list[float]) -> tuple[float, float]:
    low, high = min(*values, *ticks), max(*values, *ticks)
    if low == high:
        margin = abs(low) * 0.01 or 1.0
        return low - margin, high + margin
    return low, high


@dataclass(frozen=True)
class _Frame:
    low: float
    high: float
    width: int
    height: int
    ascii_only: bool
    begin: float
    end: float


def _marked(times: list[float], values: list[float], frame: _Frame, index: int) -> list[str]:
    """Draw one of several curves; nothing where it has no points."""
    if not times:
        return [" " * frame.width] * frame.height
    return _canvas(times, values, frame, hanging=False, marker=_MARKERS[index] if index else "")


def _overlaid(canvases: Sequence[list[str]], frame: _Frame) -> tuple[list[str], list[str]]:
    """Lay canvases over each other; return what is seen, and whose each cell is."""
    seen, owners = [], []
    for row in range(frame.height):
        cells, whose = [" "] * frame.width, [" "] * frame.width
        for index, canvas in enumerate(canvases):
            for column, mark in enumerate(canvas[row]):
                if mark not in _BLANK:
                    cells[column], whose[column] = mark, str(index)
        seen.append("".join(cells))
        owners.append("".join(whose))
    return seen, owners


_BLANK = " \N{BRAILLE PATTERN BLANK}"


def _canvas(
    times: list[float], values: list[float], frame: _Frame, *, hanging: bool, marker: str = ""
) -> list[str]:
    shape = _hanging if hanging else reduce_columns
    xs, ys = shape(times, values, frame.width if frame.ascii_only or marker else frame.width * 2)
    with _one_at_a_time:
        text = _plotted(xs, ys, frame, marker or ("." if frame.ascii_only else "braille"))
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


def _places(ticks: list[float], labels: list[str], low: float, high: float, height: int) -> dict[int, str]:
    """Say in which line of the canvas each label of the axis stands."""
    return {
        round((high - tick) / (high - low) * (height - 1)): label
        for tick, label in zip(ticks, labels, strict=True)
    }


def _with_axis(
    canvas: list[str], places: dict[int, str], axis_width: int, ascii_only: bool
) -> list[tuple[str, str]]:
    plain, marked = ("|", "+") if ascii_only else ("│", "┤")
    return [
        (f"{places.get(row, ''):>{axis_width}} {marked if row in places else plain}", line)
        for row, line in enumerate(canvas)
    ]
