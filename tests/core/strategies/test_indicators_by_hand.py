"""Indicators against numbers worked out by hand, and in what is missing, equal, long or wrong."""

from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.strategies.errors import StrategyError
from core.strategies.indicators import (
    adx,
    atr,
    bars_since,
    bollinger,
    cci,
    donchian,
    ema,
    keltner,
    macd,
    pivots,
    rate_of_change,
    rsi,
    stddev,
    stochastic,
    true_range,
    wilder,
    wma,
)

Floats = npt.NDArray[np.float64]
NAN = float("nan")


def close_to(found: Floats, wanted: list[float]) -> bool:
    return np.allclose(found, np.array(wanted), rtol=1e-12, atol=1e-12, equal_nan=True)


def test_an_exponential_average_begins_with_a_mean_and_goes_two_parts_in_bars_and_one() -> None:
    # Two bars: the mean of 1 and 2, then two thirds of the way to 3, then to 0.
    assert close_to(ema([1.0, 2.0, 3.0, 0.0], 2), [NAN, 1.5, 2.5, 2.5 / 3])


def test_wilders_average_goes_one_part_in_bars() -> None:
    assert close_to(wilder([1.0, 2.0, 3.0, 0.0], 2), [NAN, 1.5, 2.25, 1.125])


def test_a_weighted_average_counts_the_newest_most() -> None:
    assert close_to(wma([1.0, 2.0, 4.0], 3), [NAN, NAN, (1 + 4 + 12) / 6])


def test_an_average_of_one_bar_is_the_value() -> None:
    for average in (ema, wilder, wma):
        assert close_to(average([3.0, 1.0], 1), [3.0, 1.0])


def test_averages_with_a_memory_begin_afresh_after_a_missing_value() -> None:
    assert close_to(ema([1.0, 2.0, NAN, 4.0, 6.0], 2), [NAN, 1.5, NAN, NAN, 5.0])
    assert close_to(wma([1.0, 2.0, NAN, 4.0, 6.0], 2), [NAN, 5 / 3, NAN, NAN, 16 / 3])


def test_a_true_range_reaches_to_the_close_before() -> None:
    high, low, close = [5.0, 6.0, 2.0], [4.0, 5.5, 1.0], [4.5, 6.0, 1.5]
    assert close_to(true_range(high, low, close), [NAN, 1.5, 5.0])
    assert close_to(atr(high, low, close, 2), [NAN, NAN, 3.25])


def test_the_strength_index_is_the_share_of_gains() -> None:
    # Changes +2 -1 +1: of two bars first 2 : 1, then (1 + 1/2 ... ) by Wilder 1 : 1/4.
    found = rsi([1.0, 3.0, 2.0, 3.0], 2)
    assert close_to(found, [NAN, NAN, 200 / 3, 80.0])


def test_the_strength_index_of_prices_that_do_not_move_is_nothing() -> None:
    assert close_to(rsi([1.0] * 5, 2), [NAN, NAN, 0.0, 0.0, 0.0])
    assert close_to(rsi([1.0, 2.0, 3.0], 2), [NAN, NAN, 100.0])


def test_a_deviation_is_that_of_a_population() -> None:
    assert close_to(stddev([2.0, 4.0, 4.0, 8.0], 2), [NAN, 1.0, 0.0, 2.0])


def test_bands_lie_as_many_deviations_around_the_average() -> None:
    bands = bollinger([2.0, 4.0], 2, 1.5)
    assert [float(one[-1]) for one in bands] == [1.5, 3.0, 4.5]


def test_keltner_bands_lie_as_many_average_ranges_around_the_average() -> None:
    bands = keltner([2.0, 4.0, 6.0], [1.0, 3.0, 5.0], [1.5, 3.5, 5.5], 2, 2.0)
    # True ranges 2.5 and 2.5; the average of two goes 2.5, 4.5.
    assert [float(one[-1]) for one in bands] == [-0.5, 4.5, 9.5]
    assert all(np.isnan(one[:2]).all() for one in bands)


def test_the_two_averages_of_the_macd_begin_together() -> None:
    found = macd([1.0, 2.0, 3.0, 4.0, 4.0], 2, 3, 2)
    # Fast: 2.5, 3.5, 3.8333; slow: 2, 3, 3.5.
    assert close_to(found.line, [NAN, NAN, NAN, 0.5, 1 / 3])
    assert close_to(found.signal, [NAN, NAN, NAN, 0.5, 0.5 - 2 / 3 * (0.5 - 1 / 3)])
    assert close_to(found.histogram, [NAN, NAN, NAN, 0.0, -(0.5 - 1 / 3) / 3])


