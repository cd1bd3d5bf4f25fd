"""The built-in strategies decide exactly what they say they do."""

from typing import Any

import numpy as np
import pytest

from core.market.bars import Bars
from core.strategies.loader import instance, load
from core.strategies.registry import find
from core.strategies.signals import ENTER_BUY, ENTER_SELL, Decisions, decisions
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


@pytest.mark.parametrize("name", ["sma_cross", "donchian_breakout"])
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
