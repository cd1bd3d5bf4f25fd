"""Break-even, trailing stop, maximum bars, and orders that wait."""

import pytest

from core.engine.decision import Decision
from core.engine.terms import Mode
from tests.core.engine.market import FLAT_BAR, LEAVE, buy, play, sell, told
from tests.core.engine.plain_records import Habits

RISE = (1.1, 1.106, 1.1, 1.105)


def test_after_the_first_target_the_stop_moves_to_the_entry_from_the_next_bar() -> None:
    entry = buy(stop=0.01, targets=(0.005, 0.05))
    first_target_and_dip = (1.1, 1.106, 1.0995, 1.105)
    broker = play(
        {0: entry}, FLAT_BAR, first_target_and_dip, (1.105, 1.105, 1.1, 1.1), habits=Habits(breakeven=True)
    )
    assert told(broker) == [
        ("tp_partial", 1, 1, 1, 1.1001, 1.1051, 0.05),
        ("sl", 1, 1, 2, 1.1001, 1.1001, 0.05),
    ]


def test_without_the_option_the_stop_stays() -> None:
    entry = buy(stop=0.01, targets=(0.005, 0.05))
    broker = play({0: entry}, FLAT_BAR, RISE, (1.105, 1.105, 1.1, 1.1))
    assert told(broker)[1][0] == "end_of_data"


def test_a_trailing_stop_follows_the_best_close_from_the_next_bar() -> None:
    broker = play({0: buy()}, FLAT_BAR, RISE, (1.105, 1.105, 1.1019, 1.102), habits=Habits(trailing_pips=30))
    assert told(broker) == [("sl", 1, 1, 2, 1.1001, 1.102, 0.1)]


def test_a_trailing_stop_never_moves_back() -> None:
    slow_fall = [(1.105, 1.105, 1.1035, 1.1035), (1.1035, 1.1035, 1.102, 1.103)]
    broker = play({0: buy()}, FLAT_BAR, RISE, *slow_fall, habits=Habits(trailing_pips=30))
    assert told(broker) == [("sl", 1, 1, 3, 1.1001, 1.102, 0.1)]


def test_a_trailing_stop_leaves_a_nearer_stop_alone() -> None:
    broker = play(
        {0: buy(stop=0.001)}, FLAT_BAR, (1.1, 1.1, 1.0995, 1.1), FLAT_BAR, habits=Habits(trailing_pips=30)
    )
    assert broker.trades["stop_loss"][0] == 1.0991


def test_the_trailing_stop_of_a_sell_follows_the_ask() -> None:
    fall = (1.1, 1.1, 1.094, 1.095)
    broker = play({0: sell()}, FLAT_BAR, fall, (1.095, 1.098, 1.095, 1.098), habits=Habits(trailing_pips=30))
    assert told(broker) == [("sl", -1, 1, 2, 1.1, 1.0981, 0.1)]


@pytest.mark.parametrize("mode", ["intra_candle", "close_price"])
def test_a_position_is_closed_after_the_maximum_number_of_bars(mode: Mode) -> None:
    broker = play({0: buy()}, *[FLAT_BAR] * 6, habits=Habits(max_bars=2), mode=mode)
    assert [(row[0], row[3] - row[2]) for row in told(broker)] == [("time", 2)]


def test_time_comes_before_the_decision_at_the_same_open() -> None:
    broker = play({0: buy(), 2: LEAVE}, *[FLAT_BAR] * 4, habits=Habits(max_bars=2))
    assert [row[0] for row in told(broker)] == ["time"]


def test_at_a_close_the_stop_comes_before_the_time() -> None:
    broker = play(
        {0: buy(stop=0.01)},
        FLAT_BAR,
        (1.0, 1.0, 1.0, 1.0),
        FLAT_BAR,
        habits=Habits(max_bars=1),
        mode="close_price",
    )
    assert [row[0] for row in told(broker)] == ["sl"]


def test_a_stop_order_fills_at_its_level_when_the_ask_reaches_it() -> None:
    broker = play({0: buy(at_stop=1.104)}, FLAT_BAR, (1.1, 1.1038, 1.1, 1.1), RISE, FLAT_BAR)
    assert told(broker) == [("end_of_data", 1, 2, 3, 1.104, 1.1, 0.1)]


def test_a_limit_order_to_sell_fills_at_its_level_when_the_bid_reaches_it() -> None:
    broker = play({0: sell(at_limit=1.104)}, FLAT_BAR, RISE, FLAT_BAR)
    assert told(broker) == [("end_of_data", -1, 1, 2, 1.104, 1.1001, 0.1)]


