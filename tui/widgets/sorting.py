"""Asking for the column to sort a table by."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from rich.cells import cell_len

from tui.widgets.bottom_line import UNBROKEN, BottomLine
from tui.widgets.columns import Column
from tui.widgets.virtual_table import VirtualTable


def ask_column(bottom: BottomLine, table: VirtualTable[Any], chosen: Callable[[str], None]) -> None:
    """Show the letters of a table's columns, those on screen first; `chosen` gets the name of one."""
    shown = {column.name for column in table.shown_columns}
    sortable = [column for column in table.columns if column.letter]
    ordered = sorted(sortable, key=lambda column: column.name not in shown)
    asked = asked_columns([(column.letter, column.title) for column in ordered], bottom.size.width)
    bottom.ask(asked, {column.letter: partial(chosen, column.name) for column in sortable})


def ask_shown_column(
    bottom: BottomLine,
    table: VirtualTable[Any],
    every: Iterable[Column[Any]],
    chosen: Callable[[str], None],
    others: Callable[[], None],
) -> None:
    """Show the letters of the columns on screen; those of `every` are taken too, and `o` calls `others`."""
    shown = [(column.letter, column.title) for column in table.shown_columns if column.letter]
    answers = {column.letter: partial(chosen, column.name) for column in every if column.letter}
    bottom.ask(asked_columns([*shown, ("o", "others")], bottom.size.width), {**answers, "o": others})


def asked_columns(columns: Sequence[tuple[str, str]], width: int) -> str:
    """Return every letter with its whole title: in one line if they fit, else broken between two of them.

    What takes less room is tried before another line, for which the whole screen is drawn again.
    """
    wide = _asked(columns, UNBROKEN, "  ")
    dense = _asked(columns, "=", " ")
    return dense if cell_len(dense) <= width < cell_len(wide) else wide


def _asked(columns: Sequence[tuple[str, str]], between: str, apart: str) -> str:
    pairs = (f"{letter}{between}{title}".replace(" ", UNBROKEN) for letter, title in columns)
    return f"sort: {apart.join(pairs)}"
