"""What every screen has: its keys from the registry, the lines at top and bottom, a least size."""

import os
from collections.abc import Callable, Coroutine, Iterable, Mapping
from functools import partial
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.css.query import NoMatches
from textual.dom import NoScreen
from textual.geometry import Size
from textual.message import Message
from textual.timer import Timer
from textual.widget import MountError, Widget
from textual.worker import WorkType

from core.errors import BacktapeError
from core.text import clean
from db.errors import StoreError
from tui.keys.action import EVERYWHERE
from tui.keys.names import shown_key
from tui.keys.registry import PANES, actions_of, bindings_of, titles_of
from tui.memory import JSON
from tui.messages import RowsUnread, RunnerChanged, StoreBusy, StoreFree
from tui.screens.quiet import QuietScreen
from tui.widgets.bottom_line import BottomLine
from tui.widgets.columns import Cell
from tui.widgets.lines import Line
from tui.widgets.top_bar import TopBar

Work = Callable[[], Coroutine[Any, Any, None]]


class WorkScreen(QuietScreen[None], inherit_bindings=False):
    """A screen named in the registry of actions.

    It offers the action `x` by a method `do_x`, and refuses it with the reason
    that `why_not_x` returns, if any. What it does besides when it is in front again, has another
    size, or the runner has changed, is in `came_back`, `resized` and `runner_changed`.
    """

    NAME: ClassVar[str] = ""

    # How many questions are about to be asked.
    _asking = 0

    def __init_subclass__(cls, **kwargs: Any) -> None:  # noqa: ANN401 - Textual's own
        if cls.NAME:
            cls.BINDINGS = bindings_of(cls.NAME)
        super().__init_subclass__(**kwargs)

    @property
    def room(self) -> Size:
        """The size of the terminal; the screen's own is still the old one while it is being resized."""
        return self.app.size

    @property
    def is_left(self) -> bool:
        """Whether this screen, or the program, was left; its widgets are going, one by one."""
        return not self.app.is_running or self not in self.app.screen_stack

    @property
    def is_read(self) -> bool:
        """Whether there is what the keys act on; what is typed before waits for it, for a while."""
        return True

    @property
    def may_act(self) -> bool:
        """Whether keys find what they are meant for: it is read, and no question is about to be asked."""
        return self.is_read and not self._asking

    @property
    def bottom(self) -> BottomLine:
        """The line at the bottom."""
        return self.query_one(BottomLine)

    def compose(self) -> ComposeResult:
        """Lay the lines at top and bottom around the body."""
        yield TopBar(self.NAME, self.bench.keymap.actions)
        yield from self.body()
        yield BottomLine(self.NAME, self.bench.keymap.actions)

    def body(self) -> Iterable[Widget]:
        """Return the widgets between the lines at top and bottom."""
        return ()

    def on_screen_resume(self) -> None:
        """Show the runner's state as it is now, on a terminal that may be another size than before."""
        if self._laid_out_for != self.room:
            self.on_resize()
        self.query_one(TopBar).set_state(self.bench.runner_text)
        self.keep_place()
        self.came_back()

    def came_back(self) -> None:
        """Look at what happened while another screen was in front, at first too; nothing by itself."""

    def keep_place(self) -> None:
        """Let the next start lead back to here, as it is now."""
        place = self.place()
        if place is not None and not self.is_left:
            self.bench.memory.keep("screen", place)

    def place(self) -> dict[str, JSON] | None:
        """Return what leads back here at the next start, None where only what lies below is come back to."""
        return {"name": self.NAME} if self.NAME in _COME_BACK_TO else None

    def on_runner_changed(self, message: RunnerChanged) -> None:
        """Show the runner's state."""
        message.stop()
        self.query_one(TopBar).set_state(self.bench.runner_text)
        self.runner_changed()

    def runner_changed(self) -> None:
        """Show what depends on the runner; nothing by itself."""

    def on_store_busy(self, message: StoreBusy) -> None:
        """Say what is waited for."""
        message.stop()
        self.say(f"{_BUSY}: another program is writing to it; waiting ...")

    def on_store_free(self, message: StoreFree) -> None:
        """Take away that the store is busy, be it waited for or not."""
        message.stop()
        if self.bottom.said.startswith(_BUSY):
            self.hush()

    # Acting

    async def action_act(self, name: str) -> None:
        """Do what a key means."""
        self.act(name)

    def act(self, name: str) -> None:
        """Do what the registry calls `name`, or say why it cannot be done now."""
        self.hush()
        reason = self.refusal(name)
        if reason:
            self.say(reason)
        else:
            getattr(self._actor(name), f"do_{name}")()

    def refusal(self, name: str) -> str | None:
        """Return why what the registry calls `name` cannot be done now, None if it can."""
        actor = self._actor(name)
        if actor is None:
            turn = f"{self.key('next_tab')} and {self.key('previous_tab')} go from tab to tab"
            return f"This key acts in {titles_of(name, PANES)}; {turn}."
        refuse: Callable[[], str | None] = getattr(actor, f"why_not_{name}", lambda: None)
        return refuse()

    def _actor(self, name: str) -> object | None:
        return next((one for one in self.actors() if hasattr(one, f"do_{name}")), None)

    def actors(self) -> Iterable[object]:
        """Return what may act at a key, by methods `do_x`: the parts that the screen has, then the screen."""
        return (self,)

    def places(self) -> tuple[str, ...]:
        """Return the names under which the registry lists what can be done here."""
        return (self.NAME,)

    def parts(self) -> Iterable[tuple[str, Callable[[], object]]]:
        """Return the parts of this screen that the palette leads to: what each is called, and the way."""
        return ()

    def key(self, name: str) -> str:
        """Return the key of an action, for a sentence that names it."""
        return self.bench.keymap.key_of(name)

    def key_lines(self, steps: Iterable[tuple[str, str]]) -> list[Line]:
        """Return lines that say of actions, by their names, what their keys do."""
        return [(Cell(self.key(name), "accent"), Cell(f"  {text}")) for name, text in steps]

    def say_of_idle_key(self, key: str) -> None:
        """Say that a key does nothing here, and where it does something.

        What acts everywhere acts here too: a form leaves it to fields of text, and none is in focus.
        """
        if any(bottom.busy for bottom in self.query(BottomLine)):
            return
        known = self.bench.keymap.actions
        if acting := [one.name for one in known if key in one.keys and EVERYWHERE in one.screens]:
            self.act(acting[0])
            return
        labels = {one.name: one.label for one in known if key in one.keys}
        if labels:
            places = ", ".join(f"{titles_of(name)} ({label})" for name, label in labels.items())
            self.say(f"{shown_key(key)} acts in {places}.")
        else:
            keys = next(one.first_key for one in actions_of(self.NAME, known) if one.name == "help")
            self.say(f"{shown_key(key)} does nothing here; {keys} lists the keys.")

    def say(self, sentence: str, style: str = "") -> None:
        """Show a sentence in the bottom line, if there is one yet, or still, until the next key."""
        for bottom in self.query(BottomLine):
            bottom.say(clean(sentence), style)

    def hush(self) -> None:
        """Take the sentence away, if it can be seen, and there is a bottom line yet, or still."""
        for bottom in self.query(BottomLine):
            if not bottom.busy:
                bottom.hush()

    # What is in front

    def set_focus(
        self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False
    ) -> None:
        """Give a widget the keys, while something is asked once that has been answered: a click gets none."""
        for bottom in self.query(BottomLine):
            if bottom.busy and widget is not None and widget is not bottom:
                bottom.give_keys_to(widget)
                return
        super().set_focus(widget, scroll_visible, from_app_focus)

    @property
    def is_at_work(self) -> bool:
        """Whether this is the screen for work in front; a page over it, as help is, is none."""
        works = [screen for screen in self.app.screen_stack if isinstance(screen, WorkScreen)]
        return works[-1:] == [self]

    def come_to_front(self) -> None:
        """Leave what was opened over this screen."""
        while self.app.screen is not self and not self.is_left:
            self.app.pop_screen()

    # A screen that was left

    async def _dispatch_message(self, message: Message) -> None:
        """Drop what comes once left and would have something drawn: the widget for it may be gone."""
        ours = type(message).__module__.startswith("tui.")
        if self.is_left and (ours or isinstance(message, _DRAWN_FOR)):
            message.stop()
            return
        await super()._dispatch_message(message)

    def set_timer(
        self,
        delay: float,
        callback: Callable[[], object] | None = None,
        *,
        name: str | None = None,
        pause: bool = False,
    ) -> Timer:
        """Call `callback` once, unless the screen was left by then."""
        return super().set_timer(delay, partial(self._while_here, callback), name=name, pause=pause)

    def set_interval(
        self,
        interval: float,
        callback: Callable[[], object] | None = None,
        *,
        name: str | None = None,
        repeat: int = 0,
        pause: bool = False,
    ) -> Timer:
        """Call `callback` again and again, until the screen is left."""
        late = partial(self._while_here, callback)
        return super().set_interval(interval, late, name=name, repeat=repeat, pause=pause)

    def _while_here(self, callback: Callable[[], object] | None) -> None:
        if callback is not None and not self.is_left:
            callback()

    def start(self, work: Work, *, group: str = "work", alone: bool = False) -> None:
        """Run some reading or writing beside the keys; a refusal is shown as a sentence.

        `work` is called when it begins, so that nothing is left over of what
        never does. With `alone` what runs in the same group is given up first.
        """
        if not self.is_left:
            guarded: WorkType[None] = partial(self._guarded, work)
            self.run_worker(guarded, group=group, exclusive=alone)

    def start_asking(self, work: Work) -> None:
        """Read what a question or a prompt needs, and open it; what is typed meanwhile waits for it."""

        async def ask() -> None:
            try:
                await work()
            finally:
                self._asking -= 1

        self._asking += 1
        self.start(ask, group="asking")

    async def _guarded(self, work: Work) -> None:
        try:
            await work()
        except (BacktapeError, StoreError) as error:
            if not self.is_left and self.is_attached:
                self.say(str(error), "bad")
        except (NoMatches, NoScreen, MountError):
            # Else the screen was left while something was read for it.
            if not self.is_left and self.is_attached:
                raise

    def on_rows_unread(self, message: RowsUnread) -> None:
        """Say why there are rows that could not be read."""
        message.stop()
        self.say(message.reason, "bad")

    # What every screen offers

    def do_new_run(self) -> None:
        """Open the form."""
        from tui.screens.new_run import NewRunScreen

        self.app.push_screen(NewRunScreen(self.market()))

    def market(self) -> Mapping[str, str]:
        """Return the market that is looked at, as texts of the form by name; {} if it is none."""
        return {}

    def do_goto_runs(self) -> None:
        """Go home."""
        self.bench.go_home()

    def do_goto_strategies(self) -> None:
        """Show all strategies."""
        from tui.screens.strategies import StrategiesScreen

        if not isinstance(self, StrategiesScreen):
            self.bench.go_home()
            self.app.push_screen(StrategiesScreen())

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

    def why_not_suspend(self) -> str | None:
        """Refuse where nobody could ever wake the program up again."""
        if self.app.is_web:
            return "The browser has no shell to go to."
        alone = os.getsid(0) != os.getsid(os.getppid())
        return "No shell started this program, so there is none to go to." if alone else None

    def do_suspend(self) -> None:
        """Stop, with the shell in front."""
        self.app.action_suspend_process()

    def do_palette(self) -> None:
        """Show everything that can be done, to find it by typing; an open prompt keeps the keys."""
        from tui.screens.palette import PaletteScreen

        if not self.bottom.busy:
            self.app.push_screen(PaletteScreen(self), self._do_chosen)

    def _do_chosen(self, act: Callable[[], object] | None) -> None:
        if act is not None and not self.is_left:
            act()

    def do_help(self) -> None:
        """Show the keys of this screen."""
        from tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.places(), self.bench.keymap.actions))


# How the sentences about a busy store begin, those of the store itself too.
_BUSY = "The store is busy"
_COME_BACK_TO = frozenset({"runs", "strategies", "data"})
_DRAWN_FOR = (events.Mount, events.Resize, events.ScreenResume, events.DescendantFocus, events.Key)
