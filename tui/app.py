"""The terminal program: one data folder, its screens, and what they share."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from rich.console import RenderableType
from textual import events
from textual._context import active_message_pump
from textual.app import App
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.dom import NoScreen
from textual.driver import Driver
from textual.filter import LineFilter
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import WorkerFailed, WorkType

from core.errors import BacktapeError
from core.home import Home
from db import runs
from db.errors import StoreError
from db.times import now
from tui.background import in_background
from tui.cover import Cover
from tui.keys.keymap import read_keymap
from tui.keys.registry import keys_of
from tui.keys.table import ACTIONS
from tui.keys.typed import Typed, TypedKeys
from tui.late import LATE_SECONDS, import_late
from tui.memory import Memory
from tui.messages import StoreBusy, StoreFree, StoreOpened
from tui.mistakes import keep_sentence, keep_traceback
from tui.places import runs_of, text_of
from tui.run_list.columns import Clock
from tui.runner_watch import RunnerWatch
from tui.screens.base import Work, WorkScreen
from tui.screens.runs import RunsScreen
from tui.store_link import StoreLink
from tui.terminal.guard import Guard
from tui.terminal.plain import AsciiOnly
from tui.themes import THEMES, USUAL, first_theme, kept_theme
from tui.unseen import is_too_small, leads_out
from tui.widgets.bottom_line import BottomLine

if TYPE_CHECKING:
    from tui.terminal.driver import PatientDriver

# What is for nothing on the screen in front, so that its keys never wait for it.
_LEADING_AWAY = frozenset({"back", "quit", "leave", "suspend", "help"})
_REMEMBER_SECONDS = 1.0
# At the end a disk that hangs is not waited for.
REMEMBERING_SECONDS = 1.0


class BacktapeApp(App[int], inherit_bindings=False):
    """Shows the runs of a data folder and starts new ones; it computes nothing itself."""

    TITLE = "Backtape"
    CSS_PATH = "styles/backtape.tcss"
    ENABLE_COMMAND_PALETTE = False
    # For pages that are no screens of their own, such as the help.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(action.keys), action.name, show=False, id=action.name)
        for action in ACTIONS
        if action.name in {"leave", "suspend"}
    ]

    def __init__(
        self,
        home: Home,
        *,
        ascii_only: bool = False,
        theme: str | None = None,
        clock: Clock = now,
        guard: Guard | None = None,
    ) -> None:
        # Told at once, else NO_COLOR would draw black on black.
        super().__init__(ansi_color=True)
        self.home = home
        self.guard = guard
        self.now = clock
        self.ascii_only = ascii_only
        self.cover = Cover(self)
        self.link = StoreLink(home, busy=lambda: self.tell(StoreBusy()), free=lambda: self.tell(StoreFree()))
        self.watch_runner = RunnerWatch(self)
        self._will_remember = False
        self.memory = Memory(home, changed=self._remember_soon)
        self._last_place = self.memory.of("screen")
        # Notes by run that the store could not take yet.
        self.unwritten_notes: dict[int, str] = {}
        # Whether the user has pressed anything.
        self.has_acted = False
        self.refusal: str | None = None
        self.keymap = read_keymap(home)
        self._leading_away = keys_of(_LEADING_AWAY, self.keymap.actions)
        self.set_keymap(self.keymap.changed())
        self._remarks = [*filter(None, [self.memory.damage]), *self.keymap.problems]
        self._configured = self._configured_theme()
        self._typed_keys = TypedKeys(self._hand_out, self.call_later, self.set_timer, self._may_act)
        self._ascii = AsciiOnly(enabled=ascii_only)
        self.animation_level = "none"
        for known in THEMES.values():
            self.register_theme(known)
        if theme is None:
            self._wear(first_theme(self._configured, self.memory.of("theme")))
        else:
            self.use_theme(theme)

    def use_theme(self, name: str) -> None:
        """Show everything in a theme of `THEMES`, also at the next start."""
        self._wear(name)
        self.memory.keep("theme", kept_theme(name, self._configured))

    def _wear(self, name: str) -> None:
        # With NO_COLOR all colours are taken out, and lesser text can only be told by the terminal.
        shown = USUAL if self.no_color else name
        self.ansi_color = THEMES[shown].ansi
        self.theme = shown

    def _configured_theme(self) -> str | None:
        """Return the theme that `config.toml` names, if there is one; nothing is imported without it."""
        if not self.home.config.exists():
            return None
        from core.config import read_config

        try:
            return read_config(self.home).theme
        except BacktapeError as error:
            self._remarks.append(str(error))
            return None

    @property
    def runner_text(self) -> str:
        """What the runner does, in words."""
        return self.watch_runner.text

    @property
    def terminal(self) -> "PatientDriver | None":
        """What has the terminal; None where there is none."""
        from tui.terminal.driver import PatientDriver

        return self._driver if isinstance(self._driver, PatientDriver) else None

    def get_driver_class(self) -> type[Driver]:
        """Return the driver that leaves the terminal whole whatever comes."""
        from tui.terminal.driver import PatientDriver

        return PatientDriver

    def get_default_screen(self) -> Screen[None]:
        """Return the home: no blank screen is painted before it."""
        return RunsScreen()

    def get_line_filters(self) -> list[LineFilter]:
        """Return Textual's filters, and ours for terminals without Unicode."""
        return [*super().get_line_filters(), *([self._ascii] if self.ascii_only else [])]

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Send what was drawn, unless it is held back for a moment."""
        if not self.cover.is_on:
            super()._display(screen, renderable)

    async def on_event(self, event: events.Event) -> None:
        """Hand keys out one by one; one that comes back has been looked at by everybody below."""
        if isinstance(event, Typed | events.MouseDown):
            self.has_acted = True
        if isinstance(event, Typed) and not event.is_forwarded:
            await self._typed_keys.take(event)
            return
        await super().on_event(event)
        if isinstance(event, events.Key):
            self._typed_keys.settled(event)

    async def _hand_out(self, typed: Typed) -> None:
        """Send what was typed on its way; what was said stood there until the next key."""
        if not self.screen_stack:
            return  # the program has ended meanwhile
        if self.is_too_small and not self._leads_out(typed):
            return
        screen = self.screen_stack[-1]
        if isinstance(screen, WorkScreen):
            screen.hush()
        await super().on_event(typed)

    @property
    def is_too_small(self) -> bool:
        """Whether the terminal has no room for any screen: what cannot be seen is not acted on."""
        return is_too_small(self.size)

    def _leads_out(self, typed: Typed) -> bool:
        """Whether somebody wants to leave the program, which needs nothing to be seen."""
        is_asked = any(bottom.busy for bottom in self.home_screen.query(BottomLine))  # if there is one yet
        is_top = len(self.screen_stack) == 1 and not is_asked
        return isinstance(typed, events.Key) and leads_out(typed.key, self.keymap.actions, quits=is_top)

    def _may_act(self, typed: Typed) -> bool:
        """Whether there is what a key acts on; one that leads away, or acts on nothing, needs nothing."""
        screen = self.screen_stack[-1] if self.screen_stack else None
        leads_away = isinstance(typed, events.Key) and typed.key in self._leading_away
        is_read = not isinstance(screen, WorkScreen) or screen.may_act
        return is_read or leads_away or self.is_too_small

    async def _check_bindings(self, key: str, priority: bool = False) -> bool:
        """Say of a key that nothing is bound to that it does nothing here."""
        handled = await super()._check_bindings(key, priority)
        if not (handled or priority) and isinstance(self.screen, WorkScreen):
            self.screen.say_of_idle_key(key)
        return handled

    def first_page_shown(self) -> None:
        """Import and open the rest, now that the first rows stand on the screen."""
        self._start(self._open, "store")
        self._start(self._begin, "begin")

    async def _begin(self) -> None:
        """Go where one was when the program was left, and say there what is wrong with the settings."""
        with suppress(StoreError):  # which is told where the store is opened
            await self._come_back()
        if self._remarks:
            await self._tell_remarks()

    async def _come_back(self) -> None:
        name = self._last_place.get("name")
        if name in ("strategies", "data") and not self.has_acted:
            self.home_screen.act(f"goto_{name}")
        if name in ("detail", "compare"):
            ids = runs_of(self._last_place)
            known = {run.id for run in await self.link.read(runs.summaries, ids)}
            found = [run_id for run_id in ids if run_id in known]
            if name == "detail" and found and not self.has_acted:
                self.go_to_run(found[0], text_of(self._last_place.get("tab")))
            if name == "compare" and len(found) > 1 and not self.has_acted:
                self._compare(found)

    def _compare(self, ids: Sequence[int]) -> None:
        from tui.screens.compare import CompareScreen

        self.go_home()
        self.push_screen(CompareScreen(ids))

    @property
    def home_screen(self) -> RunsScreen:
        """The run list, below all other screens."""
        return cast("RunsScreen", self.screen_stack[0])

    async def _tell_remarks(self) -> None:
        """Say what is wrong with the user's settings: the first in the bottom line, all in the log."""
        first, *more = self._remarks
        others = f" ({len(more)} more: backtape doctor lists them)" if more else ""
        self.say(f"{first}{others}", "warn")
        for remark in self._remarks:
            await in_background(keep_sentence, remark, self.home)

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
        self.set_timer(LATE_SECONDS, lambda: self._start(partial(in_background, import_late), "late"))

    def tell(self, message: Message) -> None:
        """Tell the screen in front, if there still is one; the others look when they come back."""
        if self.screen_stack:
            self.screen.post_message(message)

    def go_home(self) -> None:
        """Show the run list."""
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def go_to_run(self, run_id: int, tab: str = "") -> None:
        """Show a run, over the run list: the tab of that name, if the run has it, else its first."""
        from tui.screens.detail import DetailScreen

        self.go_home()
        self.push_screen(DetailScreen(run_id, tab=tab))

    def ensure_runner(self) -> None:
        """Make sure that there is a runner for what was just submitted."""
        self._start(self.watch_runner.submitted, "runner")

    def submitted(self, run_ids: Sequence[int]) -> None:
        """Show what was just submitted, a run or the list with several, and make sure of a runner for it."""
        self.ensure_runner()
        if len(run_ids) == 1:
            self.show_new(run_ids[0])
            return
        self.go_home()
        home = self.screen
        if isinstance(home, RunsScreen):
            home.await_runs(run_ids)
            home.say(f"Runs {run_ids[0]} to {run_ids[-1]} were submitted.")

    def show_new(self, run_id: int, sentence: str = "") -> None:
        """Show a run that was just stored in place of the screen in front, with a sentence about it."""
        from tui.screens.detail import DetailScreen

        home = self.screen_stack[0]
        if isinstance(home, RunsScreen):
            home.await_runs([run_id])
        self.switch_screen(DetailScreen(run_id, sentence))

    def say(self, sentence: str, style: str = "") -> None:
        """Show a sentence at the bottom of the screen in front, if there is one for work."""
        if self.screen_stack and isinstance(self.screen, WorkScreen):
            self.screen.say(sentence, style)

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
        """End at a mistake; that something was taken apart before it was put together is none."""
        if not (isinstance(error, NoMatches | NoScreen) and self._is_taken_apart):
            super()._handle_exception(error)

    @property
    def _is_taken_apart(self) -> bool:
        """Whether what acts now is going, be it with its screen or with all of them."""
        part = active_message_pump.get(self)
        return self._exit or not self.is_running or (isinstance(part, Widget) and part._pruning)

    def _fatal_error(self) -> None:
        """Keep a mistake of ours in a log: what stands in memory has no place on a terminal."""
        mistake: BaseException | None = self._exception
        if isinstance(mistake, WorkerFailed):
            mistake = mistake.error  # the other one says nothing of where it came from
        place = keep_traceback(mistake, self.home) if mistake else None
        tells = f"the details are in {place}" if place else "the details could not be kept"
        self.refusal = f"The screens have met a mistake of their own and closed; {tells}. Runs go on."
        self._close_messages_no_wait()

    def _remember_soon(self) -> None:
        """Write what is remembered in a moment; what comes meanwhile goes with it."""
        if self.is_running and not self._will_remember:
            self._will_remember = True
            self._start(self._remember, "memory")

    async def _remember(self) -> None:
        await asyncio.sleep(_REMEMBER_SECONDS)
        self._will_remember = False
        await in_background(self.memory.write)

    async def on_unmount(self) -> None:
        """Close the store and write what is remembered; nothing else is waited for."""
        self.watch_runner.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(REMEMBERING_SECONDS):
                await in_background(self.memory.write)
        await asyncio.shield(self.link.close())
