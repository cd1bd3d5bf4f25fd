"""What every screen has: its keys from the registry, the lines at top and bottom, a least size."""

from collections.abc import Coroutine, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.app import ComposeResult
from textual.css.query import NoMatches
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from core.errors import BacktapeError
from core.text import clean
from db.errors import StoreError
from tui.actions import bindings_of
from tui.messages import RunnerChanged
from tui.widgets.bottom_line import BottomLine
from tui.widgets.lines import Lines, line
from tui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from tui.app import BacktapeApp

LEAST_WIDTH, LEAST_HEIGHT = 60, 16


class WorkScreen(Screen[None], inherit_bindings=False):
    """A screen named in the registry of actions.

    It offers the action `x` by a method `do_x`, and refuses it with the reason
    that `why_not_x` returns, if any.
    """

    NAME: ClassVar[str] = ""
    ALLOW_SELECT = False

    # As Textual's own, but a change of focus does not draw the whole screen again.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    AUTO_FOCUS = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:  # noqa: ANN401 - Textual's own
        if cls.NAME:
            cls.BINDINGS = bindings_of(cls.NAME)
        super().__init_subclass__(**kwargs)

    @property
    def bench(self) -> "BacktapeApp":
        """The program this screen belongs to."""
        return cast("BacktapeApp", self.app)

    @property
    def bottom(self) -> BottomLine:
        """The line at the bottom."""
        return self.query_one(BottomLine)

    def compose(self) -> ComposeResult:
        """Lay the lines at top and bottom around the body."""
        yield TopBar(self.NAME)
        yield from self.body()
        yield BottomLine(self.NAME)
        yield Lines([line(_TOO_SMALL)], id="too-small")

    def body(self) -> Iterable[Widget]:
        """Return the widgets between the lines at top and bottom."""
        return ()

    def on_resize(self) -> None:
        """Say in one sentence that the terminal is too small, when it is."""
        small = self.size.width < LEAST_WIDTH or self.size.height < LEAST_HEIGHT
        self.set_class(small, "-too-small")

    def on_screen_resume(self) -> None:
        """Show the runner's state as it is now."""
        self.query_one(TopBar).set_state(self.bench.runner_text)

    def on_runner_changed(self, message: RunnerChanged) -> None:
        """Show the runner's state."""
        message.stop()
        self.query_one(TopBar).set_state(self.bench.runner_text)

    # Acting

    async def action_act(self, name: str) -> None:
        """Do what the registry calls `name`, or say why it cannot be done now."""
        self.bottom.hush()
        refuse = getattr(self, f"why_not_{name}", None)
        reason = refuse() if refuse is not None else None
        if reason:
            self.say(reason)
            return
        getattr(self, f"do_{name}")()

    def say(self, sentence: str, style: str = "") -> None:
        """Show a sentence in the bottom line until the next key."""
        self.bottom.say(clean(sentence), style)

    def start(self, work: Coroutine[Any, Any, None], *, group: str = "work", alone: bool = False) -> None:
        """Run some reading or writing beside the keys; a refusal is shown as a sentence.

        With `alone` what runs in the same group is given up first.
        """
        self.run_worker(self._guarded(work), group=group, exclusive=alone)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except (BacktapeError, StoreError) as error:
            if self.is_attached:
                self.say(str(error), "bad")
        except NoMatches:
            # Else the screen was left while something was read for it.
            if self.is_running and self.is_attached and self.app.is_running:
                raise

    # What every screen offers

    def do_new_run(self) -> None:
        """Open the form."""
        from tui.screens.new_run import NewRunScreen

        self.app.push_screen(NewRunScreen())

    def do_goto_runs(self) -> None:
        """Go home."""
        self.bench.go_home()

    def do_goto_data(self) -> None:
        """Show the data library."""
        from tui.screens.data import DataScreen

        if not isinstance(self, DataScreen):
            self.bench.go_home()
            self.app.push_screen(DataScreen())

    def do_back(self) -> None:
        """Leave this layer; the home is not left."""
        if len(self.app.screen_stack) > 1:
            self.app.pop_screen()

    def do_quit(self) -> None:
        """Leave this layer, or the program at the top."""
        if len(self.app.screen_stack) > 1:
            self.app.pop_screen()
        else:
            self.bench.leave()

    def do_leave(self) -> None:
        """Leave the program."""
        self.bench.leave()

    def do_help(self) -> None:
        """Show the keys of this screen."""
        from tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.NAME))


_TOO_SMALL = f"Backtape needs {LEAST_WIDTH} columns and {LEAST_HEIGHT} lines; make the terminal larger."
