"""The line at the top: where one is, and what the runner is doing."""

from tui.keys.registry import Actions
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, Lines, length, line, spread

_NAME = Cell("Backtape", "title"), Cell("  ")
# What the runner's state takes mostly: whether there is room does not change with it.
_STATE_WIDTH = len("nothing under way, runner ready")


class TopBar(Lines):
    """The program's name where there is room, the screens with their keys, and the runner's state."""

    def __init__(self, screen_name: str, actions: Actions) -> None:
        super().__init__(id="top")
        self._here = screen_name
        self._actions = actions
        self._state = ""

    def on_mount(self) -> None:
        """Say where one is."""
        self._draw()

    def on_resize(self) -> None:
        """Keep the runner's state at the right edge."""
        self._draw()

    def set_state(self, text: str) -> None:
        """Say what the runner is doing."""
        if text != self._state:
            self._state = text
            self._draw()

    def _draw(self) -> None:
        places, width = _places(self._here, self._actions), self.size.width
        named = (*_NAME, *places)
        left = named if length(named) + _STATE_WIDTH < width else places
        self.show([spread(left, line(self._state, "dim"), width)])


def _places(here: str, actions: Actions) -> Line:
    parts: list[Cell] = []
    for action in actions:
        if action.name.startswith("goto_"):
            current = action.name == f"goto_{here}"
            parts.append(Cell(f" {action.first_key} {action.label} ", "mark" if current else "dim"))
    return tuple(parts)
