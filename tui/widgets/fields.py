"""The fields of a form, one line each: label, value, and what is to be said about it."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tui.actions import choice_bindings
from tui.form_fields import FieldSpec
from tui.widgets.clean_input import CleanInput
from tui.widgets.columns import Cell
from tui.widgets.lines import Line, Lines, line

LONGEST_TEXT = 100

_LEFT = "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK} "
_RIGHT = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"


class Choice(Lines, can_focus=True):
    """One of several values: left and right go through them, typing goes to the one named so."""

    BINDINGS: ClassVar[list[BindingType]] = choice_bindings()

    class Changed(Message):
        """Another value was chosen."""

        def __init__(self, value: str) -> None:
            super().__init__()
            self.value = value

    def __init__(self, choices: Sequence[tuple[str, str]], value: str) -> None:
        super().__init__()
        self._choices = list(choices)
        self._index = self._index_of(value)
        self._typed = ""

    @property
    def value(self) -> str:
        """The value chosen."""
        return self._choices[self._index][0]

    def offer(self, choices: Sequence[tuple[str, str]], value: str) -> None:
        """Offer other values."""
        self._choices = list(choices)
        self._index = self._index_of(value)
        self._draw()

    def on_mount(self) -> None:
        """Show the value."""
        self._draw()

    def watch_has_focus(self, value: bool) -> None:
        """Show that there is a choice, or the value alone."""
        super().watch_has_focus(value)
        self._typed = ""
        self._draw()

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
        self._typed = ""
        self._choose(min(max(self._index + by, 0), len(self._choices) - 1))

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002 - Textual's own
        """Keep what is typed from acting on the screen."""
        return character is not None and character.isprintable()

    def on_key(self, event: events.Key) -> None:
        """Go to the first value that begins with what was typed."""
        if event.character is None or not event.character.isprintable():
            return
        event.stop()
        event.prevent_default()
        for typed in (self._typed + event.character, event.character):
            for index, (_, label) in enumerate(self._choices):
                if label.lower().startswith(typed.lower()):
                    self._typed = typed
                    self._choose(index)
                    return

    def _choose(self, index: int) -> None:
        if index != self._index:
            self._index = index
            self._draw()
            self.post_message(self.Changed(self.value))

    def _index_of(self, value: str) -> int:
        return next((i for i, (known, _) in enumerate(self._choices) if known == value), 0)

    def _draw(self) -> None:
        label = self._choices[self._index][1] if self._choices else ""
        if not self.has_focus:
            self.show([(Cell("  "), Cell(label))])
            return
        more = len(self._choices) > 1
        left, right = (_LEFT, _RIGHT) if more else ("  ", "  ")
        place = f"  {self._index + 1}/{len(self._choices)}" if more else ""
        self.show([(Cell(left, "accent"), Cell(label, "mark"), Cell(right, "accent"), Cell(place, "dim"))])


class TextField(CleanInput):
    """A line of text in a form."""

    def __init__(self, value: str) -> None:
        super().__init__(value, longest=LONGEST_TEXT)


class Field(Horizontal):
    """One line of a form."""

    class Edited(Message):
        """The value is another one."""

        def __init__(self, name: str, text: str) -> None:
            super().__init__()
            self.name = name
            self.text = text

    def __init__(self, spec: FieldSpec, value: str) -> None:
        super().__init__(id=_css_id(spec.name))
        self.spec = spec
        self._label = Lines([line(spec.label, "dim")])
        self._label.add_class("label")
        self.editor: Widget = Choice(spec.choices, value) if spec.choices else TextField(value)
        self.editor.add_class("editor")
        self._note = Lines([line(spec.hint, "dim")])
        self._note.add_class("note")

    def compose(self) -> ComposeResult:
        """Lay label, value and note beside each other."""
        yield self._label
        yield self.editor
        yield self._note

    @property
    def note(self) -> str:
        """What is said beside the value."""
        return self._note.text

    def say(self, problem: str | None) -> None:
        """Say what is wrong with the value, or what it means."""
        text: Line = (Cell("! ", "bad"), Cell(problem, "bad")) if problem else line(self.spec.hint, "dim")
        self._note.show([text])

    def update_spec(self, spec: FieldSpec, value: str) -> None:
        """Mean the same field with other choices or another hint."""
        self.spec = spec
        if isinstance(self.editor, Choice):
            self.editor.offer(spec.choices, value)
        elif isinstance(self.editor, TextField) and self.editor.value != value:
            self.editor.value = value

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """Hand on what was chosen."""
        event.stop()
        self.post_message(self.Edited(self.spec.name, event.value))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Hand on what was typed."""
        event.stop()
        self.post_message(self.Edited(self.spec.name, event.value))

    def on_descendant_focus(self) -> None:
        """Keep the whole line in sight."""
        self.scroll_visible(animate=False, immediate=True)


def field_id(name: str) -> str:
    """Return the selector of the field called `name`."""
    return f"#{_css_id(name)}"


def _css_id(name: str) -> str:
    return "field-" + name.replace(".", "-")
