"""A line of text that takes nothing harmful and does not blink."""

from typing import Self

from textual import events
from textual.geometry import Region
from textual.widgets import Input

from core.text import clean


class CleanInput(Input):
    """Textual's input, one line high; what is pasted is cut and cleaned."""

    def __init__(
        self,
        value: str = "",
        *,
        longest: int,
        select_on_focus: bool = True,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(value, compact=True, max_length=longest, select_on_focus=select_on_focus, id=id)
        self.cursor_blink = False

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,  # noqa: ARG002 - never: one line of a fixed width
        recompose: bool = False,
    ) -> Self:
        """Draw again without a new layout, which would send the whole screen for every key."""
        return super().refresh(*regions, repaint=repaint, layout=False, recompose=recompose)

    def _on_paste(self, event: events.Paste) -> None:
        """Take what was pasted as one line, as much of it as there is room for."""
        event.stop()
        event.prevent_default()
        chosen = self.selection
        room = (self.max_length or 0) - len(self.value) + abs(chosen.end - chosen.start)
        text = clean(" ".join(event.text[:10_000].split()), limit=10_000)[: max(0, room)]
        self.replace(text, *sorted((chosen.start, chosen.end)))
