"""The page of what was understood of a file, one of the parts that the keys of the form go through."""

from textual.actions import SkipAction

from tui.widgets.page import Page


class ImportPage(Page):
    """Moves as lists do; at its ends Up and Down go on to the fields, as they do everywhere in the form."""

    def action_up(self) -> None:
        """Show the line above, or leave the page."""
        if self.scroll_offset.y <= 0:
            raise SkipAction
        super().action_up()

    def action_down(self) -> None:
        """Show the line below, or leave the page."""
        if self.scroll_offset.y >= self.max_scroll_y:
            raise SkipAction
        super().action_down()
