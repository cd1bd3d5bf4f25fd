"""A screen that sends no more than it has to, be it for work or a page over another one."""

from typing import TYPE_CHECKING, cast

from textual.geometry import Size
from textual.reactive import Reactive
from textual.screen import Screen, ScreenResultType
from textual.widget import Widget

from tui.unseen import is_too_small, notice
from tui.widgets.compositor import WatchfulCompositor
from tui.widgets.ink import INKS
from tui.widgets.lines import Lines

if TYPE_CHECKING:
    from tui.app import BacktapeApp


class QuietScreen(Screen[ScreenResultType], inherit_bindings=False):
    """A screen that is drawn when it is whole, and again only where it changed.

    Textual calls a handler `on_x` of every class of a screen by itself, its own first, so none
    calls that of its base: what a screen does besides has a name of its own, as `resized` has.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES = INKS

    # As Textual's own, but a change of focus does not draw the whole screen again.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = WatchfulCompositor()
        self._laid_out_for: Size | None = None

    @property
    def bench(self) -> "BacktapeApp":
        """The program this screen belongs to."""
        return cast("BacktapeApp", self.app)

    def on_screen_resume(self) -> None:
        """Be sent when it is whole; the first page of the program comes as soon as it can."""
        if self.stack_updates or len(self.app.screen_stack) > 1:
            self.bench.cover.begin()

    def on_resize(self) -> None:
        """Lay everything out for the room there is; say in one sentence when that is too little."""
        self._laid_out_for = size = self.app.size
        is_small = is_too_small(size)
        self.set_class(is_small, "-too-small")
        if is_small:
            self._notice.show(notice(size, self.bench.keymap.key_of("leave")))
        self.resized()

    def resized(self) -> None:
        """Show for the room there is now what a screen shows; nothing by itself."""

    @property
    def _notice(self) -> Lines:
        """What stands there in place of the screen; there is none before it is needed."""
        for there in self.query("#too-small").results(Lines):
            return there
        made = Lines(id="too-small")
        self.mount(made)
        return made
