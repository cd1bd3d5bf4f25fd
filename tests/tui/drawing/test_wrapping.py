"""Texts fit their width, whatever their characters are."""

import pytest
from rich.cells import cell_len

from tui.drawing.wrapping import labelled, prose_lines
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
