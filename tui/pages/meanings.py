"""What the figures of a run mean, as lines, from the table that names them."""

from core.results.figures import FIGURES
from tui.drawing.wrapping import labelled
from tui.widgets.lines import Line

MEANINGS_TITLE = "What the figures mean"

_LABEL = 19


def meaning_lines(width: int) -> list[Line]:
    """Return each figure with its meaning, in the order in which people read them."""
    return [
        row for figure in FIGURES for row in labelled(f"  {figure.label}", figure.meaning, width, room=_LABEL)
    ]
