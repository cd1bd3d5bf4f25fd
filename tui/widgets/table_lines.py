"""The lines of a table of rows as text, and where its cursor goes when rows are gone."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from tui.widgets.columns import GAP, Cell, Column, Row, aligned

MARK = "● "


def header_text(columns: Sequence[Column[Row]], sorted_by: tuple[str, bool] | None) -> str:
    """Return the titles, with an arrow at the column that is sorted by, down if descending.

    Where a title fills its column, the arrow takes a cell of the gap, so that no other column has to move.
    """
    name, descending = sorted_by or ("", False)
    text, taken = "", 0
    for column in columns:
        title = column.title + (("▼" if descending else "▲") if column.name == name else "")
        over = max(0, cell_len(title) - column.width) if column.name == name else 0
        gap = GAP - taken if text else 0
        taken = 0
        if column.right and gap:
            gap -= over
        else:
            taken = over
        text += " " * gap + aligned(title, column.width + over, right=column.right)
    return text


def row_cells(columns: Sequence[Column[Row]], cells: Sequence[Cell]) -> Iterator[Cell]:
    """Yield the cells of a row as wide as their columns, each with the gap before it."""
    for index, (column, cell) in enumerate(zip(columns, cells, strict=True)):
        gap = " " * GAP if index else ""
        yield Cell(gap + aligned(cell.text, column.width, right=column.right), cell.style)


def position(ids: Sequence[int], before: Sequence[int], cursor: int) -> int:
    """Return where the row under the cursor stands now; of one that is gone, where the next one does."""
    if before[cursor] in ids:
        return ids.index(before[cursor])
    left = set(ids)
    below = (row_id for row_id in before[cursor + 1 :] if row_id in left)
    above = (row_id for row_id in reversed(before[:cursor]) if row_id in left)
    near = next(below, next(above, None))
    return min(cursor, max(0, len(ids) - 1)) if near is None else ids.index(near)
