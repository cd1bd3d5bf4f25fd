"""Asking for the column to sort a table by."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from tui.widgets.bottom_line import BottomLine
from tui.widgets.columns import Column


def ask_column(bottom: BottomLine, columns: Sequence[Column[Any]], chosen: Callable[[str], None]) -> None:
    """Show the letters of the columns in the bottom line; `chosen` gets the name of one."""
    sortable = [column for column in columns if column.letter]
    asked = "  ".join(f"{column.letter} {column.title}" for column in sortable)
    bottom.ask(f"sort: {asked}", {column.letter: partial(chosen, column.name) for column in sortable})
