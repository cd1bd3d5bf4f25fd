"""Whether bars of two imports can belong together is seen where they meet."""

import numpy as np
import pytest

from core.market.bars import Bars
from core.market.merging import merge
from core.market.seams import seam_doubt
from tests.core.market.making import grid, make_bars


def hours(first: str, level: float, count: int = 100) -> Bars:
    """Return bars that go up and down by a thousandth."""
    closes = level * (1 + 0.001 * (np.arange(count) % 2))
    return make_bars(grid(first, count, "H1"), closes.tolist(), timeframe="H1")


def told(old: Bars, new: Bars) -> str | None:
    return seam_doubt(old, new, merge(old, new))


OLD = hours("2020-01-06T00:00", 1.1)


@pytest.mark.parametrize("level", [1.1, 1.115, 1.09])
def test_prices_that_go_on_where_the_others_ended_are_not_in_doubt(level: float) -> None:
    assert told(OLD, hours("2020-01-10T04:00", level)) is None
    assert told(hours("2020-01-10T04:00", level), OLD) is None


@pytest.mark.parametrize(("level", "shown"), [(1.3, "1.3"), (0.9, "0.9"), (110.0, "110")])
def test_a_price_of_another_level_is_told_with_both_and_the_time(level: float, shown: str) -> None:
    assert told(OLD, hours("2020-01-10T04:00", level)) == (
        f"The price jumps from 1.1011 to {shown}, where bars of two imports meet at 2020-01-10T04:00:00Z."
    )


def test_a_price_may_go_the_farther_the_more_time_has_passed() -> None:
    assert told(OLD, hours("2020-01-10T04:00", 1.2)) is not None
    assert told(OLD, hours("2021-01-10T04:00", 1.2)) is None
    assert told(OLD, hours("2021-01-10T04:00", 110.0)) is not None


def test_bars_that_fill_a_hole_meet_the_others_at_both_ends() -> None:
    later = hours("2020-01-20T00:00", 1.1)
    rising = np.linspace(1.1, 1.3, 120).tolist()
    hole = make_bars(grid("2020-01-15T00:00", 120, "H1"), rising, timeframe="H1")
    said = told(merge(OLD, later), hole)
    assert said is not None
    assert said.endswith("meet at 2020-01-20T00:00:00Z.")


def test_equal_bars_meet_nowhere() -> None:
    assert told(OLD, OLD) is None
