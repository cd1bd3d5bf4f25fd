"""Strokes that hang from zero down to a curve, close beside each other: how deep it was."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from tui.drawing.braille import BLANK, DOTS

# What stands for the halves of a cell in ASCII: none, the upper one, the lower one, both.
_HALVES = " ',:"

# From which dot to which: a stroke that is not there.
_NONE = (1, 0)


def hanging(
    times: Sequence[float],
    values: Sequence[float],
    size: tuple[int, int],
    limits: tuple[float, float],
    period: tuple[float, float],
    *,
    ascii_only: bool,
) -> list[str]:
    """Draw strokes from zero to the least value of each column, on a canvas from `low` to `high`.

    Its columns are those of the period, which may go on after the last value.
    """
    width, height = size
    low, high = limits
    across, down = (1, 2) if ascii_only else (2, 4)

    def row(value: float) -> int:
        return round((high - value) / (high - low) * (height * down - 1))

    strokes = [(row(0.0), row(depth)) for depth in _depths(times, values, period, width * across)]
    strokes += [_NONE] * (width * across - len(strokes))
    draw = _in_ascii if ascii_only else _in_braille
    return [draw(strokes, line) for line in range(height)]


def _depths(
    times: Sequence[float], values: Sequence[float], period: tuple[float, float], columns: int
) -> list[float]:
    """Return the least value of each column, up to the last; where there is none, the one that comes next."""
    start, end = period
    span = (end - start) or 1.0
    known = columns if end <= times[-1] else min(columns, int((times[-1] - start) / span * columns) + 1)
    edges = [bisect_left(times, start + span * i / columns) for i in range(known)] + [len(times)]
    return [
        min(values[first:last], default=values[min(first, len(values) - 1)])
        for first, last in pairwise(edges)
    ]


def _in_ascii(strokes: Sequence[tuple[int, int]], line: int) -> str:
    return "".join(
        _HALVES[sum(half for half in (1, 2) if top <= line * 2 + half - 1 <= bottom)]
        for top, bottom in strokes
    )


def _in_braille(strokes: Sequence[tuple[int, int]], line: int) -> str:
    cells = []
    for left, right in zip(strokes[::2], strokes[1::2], strict=True):
        dots = sum(
            bit
            for (top, bottom), column in zip((left, right), DOTS, strict=True)
            for down, bit in enumerate(column)
            if top <= line * 4 + down <= bottom
        )
        cells.append(chr(BLANK + dots) if dots else " ")
    return "".join(cells)
