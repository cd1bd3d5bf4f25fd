"""The few styles in which text stands, by name, the same in every widget of ours.

Colours come from the style sheet; profit and loss also carry their sign, and a
status its word, so that nothing is told by colour alone.
"""

from rich.style import Style
from textual.widget import Widget

NAMES = ("title", "dim", "good", "bad", "live", "mark", "accent", "warn", "cursor")

INKS: set[str] = {f"ink--{name}" for name in NAMES}


def ink(widget: Widget, name: str) -> Style:
    """Return the style of that name; "" is the widget's own.

    The screen holds them for all its widgets: Textual works out the style sheet for each of
    them anew, for every widget that has them, which took most of the time a form took to open.
    """
    return widget.screen.get_component_rich_style(f"ink--{name}") if name else widget.rich_style
