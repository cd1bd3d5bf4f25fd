"""Cells of braille, two dots wide and four high, and what they look like on a terminal without them."""

from collections.abc import Iterable

BLANK, PATTERNS = 0x2800, 256
# The dots of a cell from above, in its left and its right column.
DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))

_TALL = 3
# From so many rows of dots on between the two halves of a cell a line is drawn as steep.
_STEEP = 1.5
# What lies at the top, in the middle and at the bottom of a cell: along it, and in one half of it.
_LEVELS, _POINTS = "'-_", "'-,"


def in_ascii(text: str) -> str:
    """Return a text with strokes of ASCII for cells of braille: by their slope, and by how high they lie."""
    return text.translate(_STROKES)


def _stroke(pattern: int) -> str:
    left, right = ([row for row, dot in enumerate(column) if pattern & dot] for column in DOTS)
    rows = [*left, *right]
    if not rows:
        return " "
    if not (left and right):
        return "|" if len(rows) >= _TALL else _at(rows, _POINTS)
    fall = _mean(right) - _mean(left)
    if abs(fall) >= _STEEP:
        return "\\" if fall > 0 else "/"
    return "|" if max(rows) - min(rows) >= _TALL - 1 else _at(rows, _LEVELS)


def _at(rows: Iterable[int], levels: str) -> str:
    """Return the level at which rows of dots lie: the middle takes two of the four."""
    mean = _mean([*rows])
    return levels[0 if mean < 1 else 1 if mean <= 2 else 2]


def _mean(rows: list[int]) -> float:
    return sum(rows) / len(rows)


_STROKES = {BLANK + pattern: _stroke(pattern) for pattern in range(PATTERNS)}
