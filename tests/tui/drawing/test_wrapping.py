"""Texts fit their width, whatever their characters are."""

import pytest
from rich.cells import cell_len

from tui.drawing.wrapping import chopped, code_lines, labelled, prose_lines
from tui.widgets.lines import length

WIDE = "/home/図表/為替の価格履歴の保管場所/ユーロドル円の一分足"


@pytest.mark.parametrize("text", ["plain words that go on and on", WIDE, "x" * 90])
def test_a_value_goes_on_below_itself_and_loses_nothing(text: str) -> None:
    lines = labelled("data file", text, 40, room=16)
    assert all(length(parts) <= 40 for parts in lines)
    assert "".join(parts[1].text for parts in lines).replace(" ", "") == text.replace(" ", "")


def test_prose_of_wide_characters_is_broken_within_them() -> None:
    lines = prose_lines(WIDE, 20)
    assert max(cell_len(parts[0].text) for parts in lines) <= 20
    assert "".join(parts[0].text for parts in lines) == WIDE


def test_a_name_longer_than_its_room_is_broken_at_its_joints_and_a_wide_one_keeps_the_column() -> None:
    (first, _), (second, _) = labelled("a_parameter_with_a_rather_long_name_0", "1.5", 60, room=24)
    assert (first.text.rstrip(), second.text.rstrip()) == ("a_parameter_with_a_", "rather_long_name_0")
    ((name, value),) = labelled("期間", "20", 60, room=24)
    assert (cell_len(name.text), value.text) == (24, "20")


# Code

LONG = (
    '    stop_pips: float = parameter(20.0, minimum=0.0, step=1.0, help="distance of the stop, 0 for none")'
)


def test_code_is_broken_at_blanks_and_goes_on_further_in() -> None:
    assert chopped(LONG, 60) == [
        "    stop_pips: float = parameter(20.0, minimum=0.0,",
        '        step=1.0, help="distance of the stop, 0 for none")',
    ]
    assert chopped("    return x", 60) == ["    return x"]


@pytest.mark.parametrize("width", [1, 8, 20, 33, 60, 79])
@pytest.mark.parametrize("code", [LONG, " " * 70 + "x = 1", "x" * 200, f"    name = '{WIDE}'", "", "\ty = 1"])
def test_code_loses_nothing_however_narrow_it_gets(code: str, width: int) -> None:
    parts = chopped(code, width)
    assert all(cell_len(part) <= max(8, width) for part in parts)
    assert "".join(parts).replace(" ", "") == code.expandtabs(4).replace(" ", "")


def test_lines_of_code_have_their_numbers_and_what_goes_on_has_none() -> None:
    lines = code_lines(f"import x\n\n{LONG}\n" + "y\n" * 8, 60)
    texts = ["".join(cell.text for cell in parts) for parts in lines]
    assert texts[0] == " 1  import x"
    assert texts[1] == " 2  "
    assert texts[2].startswith(" 3      stop_pips: float")
    assert texts[3].startswith("            step=1.0")
    assert texts[-1] == "11  y"
    assert all(length(parts) <= 60 for parts in lines)
