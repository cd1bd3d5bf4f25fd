"""Lines of which the blank ends are not sent again: of a replay, most of the room is still blank."""

from tui.widgets.columns import Cell
from tui.widgets.lines import Line, Lines, length


class Drawing(Lines):
    """Shows a chart."""

    def changed_width(self, before: Line, after: Line) -> int:
        """Return how many cells, from the left, hold all that is another than before."""
        if length(before) != length(after):
            return self.size.width
        return length(after) - same_end(before, after)


def same_end(before: Line, after: Line) -> int:
    """Return how many cells are the same at the ends of two lines."""
    same = 0
    ends = [*reversed(before)], [*reversed(after)]
    for old, new in zip(*ends, strict=False):
        if old != new:
            return same + _same_text(old, new)
        same += length((new,))
    return same


def _same_text(old: Cell, new: Cell) -> int:
    """Return how many blanks are the same at the ends of two cells in one style."""
    if old.style != new.style:
        return 0
    return min(len(text) - len(text.rstrip(" ")) for text in (old.text, new.text))
