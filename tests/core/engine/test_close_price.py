"""The order of events in `close_price`: everything is judged and filled at closes."""

from collections.abc import Mapping

from core.engine.broker import Broker
from core.engine.decision import Decision
from tests.core.engine.market import FLAT_BAR, LEAVE, buy, play, sell, told


def play_closes(decisions: Mapping[int, Decision], *closes: float) -> Broker:
    """Run on bars whose ranges reach far beyond their closes."""
    prices = [(1.1, 1.2, 1.0, close) for close in closes]
    return play(decisions, *prices, mode="close_price")


def test_a_decision_is_carried_out_at_the_close_it_was_taken_on() -> None:
    broker = play_closes({0: buy(), 2: LEAVE}, 1.1, 1.101, 1.102, 1.1)
    assert told(broker) == [("signal", 1, 0, 2, 1.1001, 1.102, 0.1)]


def test_ranges_are_not_looked_at() -> None:
    broker = play_closes({0: buy(stop=0.01, targets=(0.01,))}, 1.1, 1.101, 1.1)
    assert told(broker) == [("end_of_data", 1, 0, 2, 1.1001, 1.1, 0.1)]


def test_a_stop_fills_at_the_close_that_is_beyond_it() -> None:
    broker = play_closes({0: buy(stop=0.01)}, 1.1, 1.0902, 1.05, 1.1)
    assert told(broker) == [("sl", 1, 0, 2, 1.1001, 1.05, 0.1)]


def test_a_close_on_the_stop_is_at_the_stop() -> None:
    broker = play_closes({0: sell(stop=0.01)}, 1.1, 1.1099, 1.1)
    assert told(broker) == [("sl", -1, 0, 1, 1.1, 1.11, 0.1)]


def test_every_target_that_the_close_has_reached_fills_at_that_close() -> None:
    broker = play_closes({0: buy(targets=(0.02, 0.01, 0.09))}, 1.1, 1.13, 1.1)
    assert told(broker) == [
        ("tp_partial", 1, 0, 1, 1.1001, 1.13, 0.05),
        ("tp_partial", 1, 0, 1, 1.1001, 1.13, 0.02),
        ("end_of_data", 1, 0, 2, 1.1001, 1.1, 0.03),
    ]


def test_a_stop_comes_before_the_decision_of_the_same_close() -> None:
    broker = play_closes({0: buy(stop=0.01), 1: sell()}, 1.1, 1.08, 1.1)
    assert told(broker) == [
        ("sl", 1, 0, 1, 1.1001, 1.08, 0.1),
        ("end_of_data", -1, 1, 2, 1.08, 1.1001, 0.1),
    ]


def test_the_decision_of_the_last_bar_is_dropped() -> None:
    assert told(play_closes({1: buy()}, 1.1, 1.1)) == []


def test_nothing_is_ever_ambiguous() -> None:
    broker = play_closes({0: buy(stop=0.001, targets=(0.001,))}, 1.1, 1.1, 1.1)
    assert broker.count("ambiguous_exits") == 0


def test_equity_is_marked_after_the_decision_was_carried_out() -> None:
    broker = play({0: buy(), 1: LEAVE}, FLAT_BAR, FLAT_BAR, FLAT_BAR, mode="close_price")
    assert broker.equity.round(9).tolist() == [9_999.0, 9_999.0, 9_999.0]
