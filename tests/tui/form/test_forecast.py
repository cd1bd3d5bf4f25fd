"""What is told below the fields of the form."""

import pytest
from textual.geometry import Size

from tui.form.fields import FieldSpec
from tui.form.forecast import told_lines
from tui.widgets.lines import length

LABELS = {"start": "from", "size": "size", "swap": "swap"}

HELP = "the bars whose closes are averaged; " * 12
SMALL, LARGE = Size(60, 16), Size(120, 40)


def _told(spec: FieldSpec, room: Size, unread: str = "") -> list[str]:
    lines = told_lines(spec, unread, {}, {}, room)
    assert all(length(parts) <= room.width for parts in lines)
    return ["".join(part.text for part in parts) for parts in lines]


def test_two_lines_are_kept_free_for_what_is_told() -> None:
    assert _told(FieldSpec("size", "size", "lots"), LARGE) == ["lots", ""]


def test_a_long_help_is_told_in_full_where_there_is_room() -> None:
    assert " ".join(_told(FieldSpec("size", "size", HELP), LARGE)) == HELP.strip()


def test_what_is_left_out_of_a_long_help_is_marked() -> None:
    told = _told(FieldSpec("size", "size", HELP), SMALL)
    assert len(told) == 3
    assert told[-1].endswith("…")


def test_wide_characters_are_counted_as_wide() -> None:
    help_text = "価格の平均の種類を選ぶ" * 8
    assert "".join(_told(FieldSpec("size", "size", help_text), LARGE)) == help_text


def test_what_cannot_be_read_on_the_line_of_the_field_comes_first() -> None:
    assert _told(FieldSpec("size", "size", "lots"), LARGE, "a_long_name")[0] == "a_long_name · lots"


@pytest.mark.parametrize(
    ("name", "sentence", "told"),
    [
        ("start", "EURUSD has bars from 2020-01-27.", "! from: EURUSD has bars from 2020-01-27."),
        ("size", "EURUSD has bars from 2020-01-27.", "! EURUSD has bars from 2020-01-27."),
        ("swap", "The swap must be two amounts.", "! The swap must be two amounts."),
        ("", "config.toml has a mistake.", "! config.toml has a mistake."),
    ],
)
def test_what_is_wrong_with_another_field_than_the_one_in_focus_begins_with_its_label(
    name: str, sentence: str, told: str
) -> None:
    spec = FieldSpec("size", "size", "lots")
    lines = told_lines(spec, "", {name: sentence}, {}, LARGE, label_of=lambda of: LABELS.get(of, ""))
    assert lines[0][0].text == told
