"""Asking for the column to sort a table by."""

from collections.abc import Callable
from functools import partial
from typing import Any

from tui.widgets.bottom_line import BottomLine
from tui.widgets.virtual_table import VirtualTable


def ask_column(bottom: BottomLine, table: VirtualTable[Any], chosen: Callable[[str], None]) -> None:
    """Show the letters of the columns, those on screen first; `chosen` gets the name of one."""
    shown = {column.name for column in table.shown_columns}
    sortable = [column for column in table.columns if column.letter]
    ordered = sorted(sortable, key=lambda column: column.name not in shown)
    asked = "  ".join(f"{column.letter} {column.title}" for column in ordered)
    bottom.ask(f"sort: {asked}", {column.letter: partial(chosen, column.name) for column in sortable})
