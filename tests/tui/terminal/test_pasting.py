"""What is pasted stays text, whatever is in it and in whatever pieces it comes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.terminal.pasting import BEGIN, END, MOST, Pastes

WHOLE = f"ab{BEGIN}see \x1b[31mred\ndy\n{END}c{BEGIN}{END}\x1b[Ad"
PARTS = [("ab", False), ("see \x1b[31mred\ndy\n", True), ("c", False), ("", True), ("\x1b[Ad", False)]


def _joined(parts: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Return the parts, typed text that follows typed text as one."""
    joined: list[tuple[str, bool]] = []
    for text, pasted in parts:
        if joined and not pasted and not joined[-1][1]:
            joined[-1] = (joined[-1][0] + text, False)
        else:
            joined.append((text, pasted))
    return joined


@given(st.lists(st.integers(0, len(WHOLE)), max_size=12))
def test_typed_and_pasted_text_are_parted_in_whatever_pieces_they_come(cuts: list[int]) -> None:
    pastes = Pastes()
    at = [0, *sorted(cuts), len(WHOLE)]
    pieces = [WHOLE[start:end] for start, end in pairwise(at)]
    parts = [part for piece in pieces for part in pastes.part(piece, more=True)]
    assert _joined([*parts, *pastes.silence()]) == PARTS


def test_an_escape_alone_is_a_key_at_once_but_not_in_the_middle_of_much() -> None:
    assert list(Pastes().part("\x1b")) == [("\x1b", False)]
    pastes = Pastes()
    assert list(pastes.part("abc\x1b", more=True)) == [("abc", False)]
    assert list(pastes.part(f"{BEGIN[1:]}x{END}")) == [("x", True)]


@pytest.mark.parametrize("typed", ["\x1b[", "\x1b[20", "\x1b[2"])
def test_what_only_looks_like_the_beginning_of_a_paste_is_typed_when_nothing_follows(typed: str) -> None:
    pastes = Pastes()
    assert list(pastes.part(typed)) == []
    assert list(pastes.silence()) == [(typed, False)]
    assert list(pastes.silence()) == []


def test_a_key_that_begins_as_a_paste_does_arrives_whole() -> None:
    pastes = Pastes()
    parts = [*pastes.part("\x1b[20"), *pastes.part("~")]
    assert _joined(parts) == [("\x1b[20~", False)]


def test_a_paste_whose_end_was_lost_is_over_after_a_long_silence() -> None:
    pastes = Pastes()
    assert list(pastes.part(f"{BEGIN}lost")) == []
    silences = 0
    while not (parts := list(pastes.silence())):
        silences += 1
    assert (parts, silences) == ([("lost", True)], 99)
    assert list(pastes.part("x")) == [("x", False)]


def test_of_a_paste_without_end_only_so_much_is_kept() -> None:
    pastes = Pastes()
    assert list(pastes.part(BEGIN + "a" * MOST)) == []
    assert list(pastes.part("b" * MOST)) == []
    assert list(pastes.part(END)) == [("a" * MOST, True)]
