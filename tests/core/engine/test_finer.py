"""A finer dataset that decides what is ambiguous in the primary bars."""

import numpy as np
import pytest

from core.engine.broker import Broker
from core.engine.terms import Terms
from core.errors import BacktapeError
from core.market.bars import Bars
from core.market.timeframes import Timeframe
from tests.core.engine.market import FLAT_BAR, MONDAY, Case, bars_of, buy, play, told

WIDE = (1.1, 1.11, 1.09, 1.1)
ENTRY = buy(stop=0.005, targets=(0.005,))


def quarters(*prices: tuple[float, float, float, float]) -> Bars:
    """Bars of fifteen minutes inside the second hour."""
    return bars_of(prices, timeframe=Timeframe.M15, start=MONDAY + np.timedelta64(3600, "s"))


def outcome(finer: Bars | None) -> tuple[str, float, int]:
    broker: Broker = play({0: ENTRY}, FLAT_BAR, WIDE, FLAT_BAR, finer=finer)
    (trade,) = told(broker)
    return trade[0], trade[5], broker.count("ambiguous_exits")


def test_without_one_the_bar_is_ambiguous_and_the_stop_is_assumed() -> None:
    assert outcome(None) == ("sl", 1.0951, 1)


def test_a_target_reached_first_is_filled() -> None:
    assert outcome(quarters((1.1, 1.11, 1.1, 1.1), (1.1, 1.1, 1.09, 1.1))) == ("tp", 1.1051, 0)


def test_a_stop_reached_first_is_filled_and_no_longer_ambiguous() -> None:
    assert outcome(quarters((1.1, 1.1, 1.09, 1.1), (1.1, 1.11, 1.1, 1.1))) == ("sl", 1.0951, 0)


def test_a_finer_bar_that_opens_beyond_the_stop_fills_at_its_open() -> None:
    assert outcome(quarters((1.1, 1.1, 1.1, 1.1), (1.094, 1.11, 1.09, 1.1))) == ("sl", 1.094, 0)


def test_what_is_ambiguous_in_the_finer_bar_too_is_counted() -> None:
    assert outcome(quarters(FLAT_BAR, WIDE)) == ("sl", 1.0951, 1)


def test_finer_bars_that_are_missing_decide_nothing() -> None:
    assert outcome(quarters(FLAT_BAR)) == ("sl", 1.0951, 1)


def test_finer_bars_in_a_gap_of_the_primary_ones_decide_nothing() -> None:
    hours = MONDAY + np.array([0, 3600, 5 * 3600], "timedelta64[s]")
    gapped = bars_of([FLAT_BAR, WIDE, FLAT_BAR], times=hours)
    in_the_gap = bars_of(
        [(1.1, 1.11, 1.1, 1.1)], timeframe=Timeframe.M15, start=MONDAY + np.timedelta64(2 * 3600, "s")
    )
    broker = Case(gapped, {0: ENTRY}, Terms(mode="intra_candle", spread_pips=1.0), finer=in_the_gap).run()
    assert told(broker)[0][0] == "sl"
    assert broker.count("ambiguous_exits") == 1


def test_the_stop_of_a_position_from_an_order_is_looked_for_after_its_fill() -> None:
    entry = buy(at_stop=1.105, stop=0.002)
    dip_first = quarters((1.1, 1.1, 1.09, 1.104), (1.104, 1.11, 1.104, 1.11), (1.11, 1.11, 1.105, 1.105))
    dip_after = quarters((1.1, 1.104, 1.1, 1.104), (1.104, 1.11, 1.104, 1.11), (1.11, 1.11, 1.09, 1.09))
    survived = play({0: entry}, FLAT_BAR, (1.1, 1.11, 1.09, 1.105), (1.105,) * 4, finer=dip_first)
    stopped = play({0: entry}, FLAT_BAR, (1.1, 1.11, 1.09, 1.105), (1.105,) * 4, finer=dip_after)
    assert told(survived)[0][0] == "end_of_data"
    assert told(stopped) == [("sl", 1, 1, 1, 1.105, 1.103, 0.1)]
    assert survived.count("ambiguous_exits") == stopped.count("ambiguous_exits") == 0


def test_only_a_finer_timeframe_of_the_same_symbol_will_do() -> None:
    with pytest.raises(BacktapeError, match="finer timeframe of the same symbol"):
        outcome(bars_of([FLAT_BAR]))
