"""How the room of a line is shared between label, editor and note, and how a value comes to a field."""

import pytest
from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widgets import Input

from tui.form.fields import FieldSpec
from tui.widgets.fields import Field, columns_of
from tui.widgets.ink import INKS

SHORT = FieldSpec("size", "size")
NAMED = FieldSpec("name", "n" * 30)


@pytest.mark.parametrize("width", [60, 80, 200])
def test_short_labels_and_choices_take_the_usual_room(width: int) -> None:
    assert columns_of(["size"], ["yes"], width) == (20, 27)


@pytest.mark.parametrize(("width", "label"), [(60, 20), (80, 26), (120, 31)])
def test_a_long_label_gets_room_as_long_as_some_is_left_for_the_note(width: int, label: int) -> None:
    assert columns_of(["size", "n" * 30], [], width) == (label, 27)


@pytest.mark.parametrize(("width", "editor"), [(80, 27), (120, 33), (160, 36)])
def test_a_long_choice_gets_room_only_beside_a_note_that_can_be_read(width: int, editor: int) -> None:
    assert columns_of(["size", "kind"], ["c" * 30], width) == (20, editor)


def test_a_very_long_choice_takes_no_more_than_its_part_of_a_wide_screen() -> None:
    assert columns_of(["kind"], ["c" * 70], 240) == (20, 40)


def test_wide_characters_need_two_cells() -> None:
    assert columns_of(["価" * 12], [], 120) == (25, 27)


class _Inked(Screen[None]):
    COMPONENT_CLASSES = INKS


class _TwoFields(App[None]):
    """Two fields; `heard` is what the first has told."""

    CSS = "Field { height: 1; layout: horizontal; } TextField { width: 20; height: 1; border: none; }"

    def get_default_screen(self) -> Screen[None]:
        return _Inked(id="_default")

    def compose(self) -> ComposeResult:
        self.heard: list[str] = []
        self.field = Field(SHORT, "10", lambda _, text: self.heard.append(text))
        self.other = Field(NAMED, "20", lambda *_: None)
        yield from (self.field, self.other)


def _selected(field: Field) -> str:
    assert isinstance(field.editor, Input)
    return field.editor.selected_text


async def test_a_value_filled_in_under_the_cursor_is_selected_as_on_coming_there() -> None:
    app = _TwoFields()
    async with app.run_test() as pilot:
        app.field.editor.focus()
        await pilot.press("end")
        app.field.update_spec(SHORT, "300")
        assert _selected(app.field) == "300"
        await pilot.press("4")
        assert app.heard[-1] == "4"


async def test_a_value_filled_in_elsewhere_is_selected_on_coming_there() -> None:
    app = _TwoFields()
    async with app.run_test() as pilot:
        app.other.editor.focus()
        await pilot.pause()
        app.field.update_spec(SHORT, "300")
        app.field.editor.focus()
        await pilot.pause()
        assert _selected(app.field) == "300"


async def test_what_is_typed_stays_and_the_cursor_with_it_when_the_same_is_filled_in() -> None:
    app = _TwoFields()
    async with app.run_test() as pilot:
        app.field.editor.focus()
        await pilot.press("end", "5", "left")
        app.field.update_spec(FieldSpec("size", "size", "another hint"), "105")
        assert _selected(app.field) == ""
        await pilot.press("7")
        assert app.heard[-1] == "1075"
