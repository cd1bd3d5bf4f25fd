"""The fields of a form, one line each: label, value, and what is to be said about it."""

import re
from collections.abc import Callable, Iterable

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.form.fields import FieldSpec
from tui.widgets.choice import Choice
from tui.widgets.clean_input import CleanInput
from tui.widgets.columns import Cell
from tui.widgets.ink import inked
from tui.widgets.lines import Line, cut, harmless_line, length, line

# As much as the longest list of fixed rates that a run takes.
LONGEST_TEXT = 1_500

# Cells left of the label, of label and editor, and of all that is beside these. The style sheet has them too.
_INDENT, _LABEL, _EDITOR, _BESIDE = 2, 20, 27, 3
# What is left for the note where labels are long, and where choices are.
_LEAST_NOTE, _GOOD_NOTE = 24, 64
# What stands around a choice: the arrows, and the mark where several may be taken.
_AROUND_CHOICE = 6
# What a long choice takes at most: the line below the form tells it in full.
_MOST_EDITOR = 40

Columns = tuple[int, int]


def columns_of(labels: Iterable[str], chosen: Iterable[str], width: int) -> Columns:
    """Return the cells of labels and editors: as many as the longest needs, where the width allows it.

    Only the choices that are `chosen` count: what else there is to choose from is not seen.
    """
    label, editor = _LABEL, _EDITOR
    room = width - _BESIDE - label - editor
    longest = max((cell_len(text) + 1 for text in labels), default=0)
    label += max(0, min(room - _LEAST_NOTE, longest - label))
    room -= label - _LABEL
    longest = max(map(cell_len, chosen), default=0) + _AROUND_CHOICE
    editor += max(0, min(room - _GOOD_NOTE, longest - editor, _MOST_EDITOR - editor))
    return label, editor


class TextField(CleanInput):
    """A line of text in a form; `told` is called with it as soon as it is another one."""

    def __init__(self, value: str, told: Callable[[str], None]) -> None:
        self._told = told
        super().__init__(value, longest=LONGEST_TEXT)

    def fill_in(self, value: str) -> None:
        """Hold what was not typed; in focus it is selected, as it is by coming here, to be typed over."""
        if value == self.value:
            return
        self.value = value
        if self.has_focus:
            self.select_all()

    def watch_value(self, value: str) -> None:
        """Tell what is typed now: told by a message it could come after the next choice."""
        self._told(value)


class Field(Widget):
    """One line of a form; `told` is called with its name and text as soon as the text is another one.

    Where values are offered, `missed` is called with what was typed if none of them begins so.
    It draws label and note itself, around the widget of its value: a form has many fields, and
    every widget takes a millisecond.
    """

    def __init__(
        self,
        spec: FieldSpec,
        value: str,
        told: Callable[["Field", str], None],
        missed: Callable[[FieldSpec, str], None] = lambda *_: None,
    ) -> None:
        super().__init__(classes=_class_of(spec.name))
        self.spec = spec
        self._told = told
        self._missed = missed
        self.editor = self._editor(value)
        self._note: Line = line(spec.hint, "dim")
        self._columns: Columns = (_LABEL, _EDITOR)

    def _editor(self, value: str) -> Widget:
        spec = self.spec
        if spec.choices:
            return Choice(spec.choices, value, self._edited, self._not_found, several=spec.several)
        return TextField(value, self._edited)

    def _edited(self, text: str) -> None:
        self._told(self, text)

    def _not_found(self, typed: str) -> None:
        self._missed(self.spec, typed)

    def compose(self) -> ComposeResult:
        """Lay the value between label and note."""
        if not self.children:
            yield self.editor

    def fill(self) -> None:
        """Compose a field that was just mounted at once: the next key may be for its value."""
        self.mount(self.editor)

    def drop(self) -> None:
        """Leave the form, to be found no more."""
        self.set_classes("")
        self.display = False
        self.remove()

    def set_columns(self, columns: Columns) -> None:
        """Take so many cells for label and editor."""
        if columns != self._columns:
            self._columns = columns
            label, editor = columns
            self.editor.styles.margin = (0, 0, 0, _INDENT + label)
            self.editor.styles.width = editor
            Widget.refresh(self.editor, layout=True)  # a line of text asks for none itself
            self.refresh()

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - there is one
        """Draw label and note, with the value's room between them."""
        label = cut(line(self.spec.label, "dim"), self._columns[0])
        gap = Cell(" " * (self._note_at - _INDENT - length(label)))
        note = cut(harmless_line(self._note), max(0, self.size.width - self._note_at))
        parts = [Cell(" " * _INDENT), *label, gap, *note]
        return Strip(inked(self, parts)).adjust_cell_length(self.size.width, self.rich_style)

    @property
    def _note_at(self) -> int:
        return _INDENT + sum(self._columns) + 1

    @property
    def chosen(self) -> list[str]:
        """What the choices taken are called, none where a text is typed."""
        return self.editor.labels if isinstance(self.editor, Choice) else []

    @property
    def unread(self) -> str:
        """What cannot be read in full on the line of the field: a long label or choice, or several."""
        label, editor = self._columns
        parts = [self.spec.label] if cell_len(self.spec.label) > label else []
        chosen = self.chosen
        if len(chosen) > 1 or any(cell_len(text) > editor - _AROUND_CHOICE for text in chosen):
            parts.append(", ".join(chosen))
        return ": ".join(parts)

    @property
    def note(self) -> str:
        """What is said beside the value."""
        return "".join(part.text for part in self._note)

    def say(self, problem: str | None, warning: str | None = None) -> None:
        """Say what is wrong with the value, or doubtful, or what it means."""
        told, style = (problem, "bad") if problem else (warning, "warn")
        note: Line = (Cell("! ", style), Cell(told, style)) if told else line(self.spec.hint, "dim")
        before, self._note = self._note, note
        if before != note:
            self.refresh(Region(self._note_at, 0, self.size.width, 1))

    def fits(self, spec: FieldSpec) -> bool:
        """Return whether this field can mean another one: it keeps offering values, or a text to type."""
        return (spec.label, bool(spec.choices)) == (self.spec.label, bool(self.spec.choices))

    def update_spec(self, spec: FieldSpec, value: str) -> None:
        """Mean the same field with other choices or another hint."""
        self.spec = spec
        if isinstance(self.editor, Choice):
            self.editor.offer(spec.choices, value)
        elif isinstance(self.editor, TextField):
            self.editor.fill_in(value)

    def on_descendant_focus(self) -> None:
        """Keep the whole line in sight, of a new one as soon as it has a place."""
        if self.size:
            self.scroll_visible(animate=False, immediate=True)
        else:
            self.call_after_refresh(self.scroll_visible, animate=False, immediate=True)


def _class_of(name: str) -> str:
    # Parameters may have letters in their names that Textual takes in none of its own.
    return "field-" + re.sub(r"[^A-Za-z0-9_]", "-", name)
