"""What `on_bar` sees and how it decides."""

import datetime as dt
from typing import Any

import numpy as np
import pytest

from core.engine.decision import Decision, Position
from core.strategies.context import Context
from core.strategies.errors import StrategyError
from tests.core.strategies.samples import bars_of

BARS = bars_of([1.1, 1.4, 1.2, 1.3, 1.5])


class Flat:
    """An account without a position."""

    def position(self, index: int) -> Position | None:
        assert index == 3
        return None

    def equity(self, index: int) -> float:
        return 10_000.0 + index


@pytest.fixture
def context() -> Context:
    context = Context(BARS, Flat())
    context.index = 3
    return context


def test_the_current_bar_is_given_in_plain_numbers(context: Context) -> None:
    assert (context.open, context.high, context.low, context.close, context.volume) == (1.2, 1.3, 1.2, 1.3, 1)
    assert all(type(price) is float for price in (context.open, context.high, context.low, context.close))


def test_time_is_aware_and_the_opening_of_the_bar(context: Context) -> None:
    assert context.time == dt.datetime(2020, 1, 6, 3, tzinfo=dt.UTC)


def test_arrays_of_the_past_end_with_the_current_bar(context: Context) -> None:
    assert context.closes.tolist() == [1.1, 1.4, 1.2, 1.3]
    assert context.opens.tolist() == [1.1, 1.1, 1.4, 1.2]
    assert context.highs.tolist() == [1.1, 1.4, 1.4, 1.3]
    assert context.lows.tolist() == [1.1, 1.1, 1.2, 1.2]
    assert context.volumes.tolist() == [1.0] * 4
    assert context.times[-1] == np.datetime64("2020-01-06T03:00:00")


def test_nothing_of_the_future_hangs_on_the_arrays_of_the_past(context: Context) -> None:
    with pytest.raises(ValueError, match="read-only"):
        context.closes[0] = 2.0


def test_extremes_leave_the_current_bar_out(context: Context) -> None:
    assert (context.high_of(2), context.low_of(2)) == (1.4, 1.1)
    assert (context.high_of(1), context.low_of(1)) == (1.4, 1.2)


def test_extremes_of_more_bars_than_there_were_are_not_a_number(context: Context) -> None:
    assert np.isnan(context.high_of(4))
    context.index = 0
    assert np.isnan(context.low_of(1))


def test_extremes_of_no_bars_name_the_bar(context: Context) -> None:
    with pytest.raises(StrategyError, match=r"At bar 3 .*highest needs a whole number of bars"):
        context.high_of(0)


def test_pips_symbol_and_timeframe_are_those_of_the_bars(context: Context) -> None:
    assert context.pips(30) == pytest.approx(0.003)
    assert (context.symbol, context.timeframe) == ("EURUSD", "H1")


def test_position_and_equity_are_asked_for_at_the_current_bar(context: Context) -> None:
    assert (context.position, context.equity) == (None, 10_003.0)


def test_a_buy_says_everything_about_its_entry(context: Context) -> None:
    context.buy(stop=0.003, targets=[0.004, np.float64(0.008)], at_stop=1.6, expiry=6)
    assert context.decision == Decision(
        direction=1, stop=0.003, targets=(0.004, 0.008), at_stop=1.6, expiry=6
    )


def test_a_sell_is_mirrored_and_returns_its_decision(context: Context) -> None:
    assert context.sell(targets=0.01, at_limit=1.7) is context.decision
    assert context.decision == Decision(direction=-1, targets=(0.01,), at_limit=1.7)


@pytest.mark.parametrize("exit_first", [True, False])
def test_an_exit_and_an_entry_add_up_in_either_order(context: Context, exit_first: bool) -> None:
    if exit_first:
        context.exit()
    context.buy(stop=0.1)
    if not exit_first:
        context.exit()
    assert context.decision == Decision(direction=1, exit_buy=True, exit_sell=True, stop=0.1)


def test_a_decision_is_not_carried_over_to_the_next_bar(context: Context) -> None:
    context.buy()
    context.index = 4
    context.exit()
    assert context.decision == Decision(exit_buy=True, exit_sell=True)


def test_two_entries_at_one_bar_name_the_bar(context: Context) -> None:
    context.buy()
    with pytest.raises(StrategyError, match=r"At bar 3 \(2020-01-06 03:00 UTC\): there is more than one"):
        context.sell()


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"stop": float("nan")}, "stop is not a number"),
        ({"stop": -0.001}, "stop is below zero"),
        ({"stop": "30"}, "stop must be a number, not an object of type str"),
        ({"targets": [0.1, float("inf")]}, "target 2 is not a number"),
        ({"targets": [0.1] * 9}, "there are 9 targets; at most 8"),
        ({"at_stop": 1.5, "at_limit": 1.2}, "both at_stop and at_limit"),
        ({"at_stop": 1.5, "expiry": 1.5}, "expiry is not a whole number"),
        ({"at_stop": 1.5, "expiry": True}, "expiry must be a number"),
    ],
)
def test_a_wrong_entry_names_the_bar_and_the_part(
    context: Context, parts: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(StrategyError, match=rf"At bar 3 .*: {sentence}"):
        context.buy(**parts)
    assert context.decision is None
