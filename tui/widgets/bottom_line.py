"""The line at the bottom: the keys of the screen, a sentence, a question or a prompt.

All four are drawn by one widget: showing and hiding widgets makes a new layout,
and Textual sends the whole screen for that. Only a sentence or a question that is
too long for one line is worth it: the line then grows upwards until it is gone.
"""

import asyncio
import enum
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import partial
from typing import Self

from rich.cells import cell_len
from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input
from textual.widgets.input import Selection
from textual.worker import WorkType

from core.text import harmless
from tui.background import in_background
from tui.completing import Completed
from tui.folding import without_middle, wrapped
from tui.keys.action import Action
from tui.keys.names import shown_key
from tui.keys.registry import ALWAYS, Actions, footer_of
from tui.widgets.clean_input import CleanInput
from tui.widgets.columns import Cell
from tui.widgets.ink import inked
from tui.widgets.lines import Line, cut, length, line, spread
from tui.widgets.strips import changed_cells, lean

LONGEST_PROMPT = 1_000
# Cells that a label leaves to a text that needs them, where half of the line is not less.
LEAST_PROMPT = 30
# Cells for what is typed, and those after it, without which a prompt does not name what ends it.
_ROOM_TO_TYPE, _APART = 14, 2
MOST_LINES = 5
# So long the next keys wait for what Tab makes of the text; a folder out of reach does not answer at all.
COMPLETING_SECONDS = 0.3
# A space at which a question or a sentence is not broken into lines.
UNBROKEN = "\u00a0"

Answers = dict[str, Callable[[], None]]
Complete = Callable[[str], Completed]
Offered = Callable[[str, Completed], None]


def _nothing_to_offer(text: str, found: Completed) -> None:
    """Say nothing of what there is to choose from."""


class _Mode(enum.Enum):
    KEYS = enum.auto()
    QUESTION = enum.auto()
    PROMPT = enum.auto()


