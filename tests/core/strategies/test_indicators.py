"""Indicators against their definitions and against TA-Lib."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st

from core.strategies.errors import StrategyError
from core.strategies.indicators import crosses_above, crosses_below, highest, lowest, previous, sma, warm

Floats = npt.NDArray[np.float64]
NAN = float("nan")

prices_in_tenths = st.lists(st.integers(1, 3_000_000), min_size=1, max_size=60)


def same(found: Floats, wanted: list[float]) -> bool:
    return np.array_equal(found, np.array(wanted), equal_nan=True)


def walk(count: int = 5000, *, seed: int = 1) -> Floats:
    steps = np.random.default_rng(seed).normal(0, 5e-4, count).cumsum()
    rounded: Floats = np.rint((1.1 + steps) * 1e5) / 1e5
    return rounded


def test_an_average_is_there_from_the_first_full_window_on() -> None:
    assert same(sma([1.0, 2.0, 3.0, 5.0], 3), [NAN, NAN, 2.0, 10 / 3])


def test_a_window_longer_than_the_history_has_no_average() -> None:
    assert same(sma([1.0, 2.0], 3), [NAN, NAN])
    assert len(sma([], 3)) == 0


@given(prices_in_tenths, st.integers(1, 20))
def test_averages_are_the_nearest_floats_to_the_exact_ones(tenths: list[int], bars: int) -> None:
    found = sma(np.array(tenths) / 1e6, bars)
    for end in range(bars, len(tenths) + 1):
        exact = Fraction(sum(tenths[end - bars : end]), bars * 10**6)
        assert found[end - 1] == float(exact)


def test_averages_that_are_equal_on_paper_are_equal() -> None:
    # Summed as floats, 0.1 + 0.2 + 0.3 and 0.3 + 0.2 + 0.1 differ in the last bit.
    assert sma([9.0, 0.1, 0.2, 0.3], 3)[-1] == sma([0.3, 0.2, 0.1], 3)[-1] == sma([0.2], 1)[0]


def test_a_long_history_leaves_no_error_behind() -> None:
    prices = walk(200_000)
    assert sma(prices, 50)[-1] == sma(prices[-50:], 50)[-1]


def test_an_average_recovers_after_values_that_are_missing() -> None:
    assert same(sma([1.0, NAN, 2.0, 4.0, np.inf, 1.0, 3.0], 2), [NAN, NAN, NAN, 3.0, NAN, NAN, 2.0])


def test_numbers_too_large_for_exact_sums_are_averaged_all_the_same() -> None:
    found = sma([1e12, 3e12, 1.0, 3.0, 5.0], 2)
    assert same(found, [NAN, 2e12, (3e12 + 1) / 2, 2.0, 4.0])


def test_numbers_that_differ_from_day_to_day_agree_with_talib() -> None:
    np.testing.assert_allclose(sma(walk(), 20), talib.SMA(walk(), 20), rtol=1e-10)


def test_extremes_include_the_current_bar() -> None:
    assert same(highest([1.0, 3.0, 2.0, 0.0], 2), [NAN, 3.0, 3.0, 2.0])
    assert same(lowest([1.0, 3.0, 2.0, 0.0], 2), [NAN, 1.0, 2.0, 0.0])


def test_extremes_of_an_earlier_window_leave_the_current_bar_out() -> None:
    assert same(highest([1.0, 3.0, 2.0, 0.0], 2, ago=1), [NAN, NAN, 3.0, 3.0])
    assert same(lowest([1.0, 3.0], 1, ago=5), [NAN, NAN])


@given(
    st.lists(st.one_of(st.integers(-9, 9).map(float), st.just(NAN)), max_size=70),
    st.integers(1, 40),
    st.integers(0, 3),
)
def test_extremes_are_those_of_every_window(values: list[float], bars: int, ago: int) -> None:
    high, low = highest(values, bars, ago=ago), lowest(values, bars, ago=ago)
    for i in range(len(values)):
        window = values[max(0, i - ago - bars + 1) : max(0, i - ago + 1)]
        full = len(window) == bars and not np.isnan(window).any()
        assert same(high[i : i + 1], [max(window) if full else NAN])
        assert same(low[i : i + 1], [min(window) if full else NAN])


@pytest.mark.parametrize("bars", [1, 2, 3, 20, 64, 1000, 4999, 5000])
def test_extremes_agree_with_plain_windows_beyond_one_piece_of_work(bars: int) -> None:
    prices = walk()
    windows = np.lib.stride_tricks.sliding_window_view(prices, bars)
    assert np.array_equal(highest(prices, bars)[bars - 1 :], windows.max(axis=1))
    assert np.array_equal(lowest(prices, bars)[bars - 1 :], windows.min(axis=1))


def test_a_crossing_needs_to_have_been_on_the_other_side_or_equal() -> None:
    moving, level = [1.0, 2.0, 2.0, 3.0, 1.0], [2.0, 2.0, 2.0, 2.0, 2.0]
    assert crosses_above(moving, level).tolist() == [False, False, False, True, False]
    assert crosses_below(moving, level).tolist() == [False, False, False, False, True]


def test_a_crossing_of_a_number_is_one_of_a_level_series() -> None:
    moving = walk(500)
    level = np.full(500, 1.1)
    assert np.array_equal(crosses_above(moving, 1.1), crosses_above(moving, level))
    assert np.array_equal(crosses_below(moving, 1.1), crosses_below(moving, level))
    assert crosses_above(moving, 1.1).any()


@pytest.mark.parametrize("missing", [0, 1])
def test_nothing_crosses_where_a_value_is_missing(missing: int) -> None:
    moving, level = [1.0, 3.0], [2.0, 2.0]
    moving[missing] = NAN
    assert not crosses_above(moving, level).any()
    assert not crosses_above(moving, 2.0).any()
    assert not crosses_below(level, moving).any()


def test_the_first_bar_never_crosses_and_no_bars_are_no_error() -> None:
    assert crosses_above([5.0], [1.0]).tolist() == [False]
    assert crosses_above([], []).tolist() == []


def test_previous_shifts_a_series() -> None:
    assert same(previous([1.0, 2.0, 3.0]), [NAN, 1.0, 2.0])
    assert same(previous([1.0, 2.0, 3.0], 5), [NAN, NAN, NAN])
    assert same(previous([1.0, 2.0], 0), [1.0, 2.0])


@pytest.mark.parametrize("bars", [0, -1, 2.5, True, "20", None])
def test_a_window_that_is_no_number_of_bars_is_refused(bars: object) -> None:
    indicators: list[Callable[..., Floats]] = [sma, highest, lowest]
    for indicator in indicators:
        with pytest.raises(StrategyError, match=f"{indicator.__name__} needs a whole number of bars"):
            indicator(walk(10), bars)


@pytest.mark.parametrize("values", ["abc", [["a"]], 5.0, np.zeros((2, 2))])
def test_what_is_no_series_is_refused(values: object) -> None:
    averaged: Callable[..., Floats] = sma
    with pytest.raises(StrategyError, match="sma needs an array of numbers"):
        averaged(values, 2)


def test_series_of_different_length_cannot_cross() -> None:
    with pytest.raises(StrategyError, match="crosses_below needs series of the same length, not 3 and 2"):
        crosses_below([1.0, 2.0, 3.0], [1.0, 2.0])


def test_after_warming_nothing_is_left_to_compile() -> None:
    from core.strategies.indicators import averages, comparing, extremes

    warm()
    compiled: list[Any] = [averages._sma, extremes._extremes, comparing._crossed, comparing._crossed_number]
    before = [len(entry.signatures) for entry in compiled]
    column = walk(20)
    column.flags.writeable = False
    crosses_above(sma(column, 2), sma(column, 3))
    crosses_below(column, highest(column, 2, ago=1))
    crosses_below(lowest(column, 2), 1.0)
    assert [len(entry.signatures) for entry in compiled] == before
