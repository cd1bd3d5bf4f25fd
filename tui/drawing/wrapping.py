"""Texts of any length as lines of a width."""

import textwrap
from collections.abc import Iterable

from rich.cells import chop_cells

from tui.widgets.columns import Cell
from tui.widgets.lines import Line, line

MOST_LINES = 20_000

_TAB = 4
_LEAST_VALUE = 20


def chopped(text: str, width: int) -> list[str]:
    """Return one line of code as it is, what does not fit below it."""
    return chop_cells(text.expandtabs(_TAB), max(1, width)) or [""]


def code_lines(text: str, width: int) -> list[Line]:
    """Return a source line by line."""
    return [line(part) for code in text.splitlines() for part in chopped(code, width)]


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
