"""Everything that can be done, found by typing: actions, screens, runs, themes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer
from textual.widgets import Input
from textual.worker import WorkType

from core.formats import status_word
from db import runs
from db.errors import FilterError, StoreError
from db.runs import Order, RunFilter, RunSummary
from tui import formats
from tui.keys.action import CHOICE, EVERYWHERE, TABLE, Action
from tui.keys.names import is_typed
from tui.keys.palette import Entry, matching
from tui.keys.registry import FORMS, PANES, SCREENS, actions_of, keys_of, tab_called
from tui.screens.base import WorkScreen
from tui.screens.quiet import QuietScreen
from tui.themes import THEMES
from tui.widgets.clean_input import CleanInput
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, Lines, line

if TYPE_CHECKING:
    from db.connection import Connection
    from tui.app import BacktapeApp

MOST_RUNS = 20
REST_SECONDS = 0.1
_LONGEST = 100
_KEY_WIDTH = 16
# What the store takes as a number.
_MOST_DIGITS = 18
_LED_TO = ("runs", "strategies", "data")
_FOOT = "Enter does it, Up and Down choose, Esc leaves this page"
# Title, what is typed, a blank line, the line at the bottom.
_LINES_AROUND = 4


class PaletteScreen(QuietScreen[Callable[[], object]], inherit_bindings=False):
    """One page over the screen that asked for it; what is chosen is done there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # Whatever the key map says, as in every prompt; the keys that it says leave the page too.
        Binding("escape", "leave_palette", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("down,tab", "move(1)", show=False),
        Binding("pageup", "move_page(-1)", show=False),
        Binding("pagedown", "move_page(1)", show=False),
    ]

    def __init__(self, under: WorkScreen) -> None:
        super().__init__()
        self._bench = under.bench
        self._entries = list(_entries(under))
        self._runs: list[Entry] = []
        self._found: Sequence[Entry] = self._entries
        self._typed = ""
        self._at = 0
        self._resting: Timer | None = None
        self._is_looking = False
        self._is_chosen = False
        for key in keys_of({"back", "palette"}, self._bench.keymap.actions):
            if not is_typed(key):
                self._bindings.bind(key, "leave_palette", show=False)

    def compose(self) -> ComposeResult:
        """Lay out what is typed over what was found."""
        yield Lines([line("What to do, or where to go", "title")], id="palette-title")
        yield CleanInput(longest=_LONGEST, id="palette-typed")
        yield Lines(self._lines(), id="palette-found")
        yield Lines([line(_FOOT, "dim")], id="palette-foot")

    def on_mount(self) -> None:
        """Take the keys."""
        self.set_focus(self.query_one(CleanInput))

    async def on_key(self, event: events.Key) -> None:
        """Take what was typed while this page was still being laid out."""
        typed = event.character if event.is_printable else None
        if typed is None and event.key != "enter":
            return
        event.stop()
        event.prevent_default()
        field = self.query_one(CleanInput)
        if typed is None:
            await field.action_submit()
        else:
            field.insert_text_at_cursor(typed)

    def resized(self) -> None:
        """Draw for the room there is."""
        self._draw()

    # Finding

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow what is shown at once; ask for runs when the keys rest."""
        event.stop()
        self._typed = event.value
        self._runs = []
        self._is_looking, self._is_chosen = bool(event.value.strip()), False
        self._narrow()
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(REST_SECONDS, self._look_for_runs)

    def _narrow(self) -> None:
        """Show what fits; a number means a run first of all."""
        actions = matching(self._entries, self._typed)
        by_number = _number(self._typed) is not None
        self._found = [*self._runs, *actions] if by_number else [*actions, *self._runs]
        self._at = 0
        self._draw()

    def _look_for_runs(self) -> None:
        if self._typed.strip():
            work: WorkType[None] = partial(self._find_runs, self._typed)
            self.run_worker(work, group="runs", exclusive=True)

    async def _find_runs(self, typed: str) -> None:
        """Show the runs that the words mean, unless others were typed meanwhile."""
        found: Sequence[RunSummary] = ()
        with suppress(FilterError, StoreError):  # half a word, or a store that others tell of
            found = await self._bench.link.read(_runs_meant, typed)
        if typed != self._typed or not self.is_attached:
            return
        self._is_looking = False
        if found:
            at = self._at
            self._runs = [_run_entry(run, self._bench) for run in found]
            self._narrow()
            self._move_to(at)
        if self._is_chosen:
            self._choose()

    # Choosing

    def action_move(self, by: int) -> None:
        """Go to another line."""
        self._move_to(self._at + by)

    def action_move_page(self, by: int) -> None:
        """Go a page on or back."""
        self._move_to(self._at + by * max(1, self._room))

    def _move_to(self, index: int) -> None:
        self._at = min(max(index, 0), max(0, len(self._found) - 1))
        self._draw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Do what is chosen, on the screen below."""
        event.stop()
        self._choose()

    def _choose(self) -> None:
        """Do what is chosen; where runs are still looked for and would stand first, once they are there."""
        would_be_first = not self._found or _number(self._typed) is not None
        self._is_chosen = self._is_looking and would_be_first
        if self._found and not self._is_chosen:
            self.dismiss(self._found[self._at].act)

    def action_leave_palette(self) -> None:
        """Go back."""
        self.app.pop_screen()

    # Drawing

    @property
    def _room(self) -> int:
        return self.app.size.height - _LINES_AROUND

    def _draw(self) -> None:
        self.query_one("#palette-found", Lines).show(self._lines())

    def _lines(self) -> list[Line]:
        """Return what was found around what is chosen, as many lines as there is room for."""
        first = max(0, min(self._at - self._room // 2, len(self._found) - self._room))
        shown = self._found[first : first + self._room]
        width = self.app.size.width
        lines = [_line(entry, width, chosen=first + row == self._at) for row, entry in enumerate(shown)]
        if not lines:
            lines = [line("  Nothing is called so.", "dim")]
        return lines + [line("")] * (self._room - len(lines))


def _line(entry: Entry, width: int, *, chosen: bool) -> Line:
    key, text = f"{entry.key:<{_KEY_WIDTH}}", entry.text
    reason = f" · {entry.why_not}" if entry.why_not else ""
    if chosen:
        return line(f"> {key}{text}{reason}".ljust(width), "cursor")
    key_style = "accent" if entry.acts_here else "dim"
    return (Cell("  "), Cell(key, key_style), Cell(text + reason, "dim" if reason else ""))


# What there is to choose


def _entries(under: WorkScreen) -> Iterator[Entry]:
    """Yield what can be done on a screen and its part in front, everywhere, and with all screens."""
    places = under.places()
    here = [action for place in reversed(places) for action in actions_of(place, under.bench.keymap.actions)]
    here.sort(key=lambda action: EVERYWHERE in action.screens)
    known = {action.name for action in here}
    elsewhere = [
        action
        for action in under.bench.keymap.actions
        if EVERYWHERE in action.screens and action.name not in known
    ]
    for action in (*here, *elsewhere):
        if action.name != "palette":
            key = action.shown_keys if action.name in known else ""
            why_not = under.refusal(action.name) or ""
            act = partial(under.act, action.name)
            yield Entry(action.label, action.help, act, key, why_not, action.name)
    yield from (Entry(label, label, act) for label, act in under.parts())
    yield from _moves(under)
    yield from _on_other_screens(under)
    yield from _themes(under)
    yield from _on_tabs(under)


def _on_other_screens(under: WorkScreen) -> Iterator[Entry]:
    """Yield what is done on the screens that a key leads to; it is named there, not done unseen."""
    for place in _LED_TO:
        lead = partial(under.act, f"goto_{place}")
        yield from _elsewhere(under, place, SCREENS[place], lead)


def _on_tabs(under: WorkScreen) -> Iterator[Entry]:
    """Yield what is done on the tabs of a run: those of the run that is looked at are led to."""
    ways = dict(under.parts())
    for place, title in PANES.items():
        way = ways.get(tab_called(title))
        yield from _elsewhere(under, place, title if way else f"{title} of a run", way)


def _elsewhere(
    under: WorkScreen, place: str, title: str, lead: Callable[[], object] | None
) -> Iterator[Entry]:
    keys = under.bench.keymap.actions
    known = {action.name for one in under.places() for action in actions_of(one, keys)}
    for action in actions_of(place, keys):
        if action.name not in known:
            act = partial(_lead_to, under, lead, action, title)
            text, key = f"{action.help}, on {title}", action.shown_keys
            yield Entry(action.label, text, act, key, name=action.name, acts_here=False)


def _lead_to(under: WorkScreen, lead: Callable[[], object] | None, action: Action, title: str) -> None:
    """Go where a key acts, and name it; without a way there, say where it does."""
    if lead is None:
        under.say(f"{action.first_key} acts on {title}: {action.help}.")
        return
    lead()
    there = under.bench.screen
    if isinstance(there, WorkScreen):
        there.call_after_refresh(there.say, f"{action.first_key} here: {action.help}.")


def _themes(under: WorkScreen) -> Iterator[Entry]:
    why_not = "NO_COLOR is set, so there are no colours." if under.bench.no_color else ""
    for name in THEMES:
        now = ", as now" if name == under.bench.theme else ""
        act = partial(under.say, why_not) if why_not else partial(under.bench.use_theme, name)
        yield Entry(f"theme {name}", f"theme {name}{now}", act, why_not=why_not)


def _moves(under: WorkScreen) -> Iterator[Entry]:
    """Yield what the list, the text or the field in focus can do."""
    within = CHOICE if set(under.places()) & FORMS else TABLE
    for action in under.bench.keymap.actions:
        act = getattr(under.focused, f"action_{action.name}", None)
        if within in action.screens and act is not None:
            yield _move(action, act)


def _move(action: Action, act: Callable[[], object]) -> Entry:
    return Entry(action.label, action.help, act, action.shown_keys, name=action.name)


def _number(typed: str) -> int | None:
    """Return the number of the run that was named: 5, #5, or run 5 as it is called here."""
    words = typed.lower().split()
    named = words[-1].removeprefix("#") if words and words[:-1] in ([], ["run"]) else ""
    return int(named) if named.isdecimal() and len(named) <= _MOST_DIGITS else None


def _runs_meant(connection: "Connection", typed: str) -> list[RunSummary]:
    """Return the run of that number, then those that have the words typed, newest first."""
    number = _number(typed)
    wanted = RunFilter.parse(typed if number is None else str(number))
    exact = [] if number is None else runs.summaries(connection, [number])
    found = runs.page(connection, wanted, Order(), limit=MOST_RUNS)
    return [*exact, *(run for run in found if run.id != number)][:MOST_RUNS]


def _run_entry(run: RunSummary, bench: "BacktapeApp") -> Entry:
    about = f"{run.strategy} {run.symbol} {run.timeframe}"
    text = f"{about}  {formats.period(run.start_date, run.end_date)}  {status_word(run.status)}"
    return Entry(f"run {run.id}", text, partial(bench.go_to_run, run.id), f"run {run.id}")
