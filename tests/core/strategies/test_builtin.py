"""The built-in strategies decide exactly what they say they do."""

from typing import Any

import numpy as np
import pytest

from core.market.bars import Bars
from core.strategies.loader import instance, load
from core.strategies.registry import find
from core.strategies.signals import ENTER_BUY, ENTER_SELL, EXIT_BUY, EXIT_SELL, Decisions, decisions
from tests.core.strategies.samples import bars_of


def decided(name: str, bars: Bars, **values: Any) -> Decisions:  # noqa: ANN401 - parameters
    strategy = instance(load(name, find(name).source), values)
    return decisions(strategy.signals(bars), bars)


def test_sma_cross_trades_the_bar_of_the_crossing_and_only_with_both_windows_full() -> None:
    bars = bars_of([1.0, 1.0, 1.0, 1.3, 1.4, 1.0, 0.7])
    # Averages of two and three: equal, then 1.15 over 1.1, ..., at last 0.85 under 1.0333.
    found = decided("sma_cross", bars, fast=2, slow=3)
    assert found.action.tolist() == [0, 0, 0, ENTER_BUY, 0, ENTER_SELL, 0]


def test_sma_cross_decides_nothing_on_averages_that_stay_equal() -> None:
    # 1.1 + 1.3 + 1.2 = 3 x 1.2 on paper, which sums of floats miss by a bit.
    bars = bars_of([1.1, 1.3, 1.2] * 20)
    assert not decided("sma_cross", bars, fast=3, slow=6).action.any()


def test_donchian_breakout_trades_closes_beyond_the_bars_before() -> None:
    bars = bars_of([1.0, 1.2, 1.2, 1.3, 1.0, 0.9])
    found = decided("donchian_breakout", bars, lookback=2)
    assert found.action.tolist() == [0, 0, 0, ENTER_BUY, ENTER_SELL, ENTER_SELL]


@pytest.mark.parametrize("name", ["sma_cross", "donchian_breakout", "bollinger_reversion"])
def test_distances_are_in_pips_of_the_instrument(name: str) -> None:
    for symbol, pip in (("EURUSD", 0.0001), ("USDJPY", 0.01), ("XAUUSD", 0.1)):
        found = decided(name, bars_of([1.0] * 60, symbol=symbol), stop_pips=20, target_pips=50)
        assert found.stop.tolist() == [20 * pip]
        assert found.targets[0].tolist() == [50 * pip]


def test_a_second_target_of_zero_is_none() -> None:
    bars = bars_of([1.0] * 30)
    assert [float(one[0]) for one in decided("donchian_breakout", bars).targets] == [60 * 0.0001, 0.0]
    two = decided("donchian_breakout", bars, second_target_pips=90).targets
    np.testing.assert_allclose([float(one[0]) for one in two], [0.006, 0.009])


# Changes of -1 -1 +2 +1 -1 hundredths: over two bars the RSI goes 0, 66.7, 80, 44.4, and the
# average range 1, 1.5, 1.25, 1.125 hundredths.
FALLEN_AND_BACK = [1.10, 1.09, 1.08, 1.10, 1.11, 1.10]


def test_rsi_reversion_trades_the_way_back_from_either_level() -> None:
    found = decided("rsi_reversion", bars_of(FALLEN_AND_BACK), length=2, leave_at_middle=False)
    assert found.action.tolist() == [0, 0, 0, ENTER_BUY, 0, ENTER_SELL]
    np.testing.assert_allclose(found.stop[[3, 5]], [2 * 0.015, 2 * 0.01125])
    np.testing.assert_allclose(found.targets[0][[3, 5]], [3 * 0.015, 3 * 0.01125])


def test_rsi_reversion_leaves_at_the_middle_if_asked_to() -> None:
    found = decided("rsi_reversion", bars_of(FALLEN_AND_BACK), length=2, lower=20, upper=75)
    assert found.action.tolist() == [0, 0, 0, ENTER_BUY | EXIT_BUY, 0, ENTER_SELL | EXIT_SELL]


