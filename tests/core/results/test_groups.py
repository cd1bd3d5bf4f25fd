"""Trades by weekday and hour."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.results.groups import Entered, Group, by_hour, by_weekday, together

ENTERED = [
    Entered(4, 7, Group(2, 1, -5.0)),
    Entered(0, 7, Group(1, 1, 20.0)),
    Entered(0, 22, Group(3, 0, -30.0)),
]


def test_a_weekday_holds_the_trades_of_all_its_hours() -> None:
    found = by_weekday(ENTERED)
    assert list(found) == [0, 4]
    assert found == {0: Group(4, 1, -10.0), 4: Group(2, 1, -5.0)}


def test_an_hour_holds_the_trades_of_all_weekdays() -> None:
    assert by_hour(ENTERED) == {7: Group(3, 2, 15.0), 22: Group(3, 0, -30.0)}


def test_win_rate_and_mean_are_of_the_trades_of_the_group() -> None:
    group = Group(4, 1, -10.0)
    assert (group.win_rate, group.mean) == (0.25, -2.5)
    assert (Group(0, 0, 0.0).win_rate, Group(0, 0, 0.0).mean) == (None, None)


groups = st.builds(Group, st.integers(1, 50), st.integers(0, 50), st.floats(-1e6, 1e6))


@given(st.lists(st.builds(Entered, st.integers(0, 6), st.integers(0, 23), groups)))
def test_weekdays_and_hours_add_up_to_all_trades(entered: list[Entered]) -> None:
    whole = together(one.group for one in entered)
    for parts in (by_weekday(entered), by_hour(entered)):
        found = together(parts.values())
        assert (found.trades, found.wins) == (whole.trades, whole.wins)
        assert found.profit == pytest.approx(whole.profit, abs=1e-6)
