"""Columns of a table: what they show, how wide, and which go first when space is short."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, NamedTuple, TypeVar

from rich.cells import cell_len, set_cell_size

from core.text import harmless

Row = TypeVar("Row")

GAP = 2


class Cell(NamedTuple):
    """What stands in a cell, and the name of the style it stands in ("" for none)."""

    text: str
    style: str = ""


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column of a table over rows of type `Row`.

    Columns with the highest `priority` number fold first; 0 never folds.
    `grows` is the width up to which a column takes what is left over. `letter`
    is the key that sorts by this column, "" if it cannot be sorted by. `about`
    says what it shows, where columns are chosen.
    """

    name: str
    title: str
    width: int
    cell: Callable[[Row], Cell]
    right: bool = False
    priority: int = 0
    grows: int = 0
    letter: str = ""
    about: str = ""


def fit(columns: Sequence[Column[Row]], width: int, sorted_by: str = "") -> list[Column[Row]]:
    """Return the columns that fit side by side in `width` cells, the growing one grown.

    The one called `sorted_by` is among them; for it the last of those that never fold give way too.
    """
    kept = list(columns)
    is_sorted = any(column.name == sorted_by for column in kept)
    while len(kept) > 1 and _needed(kept) > width:
        others = [column for column in kept if column.name != sorted_by]
        foldable = max(others, key=lambda column: (column.priority, kept.index(column)))
        if foldable.priority == 0 and not is_sorted:
            break
        kept.remove(foldable)
    left = width - _needed(kept)
    for index, column in enumerate(kept):
        if column.grows and left > 0:
            more = min(left, column.grows - column.width)
            kept[index] = replace(column, width=column.width + more)
            left -= more
    return kept


def _needed(columns: Sequence[Column[Row]]) -> int:
    return sum(column.width for column in columns) + GAP * (len(columns) - 1)


def aligned(text: str, width: int, *, right: bool) -> str:
    """Return `text` in exactly `width` cells; what is cut off shows as an ellipsis."""
    text = harmless(text)
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…" if width > 1 else set_cell_size(text, width)
    blanks = " " * (width - length)
    return blanks + text if right else text + blanks
