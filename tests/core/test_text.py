"""Text from outside, made harmless."""

import sys
import unicodedata

import pytest

from core.text import clean, harmless, is_harmful

MARK = "\N{REPLACEMENT CHARACTER}"

HOSTILE = [
    "\x1b",  # ESC: every sequence begins so
    "\x9b",  # CSI of one character
    "\x9d",  # OSC of one character
    "\x07",
    "\x08",
    "\x00",
    "\r",
    "\x7f",
    "\u202e",  # right-to-left override
    "\u2066",
    "\u200b",
    "\ufeff",
    "\u2028",
    "\ud800",  # half a character
    "\udcff",  # a byte that is no UTF-8
    "\ue000",
    "\U000e0001",
    "\U0010ffff",
]


@pytest.mark.parametrize("character", HOSTILE, ids=ascii)
def test_what_could_act_on_a_terminal_is_replaced(character: str) -> None:
    assert clean(f"a{character}b") == harmless(f"a{character}b") == f"a{MARK}b"
    assert clean(f"a{character}b", keep_lines=True) == f"a{MARK}b"


@pytest.mark.parametrize(
    "text", ["plain", "naïve café", "金の夜", "±5 % “quoted”", "[/] [bold]", "e\u0301", "\xa0", "😀", ""]
)
def test_what_only_stands_there_is_kept(text: str) -> None:
    assert clean(text) == harmless(text) == text


def test_lines_and_tabs_become_blanks_unless_they_are_wanted() -> None:
    assert clean("a\n\tb") == harmless("a\n\tb") == "a  b"
    assert clean("a\n\tb", keep_lines=True) == "a\n\tb"


def test_what_is_too_long_is_cut_and_shows_it() -> None:
    assert clean("x" * 500) == "x" * 500
    assert clean("x" * 501) == "x" * 499 + "…"
    assert clean("\x1b" * 10_000_000, limit=3) == f"{MARK}{MARK}…"


def test_a_cut_never_lets_anything_through() -> None:
    assert not any(map(is_harmful, clean("\x1b]52;" * 1000, limit=17)))


def test_every_character_there_is_ends_up_printable_or_blank() -> None:
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    left = {unicodedata.category(one) for one in set(harmless(everything))}
    assert not left & {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
    assert len(harmless(everything)) == len(everything)


def test_only_what_is_harmful_counts_as_such() -> None:
    assert all(map(is_harmful, HOSTILE))
    assert not any(map(is_harmful, "aé金😀 [/]\u0301"))
