"""What is shown the same on every screen."""

import pytest

from core.engine.records import EXIT_REASONS
from tui.formats import exit_word, with_times


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("the longest follows 2021-06-16T12:30:00Z.", "the longest follows 2021-06-16 12:30 UTC."),
        ("by 8.1% at 2026-04-07T09:00:05Z.", "by 8.1% at 2026-04-07 09:00:05 UTC."),
        ("(2020-01-06T01:00Z); this one", "(2020-01-06 01:00 UTC); this one"),
        ("follows 2021-06-16 12:30 UTC.", "follows 2021-06-16 12:30 UTC."),
        ("a file 2021-06-16T12:30 of mine", "a file 2021-06-16T12:30 of mine"),
    ],
)
def test_a_time_has_one_form_on_all_screens_whenever_it_was_stored(stored: str, shown: str) -> None:
    assert with_times(stored) == shown


def test_why_a_trade_ended_is_said_in_plain_words_and_what_is_not_known_as_it_is() -> None:
    words = [exit_word(reason) for reason in EXIT_REASONS]
    assert words[0] == "stop"
    assert words[5:7] == ["target", "part at target"]
    assert len({*words}) == len(EXIT_REASONS)
    assert not any("_" in word for word in words)
    assert max(map(len, words)) <= 14  # the cells of the column
    assert exit_word("my_own") == "my_own"
