"""The few styles in which text stands, by name, the same in every widget of ours.

Colours come from the style sheet; profit and loss also carry their sign, and a
status its word, so that nothing is told by colour alone.
"""

from collections.abc import Iterable

from rich.segment import Segment
from textual.widget import Widget

from tui.widgets.columns import Cell

NAMES = ("title", "dim", "good", "bad", "live", "mark", "accent", "warn", "cursor")

INKS: set[str] = {f"ink--{name}" for name in NAMES}


def inked(widget: Widget, parts: Iterable[Cell]) -> list[Segment]:
    """Return parts of a line, each in the style it names; "" is the widget's own.

    The screen holds the styles for all its widgets: Textual works out the style sheet for each of
    them anew, for every widget that has them, which took most of the time a form took to open. The
    widget's own is worked out from all its ancestors: once for a line, not for every part.
    """
    own, named = widget.rich_style, widget.screen.get_component_rich_style
    return [Segment(part.text, named(f"ink--{part.style}") if part.style else own) for part in parts]
