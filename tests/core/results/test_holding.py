"""What the price itself did to the balance, as a curve beside the equity."""

from dataclasses import replace

import numpy as np
import pytest

from core.results.holding import holding
from tests.core.results.test_metrics import measured, outcome_of
from tests.core.strategies.samples import bars_of

MONDAY = 1_578_268_800.0  # 2020-01-06 00:00 UTC


def test_it_is_the_balance_by_each_close_over_the_first_open() -> None:
    bars = bars_of([2.0, 2.5, 1.5, 3.0])
    times, values = holding(bars, 10_000.0)
    assert times == [MONDAY, MONDAY + 3_600, MONDAY + 7_200, MONDAY + 10_800]
    assert values == pytest.approx([10_000.0, 12_500.0, 7_500.0, 15_000.0])


def test_what_the_first_bar_itself_did_belongs_to_it() -> None:
    bars = bars_of([2.0, 3.0, 4.0]).slice(1, 3)
    assert holding(bars, 100.0)[1] == pytest.approx([150.0, 200.0])


def test_its_end_is_the_figure_of_the_run() -> None:
    bars = bars_of([1.1, 1.3, 1.2, 1.7, 1.4])
    found = measured(outcome_of([100.0] * 3, first=2), bars).statistics["buy_and_hold_pct"]
    _, values = holding(bars.slice(2, 5), 100.0)
    assert values[-1] - 100.0 == pytest.approx(found)


def test_of_many_bars_the_extremes_and_both_ends_are_kept() -> None:
    closes = np.linspace(1.0, 2.0, 50_000)
    closes[12_345], closes[45_678] = 9.0, 0.1
    bars = bars_of(closes.tolist())
    times, values = holding(bars, 1.0, points=200)
    assert len(times) == len(values) <= 200
    assert (max(values), min(values)) == pytest.approx((9.0, 0.1))
    assert (times[0], times[-1]) == (MONDAY, MONDAY + 49_999 * 3_600)
    assert times == sorted(times)
    assert values[-1] == pytest.approx(2.0)


@pytest.mark.parametrize("first", [0.0, -37.6, np.nan, np.inf])
def test_where_nothing_can_be_bought_at_the_first_open_there_is_no_curve(first: float) -> None:
    bars = bars_of([1.0, 2.0, 3.0])
    opening = bars.open.copy()
    opening[0] = first
    assert holding(replace(bars, open=opening), 100.0) == ([], [])


def test_no_bars_make_no_curve() -> None:
    assert holding(bars_of([1.0]).slice(0, 0), 100.0) == ([], [])


def test_a_price_may_fall_below_zero_and_closes_that_are_none_are_left_out() -> None:
    times, values = holding(bars_of([10.0, np.nan, -5.0, np.inf, 20.0]), 100.0)
    assert values == pytest.approx([100.0, -50.0, 200.0])
    assert times == [MONDAY, MONDAY + 7_200, MONDAY + 14_400]
