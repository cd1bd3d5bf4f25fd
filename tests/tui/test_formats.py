"""What is shown the same on every screen."""

import pytest

from tui.formats import with_times


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