class BottomLine(CleanInput, can_focus=False):
    """Keys by default; a sentence until the next key; a question or a prompt while one is open."""

    # The line as it stands while it is asked and answered.
    _drawn: Strip | None = None

    def __init__(self, screen_name: str, actions: Actions) -> None:
        super().__init__(longest=LONGEST_PROMPT, select_on_focus=False, id="bottom")
        self._actions = actions
        self._leaving = {key for action in actions if action.name == "leave" for key in action.keys}
        self._places: tuple[str, ...] = (screen_name,)
        self._mode = _Mode.KEYS
        self._message: Cell | None = None
        self._height = 1
        self._marked = ""
        self._useless: frozenset[str] = frozenset()
        self._instead: Sequence[Action] = ()
        self._before: Widget | None = None
        self._asked = ""
        self._ends: tuple[str, ...] = ()
        self._answers: Answers = {}
        self._taken: Callable[[str], None] = lambda _: None
        self._left: Callable[[], None] | None = None
        self._typed: Callable[[str], None] | None = None
        self._complete: Complete | None = None
        self._offered: Offered = _nothing_to_offer

    @property
    def busy(self) -> bool:
        """Whether a question or a prompt is open."""
        return self._mode is not _Mode.KEYS

    # Saying

    def say(self, sentence: str, style: str = "") -> None:
        """Show a sentence until the next key."""
        self._message = Cell(sentence, style)
        self._draw()

    @property
    def said(self) -> str:
        """The sentence that stands until the next key, "" if there is none."""
        return self._message.text if self._message is not None else ""

    def hush(self) -> None:
        """Go back to the keys."""
        if self._message is not None:
            self._message = None
            self._draw()

    def set_marked(self, text: str) -> None:
        """Say before the keys how many rows are marked."""
        if text != self._marked:
            self._marked = text
            self._draw()

    def show_keys_of(self, places: tuple[str, ...], without: Collection[str] = ()) -> None:
        """Name the keys of a screen and of its part in front, but for actions that could not act."""
        wanted = (places, frozenset(without))
        if wanted != (self._places, self._useless):
            self._places, self._useless = wanted
            self._draw()

    def name_instead(self, actions: Sequence[Action]) -> None:
        """Name these actions, most important first, in place of the screen's; none: the screen's again."""
        if actions != self._instead:
            self._instead = actions
            self._draw()

    # Asking

    def ask(self, text: str, answers: Answers) -> None:
        """Ask for one key; any key that is not an answer closes the question."""
        self._answers = answers
        self._open(_Mode.QUESTION, text, "")

    @property
    def asked(self) -> str:
        """The question that stands, "" if there is none."""
        return self._asked if self._mode is _Mode.QUESTION else ""

    def ask_in_other_words(self, text: str) -> None:
        """Let the question that stands, if any, say something else; its answers stay what they are."""
        if self._mode is _Mode.QUESTION:
            self._asked = text
            self._draw()

    def prompt(
        self,
        label: str,
        text: str,
        taken: Callable[[str], None],
        *,
        left: Callable[[], None] | None = None,
        typed: Callable[[str], None] | None = None,
        complete: Complete | None = None,
        offered: Offered = _nothing_to_offer,
        replaced: bool = False,
        enter: str = "goes on",
    ) -> None:
        """Ask for a line of text: `taken` gets it at Enter, `typed` at every key, `left` at Esc.

        `complete` returns what Tab makes of what was typed so far; it is called in a thread. `offered`
        gets the text and what it returned, if nothing else was typed meanwhile. With `replaced` the
        text that is there gives way to the first letter typed, unless it is edited.
        `enter` is what is said that Enter does.
        """
        # Both are fixed in here: the key map changes what keys do outside of prompts.
        leaves = f"{shown_key('escape')} leaves"
        self._ends = (f"{shown_key('enter')} {enter}  {leaves}", leaves)
        self._typed = None
        self._taken, self._left, self._complete, self._offered = taken, left, complete, offered
        self._open(_Mode.PROMPT, label, text)
        if replaced:
            self.selection = Selection(0, len(text))
        self._typed = typed

    def give_keys_to(self, widget: Widget) -> None:
        """Let a widget take the keys, at once or when what is asked has been answered."""
        if self.busy:
            self._before = widget
        else:
            widget.focus()

    def _open(self, mode: _Mode, asked: str, text: str) -> None:
        if not self.busy:
            self._before = self.screen.focused
        self._mode, self._asked, self._message = mode, asked, None
        self.value = text
        self.cursor_position = len(text)
        self.can_focus = True
        self.focus(scroll_visible=False)
        self._draw()

    def _close(self) -> None:
        before, self._before = self._before, None
        self._mode, self._typed = _Mode.KEYS, None
        self.can_focus = False
        is_there = before is not None and before.is_attached
        self.screen.set_focus(before if is_there else None)
        if not is_there:
            self.screen.focus_next()  # what has come meanwhile
        self._draw()

    async def on_key(self, event: events.Key) -> None:
        """Take the answer to a question; leave a prompt at Esc, complete it at Tab."""
        if self._mode is _Mode.QUESTION:
            answer = self._answers.get(event.character or event.key)
            self._close()
            if answer is not None:
                answer()
            elif event.key in self._leaving:
                return
        elif event.key == "escape":
            left = self._left
            self._close()
            if left is not None:
                left()
        elif event.key == "tab" and self._complete is not None:
            await self._begin_completing(self._complete)
        else:
            return
        event.stop()
        event.prevent_default()

    async def _begin_completing(self, complete: Complete) -> None:
        """Complete what is typed, before the next key where that takes no longer than a moment."""
        is_done = asyncio.Event()
        work: WorkType[None] = partial(self._take_completed, complete, self.value, is_done)
        self.run_worker(work, group="complete", exclusive=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(COMPLETING_SECONDS):
                await is_done.wait()

    async def _take_completed(self, complete: Complete, text: str, is_done: asyncio.Event) -> None:
        try:
            found = await in_background(complete, text)
            if self._mode is _Mode.PROMPT and (self._complete, self.value) == (complete, text):
                self.value = found.text
                self.cursor_position = len(found.text)
                self._offered(text, found)
        finally:
            is_done.set()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what is typed so far."""
        event.stop()
        if self._typed is not None:
            self._typed(event.value)

    async def action_submit(self) -> None:
        """Hand in what was typed, before the next key."""
        if self._mode is _Mode.PROMPT:
            self._close()
            self._taken(self.value)

    # Drawing

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Draw again; of a line that is asked and answered only the cells that changed, which are few."""
        before, self._drawn = self._drawn, None
        if self.is_attached and self.busy and self._height == 1:
            self._drawn = self.render_line(0)
            if before is not None and not regions:
                changed = changed_cells(before, self._drawn)
                if not changed:
                    return self
                regions = (Region(changed.start, 0, len(changed), 1),)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def on_resize(self) -> None:
        """Break what is said anew."""
        self._draw()

    def _draw(self) -> None:
        """Draw again; with a new layout only where more or fewer lines are needed than before."""
        lines = len(self._lines())
        if lines != self._height:
            self._height = lines
            self.styles.height = lines
            Widget.refresh(self, layout=True)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw a line."""
        lines = self._lines()
        parts = lines[y] if y < len(lines) else ()
        strip = Strip(inked(self, [Cell(harmless(part.text), part.style) for part in parts]))
        return lean(strip.adjust_cell_length(self.size.width, self.rich_style).simplify())

    def _lines(self) -> list[Line]:
        width = self.size.width
        if self._mode is _Mode.PROMPT:
            return [self._prompt_parts(width)]
        said = Cell(self._asked, "warn") if self._mode is _Mode.QUESTION else self._message
        if said is None:
            named = self._instead or footer_of(self._places, self._useless, self._actions)
            return [cut(_keys(named, self._marked, width), width)]
        if not width or cell_len(said.text) <= width:
            return [line(_spaced(said.text), said.style)]
        texts = wrapped(said.text, width, most=MOST_LINES)
        return [line(_spaced(text), said.style) for text in texts]

    def _prompt_parts(self, width: int) -> Line:
        """Return label and text and, as long as there is room, what ends the prompt."""
        asked = self._asked_parts(width)
        to_type = cell_len(self._asked) + max(_ROOM_TO_TYPE, cell_len(self.value) + 1)
        room = width - to_type - _APART
        ends = next((text for text in self._ends if cell_len(text) <= room), "")
        return spread(asked, line(ends, "dim"), width) if ends else asked

    def _asked_parts(self, width: int) -> Line:
        """Return label and text; a text that is too long is cut with an ellipsis, its cursor in sight.

        Where both do not fit, a long label gives way first.
        """
        # While a letter is deleted, the cursor is for a moment where it was.
        text, at = f"{self.value} ", min(self.cursor_position, len(self.value))
        label = self._asked
        if cell_len(label) + cell_len(text) > width:
            # Its beginning says why, its end what to type.
            label = without_middle(label, width - min(LEAST_PROMPT, width // 2))
        first = _first_shown(text, at, width - cell_len(label))
        before = f"{'…' if first else ''}{text[first:at]}"
        asked = Cell(label, "accent")
        if not self.selection.is_empty:
            return cut((asked, Cell(before + text[at:], "cursor")), width)
        return cut((asked, Cell(before), Cell(text[at], "cursor"), Cell(text[at + 1 :])), width)


def _spaced(text: str) -> str:
    """Return a text with plain spaces in place of those at which no line was to be broken."""
    return text.replace(UNBROKEN, " ")


def _first_shown(text: str, cursor: int, room: int) -> int:
    """Return the first letter shown of a text, so that the cursor is, with the ellipses at both ends."""
    room -= cursor + 1 < len(text)
    first = max(0, cursor + 1 - max(1, room))
    while first < cursor and bool(first) + cell_len(text[first : cursor + 1]) > room:
        first += 1
    return first


def _keys(actions: Sequence[Action], marked: str, width: int) -> Line:
    """Return the keys there is room for, the most important first; the way out and help always are.

    Where rows are marked, what acts on them is what matters.
    """
    if marked:
        actions = sorted(actions, key=lambda action: action.group != "act")
    first: Line = (Cell(f"{marked}  ", "mark"),) if marked else ()
    last = [part for action in actions if action.footer >= ALWAYS for part in _key(action)]
    room = width - length((*first, *last))
    kept: list[Cell] = []
    for action in actions:
        parts = _key(action)
        room -= length(parts)
        if action.footer >= ALWAYS or room < 0:
            break
        kept.extend(parts)
    return (*first, *kept, *last)


def _key(action: Action) -> Line:
    return (Cell(action.first_key, "accent"), Cell(f" {action.label}  ", "dim"))
