"""The fields of a form below each other, under their headings."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from textual.widget import Widget

from tui.form.fields import FieldSpec, Group, no_such
from tui.widgets.fields import Field, columns_of
from tui.widgets.lines import Lines, line
from tui.widgets.page import FormArea


class FieldList(FormArea):
    """Lays fields all at once, with nothing awaited between: no key ever meets half a form.

    `told` is called with name and text of a field as soon as its text is another one, `said`
    with a sentence where no value of a field begins with what was typed.
    """

    def __init__(self, told: Callable[[str, str], None], said: Callable[[str], None]) -> None:
        super().__init__(id="form")
        self._told = told
        self._said = said
        self._headings: dict[str, Lines] = {}
        self._fields: dict[str, Field] = {}
        self._sections: list[Field] = []

    @property
    def fields(self) -> Sequence[Field]:
        """The fields from top to bottom."""
        return list(self._fields.values())

    def field(self, name: str) -> Field:
        """Return the field called `name`; KeyError where there is none."""
        return self._fields[name]

    def first_of(self, names: Collection[str]) -> Field | None:
        """Return the first field that is called one of these names, if there is one."""
        return next((field for field in self.fields if field.spec.name in names), None)

    @property
    def field_in_focus(self) -> Field | None:
        """The field that takes the keys, if one does."""
        focused = self.screen.focused
        return next((field for field in self.fields if field.editor is focused), None)

    def lay(self, groups: Sequence[Group], texts: Mapping[str, str]) -> None:
        """Show these fields with these texts; those that stay are kept, and the focus with them.

        If the field in focus goes, the focus goes to the one in its place.
        """
        before, focused = self.fields, self.field_in_focus
        with self.app.batch_update():
            wanted = [widget for group in groups for widget in self._widgets(group, texts)]
            self._fields = {widget.spec.name: widget for widget in wanted if isinstance(widget, Field)}
            self._sections = [self._fields[group.fields[0].name] for group in groups if group.fields]
            self._set_columns()
            self._place(wanted)
            if focused is not None and focused not in self.fields:
                self.focus_field(self.fields[min(before.index(focused), len(self.fields) - 1)])
            for field in set(before) - set(self.fields):
                field.drop()

    def on_resize(self) -> None:
        """Give labels and editors the room that there is now."""
        self._set_columns()

    def _set_columns(self) -> None:
        fields = self.fields
        chosen = (text for field in fields for text in field.chosen)
        columns = columns_of((field.spec.label for field in fields), chosen, self.app.size.width)
        for field in fields:
            field.set_columns(columns)

    def _widgets(self, group: Group, texts: Mapping[str, str]) -> Iterable[Widget]:
        yield self._heading(group.title)
        for spec in group.fields:
            yield self._kept_or_new(spec, texts[spec.name])

    def _heading(self, title: str) -> Lines:
        if title not in self._headings:
            classes = "group" if self._headings else "group -first"
            self._headings[title] = Lines([line(title, "title")], classes=classes)
        return self._headings[title]

    def _kept_or_new(self, spec: FieldSpec, text: str) -> Field:
        field = self._fields.get(spec.name)
        if field is None or not field.fits(spec):
            return Field(spec, text, self._hear, self._hear_missed)
        field.update_spec(spec, text)
        return field

    def _place(self, widgets: Sequence[Widget]) -> None:
        """Bring the widgets below each other."""
        last: Widget | None = None
        for widget in widgets:
            if widget.parent is None:
                self.mount(widget, after=last)
                if isinstance(widget, Field):
                    widget.fill()
            elif last is not None and self.children.index(widget) < self.children.index(last):
                self.move_child(widget, after=last)
            last = widget

    def _hear(self, field: Field, text: str) -> None:
        """Hand on what a field holds; one that is going has nothing to say, nor has any at the end."""
        if self.is_attached and self._fields.get(field.spec.name) is field:
            self._told(field.spec.name, text)

    def _hear_missed(self, spec: FieldSpec, typed: str) -> None:
        self._said(no_such(spec, typed))

    def focus_field(self, field: Field) -> None:
        """Let a field take the keys from now on."""
        self.screen.set_focus(field.editor)

    def go(self, by: int) -> None:
        """Let another field take the keys; after the last comes the first.

        Textual knows the order of its widgets only once they have been drawn.
        """
        fields, focused = self.fields, self.field_in_focus
        if fields:
            self.focus_field(fields[(fields.index(focused) + by) % len(fields)] if focused else fields[0])

    def go_by_section(self, by: int) -> None:
        """Let the first field of the next section take the keys, or of this or the one before."""
        at = self.field_in_focus
        if at is None or not self._sections:
            return
        order = self.fields.index
        if by > 0:
            beyond = [first for first in self._sections if order(first) > order(at)]
            self.focus_field(beyond[0] if beyond else self.fields[-1])
        else:
            above = [first for first in self._sections if order(first) < order(at)]
            self.focus_field(above[-1] if above else self.fields[0])

    def do_next_field(self) -> None:
        """Go to the next field."""
        self.go(1)

    def do_previous_field(self) -> None:
        """Go to the field before."""
        self.go(-1)

    def do_next_section(self) -> None:
        """Go to the section below, in the last one to its end."""
        self.go_by_section(1)

    def do_previous_section(self) -> None:
        """Go to the beginning of the section, from there to the one above."""
        self.go_by_section(-1)

    def say(self, problems: Mapping[str, str], warnings: Mapping[str, str]) -> None:
        """Say beside each field what is wrong with it or doubtful, by its name, else what it means."""
        for name, field in self._fields.items():
            field.say(problems.get(name), warnings.get(name))