def test_the_stochastic_tells_where_the_close_stands_in_its_range() -> None:
    found = stochastic([2.0, 3.0, 4.0], [1.0, 2.0, 2.0], [2.0, 2.0, 4.0], 2, 1, 1)
    assert close_to(found.k, [NAN, 50.0, 100.0])
    assert close_to(stochastic([1.0] * 4, [1.0] * 4, [1.0] * 4, 2, 2, 1).d, [NAN, NAN, 0.0, 0.0])


def test_a_change_is_in_percent_of_what_was() -> None:
    assert close_to(rate_of_change([2.0, 3.0, 0.0, 5.0], 1), [NAN, 50.0, -100.0, 0.0])
    assert close_to(rate_of_change([2.0, NAN, 3.0, 4.0], 2), [NAN, NAN, 50.0, NAN])


def test_the_channel_index_counts_mean_deviations() -> None:
    # Typical prices 1 2 6: mean 3, mean deviation 2, so 3 / (0.015 x 2).
    found = cci([1.0, 2.0, 6.0], [1.0, 2.0, 6.0], [1.0, 2.0, 6.0], 3)
    assert close_to(found, [NAN, NAN, 100.0])
    assert close_to(cci([1.1, 1.2], [1.0, 0.9], [1.2, 1.2], 2), [NAN, 0.0])  # equal on paper


def test_a_channel_reaches_over_the_bars_before_where_asked() -> None:
    high, low = [3.0, 5.0, 9.0], [1.0, 2.0, 0.0]
    assert [float(one[-1]) for one in donchian(high, low, 2)] == [0.0, 4.5, 9.0]
    assert [float(one[-1]) for one in donchian(high, low, 2, ago=1)] == [1.0, 3.0, 5.0]


def test_pivots_are_those_of_the_floor() -> None:
    levels = pivots([12.0], [6.0], [9.0])
    assert [float(one[0]) for one in levels] == [0.0, 3.0, 6.0, 9.0, 12.0, 15.0, 18.0]


def test_bars_are_counted_since_something_was() -> None:
    assert close_to(bars_since([False, True, False, False, True]), [NAN, 0.0, 1.0, 2.0, 0.0])
    assert close_to(bars_since([NAN, 0.0, 2.0, 0.0]), [NAN, NAN, 0.0, 1.0])
    assert len(bars_since([])) == 0


