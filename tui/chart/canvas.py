"""Cells to draw into, and the lines they make."""

from tui.widgets.columns import Cell
from tui.widgets.lines import Line


class Canvas:
    """Characters with styles in `rows` x `width` cells; what stands there first stays, unless told."""

    def __init__(self, width: int, rows: int) -> None:
        self.width, self.rows = width, rows
        self._glyphs = [[" "] * width for _ in range(rows)]
        self._styles = [[""] * width for _ in range(rows)]

    def put(self, row: int, column: int, glyph: str, style: str = "", *, over: bool = False) -> bool:
        """Draw one cell if it is free, or `over` whatever is there; say whether it was drawn."""
        if not (0 <= row < self.rows and 0 <= column < self.width):
            return False
        if self._glyphs[row][column] != " " and not over:
            return False
        self._glyphs[row][column], self._styles[row][column] = glyph, style
        return True

    def line(self, row: int) -> Line:
        """Return one row; blanks take the style of what they follow, which sends less, the last ones none."""
        drawn = "".join(self._glyphs[row]).rstrip(" ")
        cells: list[Cell] = []
        text, style = "", ""
        for glyph, wanted in zip(drawn, self._styles[row], strict=False):
            if glyph != " " and wanted != style:
                cells.append(Cell(text, style))
                text, style = "", wanted
            text += glyph
        blank = " " * (self.width - len(drawn))
        return tuple(cell for cell in (*cells, Cell(text, style), Cell(blank)) if cell.text)
