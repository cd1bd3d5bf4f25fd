"""The keys of a screen, from the registry that binds them; where there are figures, what those mean."""

from collections.abc import Sequence
from itertools import groupby
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.chart.legend import LEGEND_TITLE, legend_lines
from tui.keys.action import Action
from tui.keys.registry import PANES, SCREENS, Actions, help_of
from tui.keys.table import ACTIONS
from tui.pages.meanings import MEANINGS_TITLE, meaning_lines
from tui.screens.quiet import QuietScreen
from tui.screens.text import Draw, TextScreen
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, Lines, line
from tui.widgets.page import Page

_KEYS_WIDTH = 16
_WITH_FIGURES = frozenset({"overview", "compare"})
_WITH_SIGNS = "chart"
_FOOT = "Enter closes this page; keymap.toml in the data folder changes keys"


class HelpScreen(QuietScreen[None], inherit_bindings=False):
    """One page over the screen that asked for it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "close", show=False),
        Binding("escape", "close", show=False, id="back"),
        Binding("q", "close", show=False, id="quit"),
        Binding("question_mark,f1", "close", show=False, id="help"),
    ]

    def __init__(self, places: Sequence[str], actions: Actions) -> None:
        super().__init__()
        self._places = places
        self._actions = actions

    def compose(self) -> ComposeResult:
        """Lay the groups of keys under each other."""
        title = "Keys of " + " · ".join((SCREENS | PANES)[place] for place in self._places)
        explained, _ = self._explained()
        told = f"; below them, {explained[0].lower()}{explained[1:]}" if explained else ""
        yield Lines([(Cell(title, "title"), Cell(told, "dim")), line("")], id="help-head")
        with Page():
            yield Lines(self._lines(), id="help")
        yield Lines([line(_FOOT, "dim")], id="help-foot")

    def on_mount(self) -> None:
        """Let the keys move the page."""
        self.query_one(Page).focus()

    def resized(self) -> None:
        """Break what is too long where it is too long now."""
        self.query_one("#help", Lines).show(self._lines())

    def _explained(self) -> tuple[str, list[Line]]:
        """Return what is explained below the keys, if anything: its title and its lines."""
        width = self.bench.size.width
        if not _WITH_FIGURES.isdisjoint(self._places):
            return MEANINGS_TITLE, meaning_lines(width)
        if _WITH_SIGNS in self._places:
            return LEGEND_TITLE, legend_lines(width, ascii_only=self.bench.ascii_only)
        return "", []

    def _lines(self) -> list[Line]:
        keys = help_lines(self._places, self._actions)
        title, lines = self._explained()
        return [*keys, line(""), line(title, "title"), *lines] if title else keys

    def action_close(self) -> None:
        """Go back."""
        self.app.pop_screen()


def help_lines(places: Sequence[str], actions: Actions = ACTIONS) -> list[Line]:
    """Return the keys of a screen, and of its pane in front, by groups."""
    lines: list[Line] = []
    actions = sorted(help_of(places, actions), key=lambda action: _GROUPS.index(action.group))
    for group, members in groupby(actions, key=lambda action: action.group):
        lines += [line(group, "dim"), *(_line(action) for action in members)]
    return lines


def _line(action: Action) -> Line:
    return (Cell(f"  {action.shown_keys:<{_KEYS_WIDTH}}", "accent"), Cell(action.help))


_GROUPS = ["form", "chart", "list", "mark", "act", "tabs", "move", "in, out", "help"]


def meanings_screen() -> TextScreen:
    """Return the page of what the figures mean, for itself."""

    async def read() -> Draw:
        return meaning_lines

    return TextScreen(MEANINGS_TITLE, read)
