"""A field that offers values, one or several of which are taken."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.actions import SkipAction
from textual.binding import BindingType

from tui.keys.registry import choice_bindings
from tui.widgets.columns import Cell
from tui.widgets.lines import Lines, cut, length, line

_LEFT = "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK} "
_RIGHT = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
_MARK = "● "
# Letters that follow each other this closely are one word.
WORD_SECONDS = 1.0
# Signs that are part of a word that has begun.
_WITHIN_WORDS = "-._:"


class Choice(Lines, can_focus=True):
    """One of several values: left and right go through them, typing goes to the one named so.

    Where several may be taken, those marked are, else the one shown. `told` is called
    with the value as soon as it is another one, `missed` with what was typed if no value begins so:
    then the one from before it was typed is there again.
    """

    BINDINGS: ClassVar[list[BindingType]] = choice_bindings()

    def __init__(
        self,
        choices: Sequence[tuple[str, str]],
        value: str,
        told: Callable[[str], None],
        missed: Callable[[str], None],
        *,
        several: bool = False,
    ) -> None:
        super().__init__()
        self.several = several
        self._told = told
        self._missed = missed
        self._choices = list(choices)
        self._marked: set[str] = set()
        self._index = 0
        self._typed, self._typed_at, self._before = "", 0.0, 0
        self._take(value)

    @property
    def value(self) -> str:
        """The value chosen; of several all, in the order in which they are offered."""
        return ",".join(self._values())

    @property
    def labels(self) -> list[str]:
        """What the values taken are called."""
        values = self._values()
        return [label for value, label in self._choices if value in values]

    def _values(self) -> list[str]:
        marked = [value for value, _ in self._choices if value in self._marked]
        return marked or [self._choices[self._index][0]]

    def offer(self, choices: Sequence[tuple[str, str]], value: str) -> None:
        """Offer other values."""
        if (list(choices), value) != (self._choices, self.value):
            self._choices = list(choices)
            self._take(value)
            self._begin_word()
        self._draw()

    def _take(self, value: str) -> None:
        values = value.split(",") if self.several else [value]
        known = [known for known, _ in self._choices]
        self._index = known.index(values[0]) if values[0] in known else 0
        self._marked = set(values) if len(values) > 1 else set()

    def on_mount(self) -> None:
        """Show the value."""
        self._draw()

    def on_resize(self) -> None:
        """Say as much beside the value as there is room for now."""
        self._draw()

    def watch_has_focus(self, value: bool) -> None:
        """Show that there is a choice, or the value alone."""
        super().watch_has_focus(value)
        self._begin_word()
        self._draw()

    # Going through the values

    def action_previous_value(self) -> None:
        """Go to the value before."""
        self._step(-1)

    def action_next_value(self) -> None:
        """Go to the next value."""
        self._step(1)

    def action_first_value(self) -> None:
        """Go to the first value."""
        self._step(-len(self._choices))

    def action_last_value(self) -> None:
        """Go to the last value."""
        self._step(len(self._choices))

    def _step(self, by: int) -> None:
        """Go to another value; it stops at both ends."""
        self._go(min(max(self._index + by, 0), len(self._choices) - 1))

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002 - Textual's own
        """Keep what is typed from acting on the screen."""
        return character is not None and character.isprintable()

    def on_key(self, event: events.Key) -> None:
        """Go to the first value that begins with what was typed; signs that no value begins with may act.

        Where no value begins with the word, the one from before it is there again. Any other key ends it.
        """
        letter = event.character
        if letter is None or not letter.isprintable():
            self._begin_word()
            return
        if not self._typed or event.time - self._typed_at >= WORD_SECONDS:
            self._begin_word()
        index = self._beginning_with(self._typed + letter)
        if index is None and not (letter.isalnum() or (self._typed and letter in _WITHIN_WORDS)):
            return
        event.stop()
        event.prevent_default()
        self._typed, self._typed_at = self._typed + letter, event.time
        self._go(self._before if index is None else index)
        if index is None:
            self._missed(self._typed)

    def _begin_word(self) -> None:
        self._typed, self._typed_at, self._before = "", 0.0, self._index

    def _beginning_with(self, typed: str) -> int | None:
        labels = (label.lower() for _, label in self._choices)
        return next((i for i, label in enumerate(labels) if label.startswith(typed.lower())), None)

    def _go(self, index: int) -> None:
        before, self._index = self.value, index
        self._changed(before)

    # Taking several

    def action_mark_value(self) -> None:
        """Mark the value shown, or unmark it; where one is taken, the key does nothing here."""
        if not self.several:
            raise SkipAction
        self._begin_word()
        before = self.value
        self._marked ^= {self._choices[self._index][0]}
        self._changed(before)

    def action_mark_values(self) -> None:
        """Mark every value, or none where every one is marked; where one is taken, nothing."""
        if not self.several:
            raise SkipAction
        self._begin_word()
        before = self.value
        every = {value for value, _ in self._choices}
        self._marked = set() if self._marked == every else every
        self._changed(before)

    def _changed(self, before: str) -> None:
        self._draw()
        if self.value != before:
            self._told(self.value)

    # Drawing

    def _draw(self) -> None:
        if not self.has_focus:
            chosen = (Cell("  "), Cell(" ".join(self.labels)))
            self.show([cut(chosen, self.size.width) if self.size.width else chosen])
            return
        value, label = self._choices[self._index]
        left, right = (_LEFT, _RIGHT) if len(self._choices) > 1 else ("  ", "  ")
        mark = _MARK if value in self._marked else "  " if self._marked else ""
        room = self.size.width - cell_len(left + mark + right)
        shown = cut(line(label, "mark"), room) if room > 0 else line(label, "mark")
        place = line(self._place(room - length(shown)), "dim")
        self.show([(Cell(left, "accent"), Cell(mark, "accent"), *shown, Cell(right, "accent"), *place)])

    def _place(self, room: int) -> str:
        """Return which of how many values is shown and how many are marked, as much as there is room for."""
        if len(self._choices) < 2:
            return ""
        place = f"{self._index + 1}/{len(self._choices)}"
        count = len(self._marked)
        if not count:
            ways = [f"  {place}", f" {place}"]
        else:
            ways = [f"  {place} {count} marked", f" {place} {count} marked", f" {count} marked", f" {count}"]
        return next((way for way in ways if cell_len(way) <= room), "")
