"""What the built-in strategies draw on a chart."""

import numpy as np
import pytest

from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from core.strategies.context import Context
from core.strategies.loader import instance, load
from core.strategies.registry import find
from core.strategies.returned import lines_of
from core.strategies.strategy import Strategy
from tests.core.strategies.samples import bars_of

BARS = synthetic_bars(timeframe=Timeframe.M15, years=1).slice(0, 6_000)
OFFERED = {
    "sma_cross": ["fast", "slow"],
    "donchian_breakout": ["highest", "lowest"],
    "bollinger_reversion": ["lower", "middle", "upper"],
    "atr_trend": ["highest", "lowest", "H4 average"],
    "llm_filter": ["highest", "lowest"],
    "macd_trend": [],
    "rsi_reversion": [],
    "llm_analyst": [],
}


def built_in(name: str) -> Strategy:
    return instance(load(name, find(name).source), {})


@pytest.mark.parametrize("name", OFFERED)
def test_built_in_lines_live_among_the_prices(name: str) -> None:
    found = lines_of(built_in(name), BARS)
    assert list(found) == OFFERED[name]
    low, high = BARS.low.min() * 0.99, BARS.high.max() * 1.01
    for values in found.values():
        known = values[~np.isnan(values)]
        assert len(known) > 4_000
        assert low <= known.min() <= known.max() <= high


@pytest.mark.parametrize("name", OFFERED)
def test_no_built_in_line_looks_ahead(name: str) -> None:
    whole = lines_of(built_in(name), BARS)
    for cut in (2_000, 3_777, 5_001):
        part = lines_of(built_in(name), BARS.slice(0, cut))
        assert all(np.array_equal(part[one], whole[one][:cut], equal_nan=True) for one in whole)


def test_a_parameter_called_lines_is_no_line() -> None:
    class Old(Strategy):
        lines = 3  # type: ignore[assignment]

        def on_bar(self, context: Context) -> None:
            """Decide nothing."""

    assert lines_of(Old(), bars_of([1.0, 2.0])) == {}