def test_an_order_that_the_open_is_beyond_fills_at_the_open() -> None:
    stop = play({0: buy(at_stop=1.09)}, FLAT_BAR, FLAT_BAR, FLAT_BAR)
    limit = play({0: sell(at_limit=1.09)}, FLAT_BAR, FLAT_BAR, FLAT_BAR)
    assert told(stop) == [("end_of_data", 1, 1, 2, 1.1001, 1.1, 0.1)]
    assert told(limit) == [("end_of_data", -1, 1, 2, 1.1, 1.1001, 0.1)]


def test_in_close_price_an_order_fills_at_the_close_that_is_beyond_it() -> None:
    broker = play({0: buy(at_stop=1.104)}, FLAT_BAR, (1.1, 1.2, 1.1, 1.1), RISE, FLAT_BAR, mode="close_price")
    assert told(broker) == [("end_of_data", 1, 2, 3, 1.1051, 1.1, 0.1)]


@pytest.mark.parametrize("mode", ["intra_candle", "close_price"])
@pytest.mark.parametrize(("expiry", "filled"), [(1, False), (2, True), (0, True)])
def test_an_order_waits_for_so_many_bars_from_the_next_one(mode: Mode, expiry: int, filled: bool) -> None:
    broker = play({0: buy(at_stop=1.104, expiry=expiry)}, FLAT_BAR, FLAT_BAR, RISE, FLAT_BAR, mode=mode)
    assert bool(told(broker)) is filled


def test_a_later_decision_replaces_an_order() -> None:
    broker = play({0: buy(at_stop=1.104), 1: sell(at_stop=1.05)}, FLAT_BAR, FLAT_BAR, RISE, FLAT_BAR)
    assert told(broker) == []


def test_an_exit_cancels_an_order() -> None:
    assert told(play({0: buy(at_stop=1.104), 1: LEAVE}, FLAT_BAR, FLAT_BAR, RISE, FLAT_BAR)) == []


def test_an_exit_for_the_other_side_leaves_an_order_waiting() -> None:
    only_sells = Decision(exit_sell=True)
    assert told(play({0: buy(at_stop=1.104), 1: only_sells}, FLAT_BAR, FLAT_BAR, RISE, FLAT_BAR))


def test_an_order_in_the_direction_of_the_position_is_ignored() -> None:
    broker = play({0: buy(), 1: buy(at_stop=1.104), 2: LEAVE}, *[FLAT_BAR] * 3, RISE, RISE)
    assert [row[0] for row in told(broker)] == ["signal"]


def test_filling_an_order_closes_the_opposite_position_at_the_same_moment() -> None:
    broker = play({0: sell(), 1: buy(at_stop=1.104)}, FLAT_BAR, FLAT_BAR, RISE, FLAT_BAR)
    assert told(broker) == [
        ("signal_reverse", -1, 1, 2, 1.1, 1.104, 0.1),
        ("end_of_data", 1, 2, 3, 1.104, 1.1, 0.1),
    ]


def test_the_position_s_own_stop_comes_before_the_order() -> None:
    broker = play({0: sell(stop=0.003), 1: buy(at_stop=1.104)}, FLAT_BAR, FLAT_BAR, RISE, FLAT_BAR)
    assert [row[0] for row in told(broker)] == ["sl", "end_of_data"]


def test_in_the_bar_of_its_fill_a_position_sees_its_stop_and_the_bar_is_ambiguous() -> None:
    broker = play({0: buy(at_stop=1.104, stop=0.002)}, FLAT_BAR, RISE, FLAT_BAR)
    assert told(broker) == [("sl", 1, 1, 1, 1.104, 1.102, 0.1)]
    assert broker.count("ambiguous_exits") == 1


def test_in_the_bar_of_its_fill_a_position_does_not_see_its_targets() -> None:
    broker = play({0: buy(at_stop=1.104, targets=(0.001,))}, FLAT_BAR, RISE, FLAT_BAR)
    assert told(broker) == [("end_of_data", 1, 1, 2, 1.104, 1.1, 0.1)]


def test_a_refused_order_is_spent() -> None:
    broker = play({0: buy(at_stop=1.104, stop=0.0001)}, FLAT_BAR, RISE, RISE, FLAT_BAR)
    assert told(broker) == []
    assert broker.count("refused_stop") == 1
