"""Texts of any length as lines of a width."""

import textwrap
from collections.abc import Iterable

from rich.cells import cell_len, chop_cells

from tui.widgets.columns import Cell
from tui.widgets.lines import Line, line

MOST_LINES = 20_000

_TAB = 4
_LEAST_VALUE = 20
# What does not fit on a line of code goes on so far behind where the line begins.
_GOES_ON = 4
_LEAST_CODE = 8


def chopped(text: str, width: int) -> list[str]:
    """Return one line of code as it is; what does not fit goes on below it, further in, broken at blanks."""
    rest, room = text.expandtabs(_TAB), max(_LEAST_CODE, width)
    begins = len(rest) - len(rest.lstrip(" "))
    further_in = " " * min(begins + _GOES_ON, room // 2)
    found: list[str] = []
    while cell_len(rest) > room:
        fits = chop_cells(rest, room)[0]
        at = rest.rfind(" ", 0, len(fits) + 1)
        if not rest[: max(at, 0)].strip():
            at = len(fits)
        found.append(rest[:at].rstrip())
        rest = further_in + rest[at:].lstrip(" ")
    return [*found, rest]


def code_lines(text: str, width: int) -> list[Line]:
    """Return a source line by line, each with its number before it."""
    codes = text.removesuffix("\n").split("\n")
    gutter = len(str(len(codes)))
    room = width - gutter - 2
    return [
        (Cell(f"{'' if below else number:>{gutter}}  ", "dim"), Cell(part))
        for number, code in enumerate(codes, 1)
        for below, part in enumerate(chopped(code, room))
    ]


def prose_lines(text: str, width: int, style: str = "") -> list[Line]:
    """Return a text whose own line breaks are kept, broken between words where it is too wide."""
    room = max(_LEAST_VALUE, width)
    rows = (row for one in text.splitlines() for row in _wrapped(one.expandtabs(_TAB), room))
    return [line(row, style) for row in rows]


def _wrapped(text: str, room: int) -> list[str]:
    """Break a text between words, and where its characters are wider than a cell within them."""
    return [part for row in textwrap.wrap(text, room) for part in chop_cells(row, room)] or [""]


def labelled(label: str, text: str, width: int, *, room: int, style: str = "") -> list[Line]:
    """Return label and value side by side, the label in `room` cells, what does not fit below."""
    labels = textwrap.wrap(label, room - 1) or [""]
    texts = _wrapped(text, max(_LEAST_VALUE, width - room))
    rows = max(len(labels), len(texts))
    labels += [""] * (rows - len(labels))
    texts += [""] * (rows - len(texts))
    rows_of_both = zip(labels, texts, strict=True)
    return [(Cell(f"{left:<{room}}", "dim"), Cell(right, style)) for left, right in rows_of_both]


def bounded(lines: Iterable[Line]) -> list[Line]:
    """Return the lines, of very many the first and how many more there are."""
    found = list(lines)
    if len(found) > MOST_LINES:
        found[MOST_LINES:] = [line(f"There are {len(found) - MOST_LINES:,} more lines.", "dim")]
    return found
