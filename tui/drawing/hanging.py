"""Strokes that hang from zero down to a curve, close beside each other: how deep it was."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

# The dots of a cell of braille, from above, in its left and its right column.
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
_BRAILLE = 0x2800


def hanging(
    times: Sequence[float],
    values: Sequence[float],
    size: tuple[int, int],
    limits: tuple[float, float],
    *,
    ascii_only: bool,
) -> list[str]:
    """Draw strokes from zero to the least value of each column, on a canvas from `low` to `high`."""
    width, height = size
    low, high = limits
    across, down = (1, 1) if ascii_only else (2, 4)

    def row(value: float) -> int:
        return round((high - value) / (high - low) * (height * down - 1))

    strokes = [(row(0.0), row(depth)) for depth in _depths(times, values, width * across)]
    draw = _in_ascii if ascii_only else _in_braille
    return [draw(strokes, line) for line in range(height)]


def _depths(times: Sequence[float], values: Sequence[float], columns: int) -> list[float]:
    """Return the least value of each column; where there is none, the one that comes next."""
    start, span = times[0], (times[-1] - times[0]) or 1.0
    edges = [bisect_left(times, start + span * i / columns) for i in range(columns)] + [len(times)]
    return [
        min(values[first:last], default=values[min(first, len(values) - 1)])
        for first, last in pairwise(edges)
    ]


def _in_ascii(strokes: Sequence[tuple[int, int]], line: int) -> str:
    return "".join("." if top <= line <= bottom else " " for top, bottom in strokes)


def _in_braille(strokes: Sequence[tuple[int, int]], line: int) -> str:
    cells = []
    for left, right in zip(strokes[::2], strokes[1::2], strict=True):
        dots = sum(
            bit
            for (top, bottom), column in zip((left, right), _DOTS, strict=True)
            for down, bit in enumerate(column)
            if top <= line * 4 + down <= bottom
        )
        cells.append(chr(_BRAILLE + dots) if dots else " ")
    return "".join(cells)
