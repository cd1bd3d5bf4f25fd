"""Curves over each other: canvases laid on top of one another, and letters on the curves.

A canvas is lines of text, all of one length, of what one curve is drawn with; where it is not
there are blanks.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tui.drawing.braille import BLANK, PATTERNS

Canvas = list[str]

_BLANK = " \N{BRAILLE PATTERN BLANK}"
# About so many columns lie between two letters of a curve, and between the last two of them.
_STEP, _LEAST_STEP = 10, 3


@dataclass
class Laid:
    """Canvases as one: what is seen, and whose each cell is, as the index of the canvas or a blank."""

    cells: list[list[str]]
    owners: list[list[str]]

    @property
    def rows(self) -> list[tuple[str, str]]:
        """The canvas and the owners, line by line."""
        return [("".join(seen), "".join(whose)) for seen, whose in zip(self.cells, self.owners, strict=True)]

    def put(self, row: int, column: int, mark: str, owner: int) -> None:
        """Let a cell show a mark of one of the curves."""
        self.cells[row][column], self.owners[row][column] = mark, str(owner)


def laid_over(canvases: Sequence[Canvas]) -> Laid:
    """Lay canvases over each other: a shared cell is the later one's; of dots it keeps those of all."""
    height, width = len(canvases[0]), len(canvases[0][0])
    laid = Laid([[" "] * width for _ in range(height)], [[" "] * width for _ in range(height)])
    for index, canvas in enumerate(canvases):
        for row, line in enumerate(canvas):
            for column, mark in enumerate(line):
                if mark not in _BLANK:
                    laid.put(row, column, _together(laid.cells[row][column], mark), index)
    return laid


def _together(below: str, above: str) -> str:
    dots, more = ord(below) - BLANK, ord(above) - BLANK
    both = 0 <= dots < PATTERNS and 0 <= more < PATTERNS
    return chr(BLANK + (dots | more)) if both else above


def in_turns(canvases: Sequence[Canvas]) -> Laid:
    """Lay canvases over each other so that all are seen where they meet: in turns, column by column."""
    laid = laid_over(canvases)
    for row, line in enumerate(laid.cells):
        for column in range(len(line)):
            sharing = [index for index, canvas in enumerate(canvases) if canvas[row][column] not in _BLANK]
            if len(sharing) > 1:
                seen = sharing[-1 - column % len(sharing)]
                laid.put(row, column, canvases[seen][row][column], seen)
    return laid


def put_letters(laid: Laid, canvases: Sequence[Canvas], letters: Sequence[str]) -> None:
    """Put on each curve its letter, at its end and every ten or so columns, out of each other's way."""
    curves = [_columns(canvas) for canvas in canvases]
    taken: dict[tuple[int, int], int] = {}

    def put(index: int, column: int) -> bool:
        free = [row for row in curves[index].get(column, ()) if (row, column) not in taken]
        alone = [row for row in free if not any(row in one.get(column, ()) for one in _but(curves, index))]
        for row in _middle(alone or free):
            taken[row, column] = index
            laid.put(row, column, letters[index], index)
        return bool(free)

    for index, curve in enumerate(curves):
        next((column for column in reversed(curve) if put(index, column)), None)
    for index, curve in enumerate(curves):
        for column in _along(curve, index, len(curves)):
            put(index, column)


def _columns(canvas: Canvas) -> dict[int, list[int]]:
    """Return the lines in which a curve is drawn by column, from the left."""
    found: dict[int, list[int]] = {}
    for column in range(len(canvas[0])):
        rows = [row for row, line in enumerate(canvas) if line[column] not in _BLANK]
        if rows:
            found[column] = rows
    return found


def _but(curves: Sequence[dict[int, list[int]]], index: int) -> Iterator[dict[int, list[int]]]:
    return (curve for other, curve in enumerate(curves) if other != index)


def _middle(rows: Sequence[int]) -> Sequence[int]:
    return [rows[len(rows) // 2]] if rows else []


def _along(curve: dict[int, list[int]], index: int, count: int) -> Sequence[int]:
    """Return the columns of the letters before the last; each curve has others."""
    step = max(_STEP, 2 * count)
    begin = step // 2 + index * step // count - step * (index // count)
    end = max(curve, default=0)
    return [column for column in range(begin % step, end - _LEAST_STEP, step) if column in curve]


def dotted(
    curve: tuple[Sequence[float], Sequence[float]],
    mark: str,
    size: tuple[int, int],
    times: tuple[float, float],
    values: tuple[float, float],
) -> Canvas:
    """Draw a mark in each column where a curve is, and in between where it leaps, on such a canvas.

    The canvas goes from and to these times and values.
    """
    width, height = size
    (begin, end), (low, high) = times, values
    lines = [[" "] * width for _ in range(height)]
    step = (end - begin) / max(1, width - 1)
    before: int | None = None
    for column in range(width):
        value = _value_at(curve, begin + column * step, step / 2)
        row = None if value is None else round((high - value) / (high - low) * (height - 1))
        for marked in _leap(before, row):
            lines[marked][column] = mark
        before = row
    return ["".join(line) for line in lines]


def _leap(before: int | None, row: int | None) -> Sequence[int]:
    """Return a row, and those that lie between it and the row before."""
    if row is None:
        return ()
    if before is None or before == row:
        return (row,)
    return range(before + 1, row + 1) if before < row else range(row, before)


def _value_at(
    curve: tuple[Sequence[float], Sequence[float]], moment: float, tolerance: float
) -> float | None:
    """Return the value at a moment, between two points in proportion; None before and after a curve."""
    times, values = curve
    if not times or moment < times[0] - tolerance or moment > times[-1] + tolerance:
        return None
    after = bisect_left(times, moment)
    if after == 0 or after == len(times):
        return values[min(after, len(times) - 1)]
    span = times[after] - times[after - 1]
    share = (moment - times[after - 1]) / span if span else 1.0
    return values[after - 1] + share * (values[after] - values[after - 1])