def test_bollinger_reversion_enters_inside_the_bands_and_leaves_at_the_middle() -> None:
    # Middle and deviation of three: 1.0 0; 0.9 0.141; 0.833 0.125; 0.8 0.082; 0.853 0.041.
    bars = bars_of([1.0, 1.0, 1.0, 0.7, 0.8, 0.9, 0.86])
    found = decided("bollinger_reversion", bars, length=3, deviations=1.0)
    assert found.action.tolist() == [
        *(0, 0, 0),
        EXIT_SELL,  # below the lower band
        ENTER_BUY,  # inside again
        EXIT_BUY,  # above the upper band
        ENTER_SELL,
    ]


# Averages of two and three: the MACD goes 0.5, 0.333, 0.528 and its signal 0.5, 0.389, 0.481 from
# the fourth bar on, the average range of two 1, 0.5, 1.25.
SLOWER_AND_FASTER = [1.0, 2.0, 3.0, 4.0, 4.0, 6.0]


def test_macd_trend_trades_crossings_on_the_right_side_of_zero() -> None:
    values = {"fast": 2, "slow": 3, "signal": 2, "range_bars": 2}
    found = decided("macd_trend", bars_of(SLOWER_AND_FASTER), **values)
    assert found.action.tolist() == [0, 0, 0, 0, 0, ENTER_BUY]
    assert found.stop[5] == 2 * 1.25
    assert found.targets[0][5] == 4 * 1.25


def test_macd_trend_trades_every_crossing_if_asked_to_and_never_without_an_average_range() -> None:
    values = {"fast": 2, "slow": 3, "signal": 2, "beyond_zero": False}
    found = decided("macd_trend", bars_of(SLOWER_AND_FASTER), **values, range_bars=4)
    assert found.action.tolist() == [0, 0, 0, 0, ENTER_SELL, ENTER_BUY]
    found = decided("macd_trend", bars_of(SLOWER_AND_FASTER), **values, range_bars=5)
    assert found.action.tolist() == [0, 0, 0, 0, 0, ENTER_BUY]


def test_atr_trend_follows_breakouts_that_go_with_the_slower_timeframe() -> None:
    # The four-hour closes are 1.0, 1.1 and 0.9, known at the ends of these rows.
    hours = [
        *(1.0, 1.0, 1.0, 1.0),
        *(1.1, 1.1, 1.1, 1.1),  # a breakout, but no average of two four-hour closes yet
        *(1.2, 0.9, 0.9, 0.9),  # one with the trend, one against it
        *(0.8, 0.8),
    ]
    found = decided("atr_trend", bars_of(hours), trend_bars=2, lookback=2, range_bars=2)
    assert found.action.tolist() == [0] * 8 + [ENTER_BUY, 0, 0, 0, ENTER_SELL, 0]
    ranges = np.array([0.053125, 0.0720703125])
    np.testing.assert_allclose(found.stop[[8, 12]], 2 * ranges)
    np.testing.assert_allclose([one[[8, 12]] for one in found.targets], [2 * ranges, 5 * ranges])


def test_atr_trend_takes_the_slower_timeframe_that_it_is_told() -> None:
    known = find("atr_trend")
    assert known.context_timeframes == ("H4",)
    strategy = instance(load("atr_trend", known.source), {"context_timeframes": "D1"})
    assert strategy.options().context_timeframes == ("D1",)
    assert (strategy.options().trailing_pips, strategy.options().breakeven_after_target) == (40.0, True)


@pytest.mark.parametrize(
    "name", ["rsi_reversion", "bollinger_reversion", "macd_trend", "atr_trend", "sma_cross"]
)
def test_nothing_is_entered_in_a_market_that_does_not_move(name: str) -> None:
    entering = decided(name, bars_of([1.1] * 400)).action & (ENTER_BUY | ENTER_SELL)
    assert not entering.any()
