"""The lines of a table of rows as text, and where its cursor goes when rows are gone."""

from collections.abc import Iterator, Sequence

from tui.widgets.columns import GAP, Cell, Column, Row, aligned

MARK = "● "


def header_text(columns: Sequence[Column[Row]], sorted_by: tuple[str, bool] | None) -> str:
    """Return the titles, with an arrow at the column that is sorted by, down if descending."""
    texts = []
    for column in columns:
        title = column.title
        if sorted_by and sorted_by[0] == column.name:
            title = _with_arrow(title, "▼" if sorted_by[1] else "▲", column.width)
        texts.append(aligned(title, column.width, right=column.right))
    return (" " * GAP).join(texts)


def _with_arrow(title: str, arrow: str, width: int) -> str:
    """Return a title with its arrow; a blank before % goes before the % does."""
    short = title if len(title) < width else title.replace(" %", "%")
    return short[: width - len(arrow)] + arrow


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
