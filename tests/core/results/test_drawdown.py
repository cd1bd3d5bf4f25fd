"""Falls of equity, on curves small enough to reckon by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.results.drawdown import Drawdown, drawdown


def of(*equity: float, initial: float = 100.0) -> Drawdown:
    return drawdown(np.array(equity), initial)


def test_the_largest_fall_in_money_and_in_percent_may_be_two_falls() -> None:
    found = of(80, 100, 1000, 850)
    assert (found.largest, found.largest_pct) == (150.0, 20.0)


def test_the_first_peak_is_the_initial_balance() -> None:
    assert of(90, 95).largest == 10.0


def test_a_curve_that_never_falls_has_no_drawdown() -> None:
    assert of(100, 110, 110, 120) == Drawdown(0.0, 0.0, 0.0, 0, -1, -1, 100.0)


def test_a_run_without_bars_has_no_drawdown() -> None:
    assert of() == Drawdown(0.0, 0.0, 0.0, 0, -1, -1, 100.0)


def test_the_ulcer_index_is_the_root_of_the_mean_square_fall() -> None:
    assert of(90, 100, 80, 120).ulcer_index == pytest.approx(math.sqrt((10**2 + 20**2) / 4))


def test_the_longest_stretch_under_water_ends_where_the_peak_is_reached_again() -> None:
    found = of(110, 100, 110, 120, 110, 119, 115, 121, 120)
    assert (found.bars_under_water, found.longest_from, found.longest_to) == (5, 3, 7)


def test_a_stretch_under_water_at_the_end_counts_up_to_the_end() -> None:
    found = of(99, 100, 90, 95, 98)
    assert (found.longest_from, found.longest_to) == (1, 4)


def test_a_stretch_under_water_from_the_first_bar_begins_before_it() -> None:
    found = of(99, 98, 97)
    assert (found.longest_from, found.longest_to) == (-1, 2)


def test_an_account_that_goes_broke_falls_by_more_than_all_it_had() -> None:
    found = of(50, -10)
    assert (found.largest, found.lowest) == (110.0, -10.0)
    assert found.largest_pct == pytest.approx(110.0)


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=80))
def test_one_pass_finds_what_the_definition_says(levels: list[int]) -> None:
    equity = np.array(levels, dtype=np.float64)
    peaks = np.maximum.accumulate(np.concatenate(([100.0], equity)))[1:]
    found = drawdown(equity, 100.0)
    assert found.largest == (peaks - equity).max()
    assert found.largest_pct == pytest.approx(((peaks - equity) / peaks).max() * 100)
    assert found.bars_under_water == np.count_nonzero(equity < peaks)
    assert found.ulcer_index == pytest.approx(math.sqrt(np.mean(((peaks - equity) / peaks * 100) ** 2)))
    assert found.lowest == min(100.0, equity.min())
