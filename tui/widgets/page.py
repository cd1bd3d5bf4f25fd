"""Scrolling areas that take their keys from the registry, not from Textual."""

from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.message import Message

from tui.keys.registry import table_bindings
from tui.widgets.lines import Lines


class FormArea(VerticalScroll, can_focus=False, inherit_bindings=False):
    """Holds fields; the keys that move belong to the form."""

    class Scrolled(Message):
        """So many lines are below those on the screen now."""

        def __init__(self, below: int) -> None:
            super().__init__()
            self.below = below

    def on_mount(self) -> None:
        """Count again whenever the form or the screen has another length."""
        self.watch(self, "virtual_size", self._tell_more)
        self.watch(self, "scroll_y", self._tell_more)

    def on_resize(self) -> None:
        """Count again."""
        self._tell_more()

    def _tell_more(self) -> None:
        self.post_message(self.Scrolled(max(0, self.max_scroll_y - self.scroll_offset.y)))


class Page(VerticalScroll, can_focus=True, inherit_bindings=False):
    """A text that may be longer than the screen; moves as lists do.

    The last line on screen says how many more there are below it.
    """

    BINDINGS: ClassVar[list[BindingType]] = table_bindings()

    def on_mount(self) -> None:
        """Count again whenever the text or the screen has another length."""
        self.watch(self, "virtual_size", self._tell_more)
        self.watch(self, "scroll_y", self._tell_more)

    def on_resize(self) -> None:
        """Count again."""
        self._tell_more()

    def _tell_more(self) -> None:
        more = self.max_scroll_y - self.scroll_offset.y
        last = self.scroll_offset.y + self.size.height - 1
        for lines in self.query_children(Lines):
            lines.mark_end(last - lines.virtual_region.y, f" ▼ {more:,} more" if more > 0 else "")

    def action_up(self) -> None:
        """Show the line above."""
        self.scroll_relative(y=-1, animate=False)

    def action_down(self) -> None:
        """Show the line below."""
        self.scroll_relative(y=1, animate=False)

    def action_page_up(self) -> None:
        """Show the page above."""
        self.scroll_relative(y=1 - self.size.height, animate=False)

    def action_page_down(self) -> None:
        """Show the page below."""
        self.scroll_relative(y=self.size.height - 1, animate=False)

    def action_first(self) -> None:
        """Show the beginning."""
        self.scroll_to(y=0, animate=False)

    def action_last(self) -> None:
        """Show the end."""
        self.scroll_to(y=self.max_scroll_y, animate=False)
