"""Plain lines of text in a few styles; only lines that changed are drawn again."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from core.text import harmless
from tui.widgets.columns import Cell
from tui.widgets.ink import inked
from tui.widgets.strips import lean

Line = tuple[Cell, ...]


def line(text: str, style: str = "") -> Line:
    """Return a line in one style."""
    return (Cell(text, style),)


def spread(left: Line, right: Line, width: int) -> Line:
    """Return a line with one part at each end; the left part gives way."""
    room = width - length(right)
    gap = room - length(left)
    if gap >= 1:
        return (*left, Cell(" " * gap), *right)
    return (*cut(left, max(0, room - 1)), Cell(" "), *right)


def parting(glyph: str, style: str, more: int, width: int) -> Line:
    """Return a line that parts two panes and says how many rows there are below those of the upper one."""
    told = line(f" ▼ {more:,} more ", "accent") if more else ()
    return (*told, Cell(glyph * (width - length(told)), style))


def length(parts: Line) -> int:
    """Return how many cells a line takes."""
    return sum(cell_len(part.text) for part in parts)


def cut(parts: Line, width: int) -> Line:
    """Return the part of a line that fits in `width` cells, with an ellipsis if it is cut."""
    if length(parts) <= width:
        return parts
    if width <= 0:
        return ()
    kept: list[Cell] = []
    left = width - 1
    for part in parts:
        text = part.text
        while cell_len(text) > left:
            text = text[:-1]
        kept.append(Cell(text, part.style))
        left -= cell_len(text)
        if text != part.text:
            break
    return (*kept, Cell("…", kept[-1].style))


def _without_end(parts: Line) -> Line:
    """Return a line without the blanks at its end, which need not be cut."""
    kept = list(parts)
    while kept and not kept[-1].text.rstrip():
        kept.pop()
    return (*kept[:-1], Cell(kept[-1].text.rstrip(), kept[-1].style)) if kept else ()


def harmless_line(parts: Line) -> Line:
    """Return a line without anything that acts on the terminal."""
    if all(part.text.isprintable() for part in parts):
        return parts
    return tuple(Cell(harmless(part.text), part.style) for part in parts)


def _widest(lines: Sequence[Line]) -> int:
    return max((length(parts) for parts in lines), default=0)


class Lines(Widget):
    """Shows lines; markup means nothing here, so any text may be shown."""

    ALLOW_SELECT = False

    def __init__(
        self,
        lines: Sequence[Line] = (),
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._lines = [harmless_line(parts) for parts in lines]
        self._mark = (-1, "")

    @property
    def text(self) -> str:
        """What is shown, as plain text."""
        return "\n".join("".join(part.text for part in parts).rstrip() for parts in self._lines)

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines instead."""
        old, self._lines = self._lines, [harmless_line(parts) for parts in lines]
        if len(old) != len(self._lines) or (self.styles.is_auto_width and _widest(old) != _widest(lines)):
            # Textual keeps a widget's size until its count of updates changes, and counts only the
            # first of those between two moments at rest: a layout amid them would keep the size before.
            self._layout_updates += 1
            self.refresh(layout=True)
            return
        for index, (before, after) in enumerate(zip(old, self._lines, strict=True)):
            if before != after:
                self.refresh(self.changed_part(index, before, after))

    def changed_part(self, index: int, before: Line, after: Line) -> Region:
        """Return what is drawn again of a line that is another now."""
        return Region(0, index, self.changed_width(before, after), 1)

    def changed_width(self, before: Line, after: Line) -> int:  # noqa: ARG002 - for those who look closer
        """Return how many cells of a line that is another now are drawn again: all of them."""
        return self.size.width

    def mark_end(self, row: int, text: str) -> None:
        """Draw `text` at the end of one line, which gives way to it, and of no other; "" of none."""
        before, self._mark = self._mark, (row, text)
        if before != self._mark:
            for marked in {before[0], row}:
                self.refresh(Region(0, marked, self.size.width, 1))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's own
        """Return the number of lines, for a height that is `auto`."""
        return len(self._lines)

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002 - Textual's own
        """Return the cells of the longest line, for a width that is `auto`."""
        return _widest(self._lines)

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        width = self.size.width
        if y >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        row, text = self._mark
        mark = line(text, "accent") if y == row and text else ()
        room = width - length(mark)
        shown = self._strip(cut(_without_end(self._lines[y]) if mark else self._lines[y], room), room)
        return Strip.join([shown, self._strip(mark, length(mark))]) if mark else shown

    def _strip(self, parts: Line, width: int) -> Strip:
        return lean(Strip(inked(self, parts)).adjust_cell_length(width, self.rich_style).simplify())