def deviation(whole: list[int], digits: int) -> float:
    """Return the float nearest to the deviation of these numbers of 10 ** -digits."""
    mean = Fraction(sum(whole), len(whole))
    variance = sum(((one - mean) ** 2 for one in whole), Fraction()) / len(whole)
    with localcontext(prec=60):
        root = (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()
        return float(root.scaleb(-digits))


@given(
    st.lists(st.integers(1, 9_000_000), min_size=2, max_size=40),
    st.integers(1, 12),
    st.sampled_from([2, 4, 6]),
)
def test_deviations_of_prices_are_exact_but_for_the_last_bits(
    whole: list[int], bars: int, digits: int
) -> None:
    found = stddev(np.array(whole) / 10.0**digits, bars)
    for end in range(bars, len(whole) + 1):
        wanted = deviation(whole[end - bars : end], digits)
        assert found[end - 1] == pytest.approx(wanted, rel=1e-15, abs=0)


def test_a_flat_window_has_no_deviation_whatever_was_before() -> None:
    prices = np.concatenate((np.linspace(60_000.0, 90_000.0, 50), np.full(30, 1.1)))
    assert (stddev(np.round(prices, 2), 20)[70:] == 0).all()


def test_values_that_are_no_prices_have_a_deviation_all_the_same() -> None:
    values = np.random.default_rng(3).normal(0, 1e-6, 3000)
    values[1000:1300] *= 1e20
    windows = np.lib.stride_tricks.sliding_window_view(values, 30)
    np.testing.assert_allclose(stddev(values, 30)[29:], windows.std(axis=1), rtol=1e-12)
    assert close_to(stddev([1.0, 2.0, NAN, 3.0, np.inf, 1.0, 2.0], 2), [NAN, 0.5, NAN, NAN, NAN, NAN, 0.5])


@pytest.mark.parametrize("level", [1.1, 2300.0], ids=["like EURUSD", "like gold"])
def test_a_million_bars_leave_no_error_behind(level: float) -> None:
    steps = np.random.default_rng(5).normal(0, 3e-5 * level, 1_000_000).cumsum()
    prices = np.round(level + np.abs(steps), 5 if level < 10 else 2)
    windows = np.lib.stride_tricks.sliding_window_view(prices, 50)
    np.testing.assert_allclose(stddev(prices, 50)[49:], windows.std(axis=1), rtol=1e-9, atol=1e-13 * level)
    weights = np.arange(1, 51) / (50 * 51 / 2)
    np.testing.assert_allclose(wma(prices, 50)[49:], windows @ weights, rtol=1e-13)
    for found in (stddev, wma):
        assert found(prices, 50)[-1] == found(prices[-50:], 50)[-1]


@given(st.lists(st.integers(1, 3_000_000), min_size=1, max_size=60), st.integers(1, 20))
def test_weighted_averages_of_prices_are_the_nearest_floats_or_the_next(tenths: list[int], bars: int) -> None:
    found = wma(np.array(tenths) / 1e6, bars)
    for end in range(bars, len(tenths) + 1):
        total = sum((age + 1) * one for age, one in enumerate(tenths[end - bars : end]))
        exact = float(Fraction(total, bars * (bars + 1) // 2 * 10**6))
        assert found[end - 1] == pytest.approx(exact, rel=3e-16, abs=0)


@pytest.mark.parametrize(("average", "times"), [(ema, 25), (wilder, 50)])
def test_an_average_forgets_how_it_began(average: Callable[[Floats, int], Floats], times: int) -> None:
    prices = np.round(1.1 + np.random.default_rng(8).normal(0, 5e-4, 120_000).cumsum() * 0.01, 5)
    whole = average(prices, 20)
    starts = range(0, 100_000, 500)
    differing = sum(
        average(prices[start : start + times * 20 + 1], 20)[-1] != whole[start + times * 20]
        for start in starts
    )
    assert differing <= 1


@pytest.mark.parametrize(
    "indicator",
    [
        lambda values: ema(values, 3),
        lambda values: wilder(values, 3),
        lambda values: wma(values, 3),
        lambda values: rsi(values, 3),
        lambda values: stddev(values, 3),
        lambda values: atr(values, values, values, 3),
        lambda values: adx(values, values, values, 3),
        lambda values: cci(values, values, values, 3),
        lambda values: macd(values, 2, 3, 2).signal,
        lambda values: stochastic(values, values, values, 3, 2, 2).d,
        lambda values: keltner(values, values, values, 3, 2.0).middle,
        lambda values: bollinger(values, 3, 2.0).lower,
    ],
)
@pytest.mark.parametrize("missing", [NAN, np.inf, -np.inf])
def test_a_missing_value_spoils_no_more_than_what_it_is_part_of(
    missing: float, indicator: Callable[[Floats], Floats]
) -> None:
    values = 1.0 + np.random.default_rng(2).normal(0, 0.1, 80)
    values[40] = missing
    found = indicator(values)
    np.testing.assert_allclose(found[:40], indicator(values[:40]), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found[41:], indicator(values[41:]), rtol=1e-9, atol=1e-12)
    assert np.isnan(found[40])


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: ema([1.0], 0), "ema needs a whole number of bars of at least 1"),
        (lambda: adx([1.0], [1.0], [1.0], 0), "adx needs a whole number of bars of at least 1"),
        (lambda: rsi("high", 2), "rsi needs an array of numbers, one a bar"),
        (lambda: atr([1.0, 2.0], [1.0], [1.0], 2), "atr needs series of the same length, not 2 and 1"),
        (lambda: bollinger([1.0], 2, -1.0), "bollinger needs a number of zero or more to multiply with"),
        (lambda: keltner([1.0], [1.0], [1.0], 2, NAN), "keltner needs a number of zero or more"),
        (lambda: pivots([1.0], [1.0, 2.0], [1.0]), "pivots needs series of the same length"),
        (lambda: donchian([1.0], [1.0], 2, ago=-1), "donchian needs a whole number of bars of at least 0"),
        (lambda: bars_since("never"), "bars_since needs an array of numbers"),
        (lambda: macd([1.0], 12, 26, 2.5), "macd needs a whole number of bars"),  # type: ignore[arg-type]
    ],
)
def test_wrong_input_is_refused_with_the_name_of_the_indicator(
    call: Callable[[], object], sentence: str
) -> None:
    with pytest.raises(StrategyError, match=sentence):
        call()
