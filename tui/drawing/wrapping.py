"""Texts of any length as lines of a width."""

from collections.abc import Iterable
from itertools import zip_longest

from rich.cells import set_cell_size

from tui.folding import wrapped
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, line

MOST_LINES = 20_000

_TAB = 4
_LEAST_VALUE = 20
# What does not fit on a line of code goes on so far behind where the line begins.
_GOES_ON = 4
_LEAST_CODE = 8


def chopped(text: str, width: int) -> list[str]:
    """Return one line of code as it is; what does not fit goes on below it, further in."""
    code, room = text.expandtabs(_TAB), max(_LEAST_CODE, width)
    begins = len(code) - len(code.lstrip(" "))
    return wrapped(code, room, indent=" " * min(begins + _GOES_ON, room // 2)) or [""]


def code_lines(text: str, width: int, marked: int | None = None) -> list[Line]:
    """Return a source line by line, each with its number before it; the line of one number is marked."""
    codes = text.removesuffix("\n").split("\n")
    gutter = len(str(len(codes)))
    room = width - gutter - 2
    return [
        (_gutter("" if below else number, gutter, is_marked=number == marked), Cell(part))
        for number, code in enumerate(codes, 1)
        for below, part in enumerate(chopped(code, room))
    ]


def _gutter(number: int | str, width: int, *, is_marked: bool) -> Cell:
    return Cell(f"{number:>{width}}> ", "bad") if is_marked else Cell(f"{number:>{width}}  ", "dim")


def prose_lines(text: str, width: int, style: str = "") -> list[Line]:
    """Return a text whose own line breaks are kept, broken between words where it is too wide."""
    room = max(_LEAST_VALUE, width)
    rows = (row for one in text.splitlines() for row in wrapped(one.expandtabs(_TAB), room) or [""])
    return [line(row, style) for row in rows]


def labelled(label: str, text: str, width: int, *, room: int, style: str = "") -> list[Line]:
    """Return label and value side by side, the label in `room` cells, what does not fit below."""
    labels = wrapped(label, room - 1) or [""]
    texts = wrapped(text, max(_LEAST_VALUE, width - room))
    both = zip_longest(labels, texts, fillvalue="")
    return [(Cell(set_cell_size(left, room), "dim"), Cell(right, style)) for left, right in both]


def bounded(lines: Iterable[Line]) -> list[Line]:
    """Return the lines, of very many the first and how many more there are."""
    found = list(lines)
    if len(found) > MOST_LINES:
        found[MOST_LINES:] = [line(f"There are {len(found) - MOST_LINES:,} more lines.", "dim")]
    return found
