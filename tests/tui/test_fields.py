"""How the room of a line is shared between label, editor and note."""

import pytest

from tui.form.fields import FieldSpec
from tui.widgets.fields import columns_of

SHORT = FieldSpec("size", "size")
NAMED = FieldSpec("name", "n" * 30)
OFFERED = FieldSpec("kind", "kind", choices=(("c" * 30, "c" * 30),))


@pytest.mark.parametrize("width", [60, 80, 200])
def test_short_labels_and_choices_take_the_usual_room(width: int) -> None:
    assert columns_of([SHORT], width) == (20, 27)


@pytest.mark.parametrize(("width", "label"), [(60, 20), (80, 26), (120, 31)])
def test_a_long_label_gets_room_as_long_as_some_is_left_for_the_note(width: int, label: int) -> None:
    assert columns_of([SHORT, NAMED], width) == (label, 27)


@pytest.mark.parametrize(("width", "editor"), [(80, 27), (120, 33), (160, 36)])
def test_a_long_choice_gets_room_only_beside_a_note_that_can_be_read(width: int, editor: int) -> None:
    assert columns_of([SHORT, OFFERED], width) == (20, editor)


def test_wide_characters_need_two_cells() -> None:
    assert columns_of([FieldSpec("name", "価" * 12)], 120) == (25, 27)
