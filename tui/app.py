"""The terminal program: one data folder, its screens, and what they share."""

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.driver import Driver
from textual.filter import LineFilter
from textual.message import Message
from textual.screen import Screen
from textual.worker import WorkType

from core.errors import BacktapeError
from core.home import Home
from db.errors import StoreError
from db.times import now
from tui.action_table import ACTIONS
from tui.guard import Guard
from tui.messages import StoreBusy, StoreOpened
from tui.plain import AsciiOnly
from tui.run_columns import Clock
from tui.runner_watch import RunnerWatch
from tui.screens.base import Work
from tui.screens.runs import RunsScreen
from tui.store_link import StoreLink
from tui.typed_keys import TypedKeys

if TYPE_CHECKING:
    from tui.driver import PatientDriver


class BacktapeApp(App[int], inherit_bindings=False):
    """Shows the runs of a data folder and starts new ones; it computes nothing itself."""

    TITLE = "Backtape"
    CSS_PATH = "styles/backtape.tcss"
    ENABLE_COMMAND_PALETTE = False
    # For pages that are no screens of their own, such as the help.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(action.keys), action.name, show=False)
        for action in ACTIONS
        if action.name in {"leave", "suspend"}
    ]

    def __init__(
        self, home: Home, *, ascii_only: bool = False, clock: Clock = now, guard: Guard | None = None
    ) -> None:
        # The terminal's own colours; told at once, else NO_COLOR would draw black on black.
        super().__init__(ansi_color=True)
        self.home = home
        self.guard = guard
        self.now = clock
        self.ascii_only = ascii_only
        self.link = StoreLink(home, busy=lambda: self.tell(StoreBusy()))
        self.watch_runner = RunnerWatch(self)
        self.refusal: str | None = None
        self.last_form: dict[str, str] = {}
        self._typed_keys = TypedKeys(super().on_event, self.call_later, self.set_timer)
        self._ascii = AsciiOnly(enabled=ascii_only)
        self.animation_level = "none"
        self.theme = "ansi-dark"

    @property
    def runner_text(self) -> str:
        """What the runner does, in words."""
        return self.watch_runner.text

    @property
    def terminal(self) -> "PatientDriver | None":
        """What has the terminal; None where there is none."""
        from tui.driver import PatientDriver

        return self._driver if isinstance(self._driver, PatientDriver) else None

    def get_driver_class(self) -> type[Driver]:
        """Return the driver that leaves the terminal whole whatever comes."""
        from tui.driver import PatientDriver

        return PatientDriver

    def get_default_screen(self) -> Screen[None]:
        """Return the home: no blank screen is painted before it."""
        return RunsScreen()

    def get_line_filters(self) -> list[LineFilter]:
        """Return Textual's filters, and ours for terminals without Unicode."""
        return [*super().get_line_filters(), *([self._ascii] if self.ascii_only else [])]

    async def on_event(self, event: events.Event) -> None:
        """Hand keys out one by one; one that comes back has been looked at by everybody below."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            await self._typed_keys.take(event)
            return
        await super().on_event(event)
        if isinstance(event, events.Key):
            self._typed_keys.settled(event)

    def first_page_shown(self) -> None:
        """Import and open the rest, now that the first rows stand on the screen."""
        self._start(self._open, "store")

    def _start(self, work: Work, group: str) -> None:
        """Do something beside the keys; called when it begins, so that nothing is left of what never does."""
        begun: WorkType[None] = work
        self.run_worker(begun, group=group)

    async def _open(self) -> None:
        try:
            await self.link.open()
        except (BacktapeError, StoreError) as error:
            self.refuse(str(error))
            return
        self.tell(StoreOpened())
        self._start(self.watch_runner.run, "watch")

    def tell(self, message: Message) -> None:
        """Tell the screen in front what happened; the others look when they come back."""
        self.screen.post_message(message)

    def go_home(self) -> None:
        """Show the run list."""
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def submitted(self, run_id: int) -> None:
        """Show the run that was just submitted, and make sure of a runner for it."""
        self._start(self.watch_runner.submitted, "runner")
        self.show_new(run_id)

    def show_new(self, run_id: int, sentence: str = "") -> None:
        """Show a run that was just stored in place of the screen in front, with a sentence about it."""
        from tui.screens.detail import DetailScreen

        home = self.screen_stack[0]
        if isinstance(home, RunsScreen):
            home.await_run(run_id)
        self.switch_screen(DetailScreen(run_id, sentence))

    def refuse(self, sentence: str) -> None:
        """Leave, saying on the way out why the data folder cannot be used."""
        self.refusal = sentence
        self.exit(2, return_code=2)

    def leave(self) -> None:
        """Leave; what runs goes on."""
        self.exit(0)

    def action_leave(self) -> None:
        """Leave from a page over a screen."""
        self.leave()

    def action_suspend(self) -> None:
        """Stop, with the shell in front."""
        self.action_suspend_process()

    def _handle_exception(self, error: Exception) -> None:
        """End at a mistake; that a screen was taken apart before it was put together is none."""
        if not (self._exit and isinstance(error, NoMatches)):
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Keep a mistake of ours in a log: what stands in memory has no place on a terminal."""
        from tui.mistakes import keep_traceback

        place = keep_traceback(self._exception, self.home) if self._exception else None
        tells = f"the details are in {place}" if place else "the details could not be kept"
        self.refusal = f"The screens have met a mistake of their own and closed; {tells}. Runs go on."
        self._close_messages_no_wait()

    async def on_unmount(self) -> None:
        """Close the store; nothing else is waited for."""
        self.watch_runner.close()
        await asyncio.shield(self.link.close())
