"""The few styles in which text stands, by name, the same in every widget of ours.

Colours come from the style sheet; profit and loss also carry their sign, and a
status its word, so that nothing is told by colour alone.
"""

from rich.style import Style
from textual.widget import Widget

NAMES = ("title", "dim", "good", "bad", "live", "mark", "accent", "warn", "cursor")

INKS: set[str] = {f"ink--{name}" for name in NAMES}


def ink(widget: Widget, name: str) -> Style:
    """Return the style of that name; "" is the widget's own."""
    return widget.get_component_rich_style(f"ink--{name}") if name else widget.rich_style
