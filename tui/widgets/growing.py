"""Lines of which only the cells that changed are sent: curves that grow, figures that go on."""

from textual.geometry import Region

from tui.widgets.lines import Line, Lines, length

_BLANK = (" ", "")


class Growing(Lines):
    """Shows lines that mostly stay as they are."""

    def changed_part(self, index: int, before: Line, after: Line) -> Region:
        """Return the cells from the first that is another now to the last."""
        old, new = _cells(before), _cells(after)
        if old is None or new is None:
            return super().changed_part(index, before, after)
        wide = max(len(old), len(new))
        old += [_BLANK] * (wide - len(old))
        new += [_BLANK] * (wide - len(new))
        changed = [place for place in range(wide) if old[place] != new[place]]
        if not changed or changed[-1] >= self.size.width:
            return super().changed_part(index, before, after)
        return Region(changed[0], index, changed[-1] - changed[0] + 1, 1)


def _cells(parts: Line) -> list[tuple[str, str]] | None:
    """Return each cell of a line with its style; None where a letter takes more than one, or less."""
    cells = [(letter, part.style) for part in parts for letter in part.text]
    return cells if len(cells) == length(parts) else None
