"""The order of events in `intra_candle`, on markets of a few bars (spread 1 pip)."""

from core.engine.decision import Decision
from tests.core.engine.market import FLAT_BAR, LEAVE, buy, play, sell, told


def test_a_decision_is_carried_out_at_the_next_open() -> None:
    broker = play({0: buy(), 1: LEAVE}, FLAT_BAR, (1.101, 1.103, 1.1, 1.102), (1.104, 1.105, 1.103, 1.104))
    assert told(broker) == [("signal", 1, 1, 2, 1.1011, 1.104, 0.1)]


def test_a_sell_enters_at_the_bid_and_leaves_at_the_ask() -> None:
    broker = play({0: sell(), 1: LEAVE}, FLAT_BAR, (1.101, 1.103, 1.1, 1.102), (1.104, 1.105, 1.103, 1.104))
    assert told(broker) == [("signal", -1, 1, 2, 1.101, 1.1041, 0.1)]


def test_the_opposite_decision_closes_and_opens_the_other_way_at_one_open() -> None:
    broker = play({0: buy(), 1: sell()}, FLAT_BAR, FLAT_BAR, (1.2, 1.2, 1.2, 1.2))
    assert told(broker) == [
        ("signal_reverse", 1, 1, 2, 1.1001, 1.2, 0.1),
        ("end_of_data", -1, 2, 2, 1.2, 1.2001, 0.1),
    ]


def test_the_same_direction_again_is_ignored() -> None:
    broker = play(
        {0: buy(stop=0.01), 1: buy(stop=0.001)}, FLAT_BAR, FLAT_BAR, (1.1, 1.1, 1.095, 1.1), FLAT_BAR
    )
    assert told(broker) == [("end_of_data", 1, 1, 3, 1.1001, 1.1, 0.1)]


def test_an_exit_together_with_an_entry_closes_first_and_then_opens() -> None:
    again = buy(exit_buy=True, exit_sell=True)
    broker = play({0: buy(), 1: again}, FLAT_BAR, FLAT_BAR, FLAT_BAR)
    assert told(broker) == [
        ("signal", 1, 1, 2, 1.1001, 1.1, 0.1),
        ("end_of_data", 1, 2, 2, 1.1001, 1.1, 0.1),
    ]


def test_an_exit_together_with_the_opposite_entry_closes_by_signal_not_by_reversal() -> None:
    broker = play({0: buy(), 1: sell(exit_buy=True)}, FLAT_BAR, FLAT_BAR, FLAT_BAR)
    assert [row[0] for row in told(broker)] == ["signal", "end_of_data"]


def test_an_exit_for_the_other_side_leaves_the_position_alone() -> None:
    broker = play({0: buy(), 1: Decision(exit_sell=True)}, FLAT_BAR, FLAT_BAR, FLAT_BAR)
    assert told(broker) == [("end_of_data", 1, 1, 2, 1.1001, 1.1, 0.1)]


def test_the_decision_of_the_last_bar_is_dropped() -> None:
    assert told(play({1: buy()}, FLAT_BAR, FLAT_BAR)) == []


def test_a_stop_is_set_from_the_entry_price_and_seen_in_the_bar_of_entry() -> None:
    broker = play({0: buy(stop=0.002)}, FLAT_BAR, (1.1, 1.101, 1.0981, 1.099), FLAT_BAR)
    assert told(broker) == [("sl", 1, 1, 1, 1.1001, 1.0981, 0.1)]
    assert broker.trades["stop_loss"][0] == 1.0981


def test_the_stop_of_a_sell_is_touched_by_the_ask() -> None:
    touched = play({0: sell(stop=0.002)}, FLAT_BAR, (1.1, 1.1019, 1.1, 1.1), FLAT_BAR)
    missed = play({0: sell(stop=0.002)}, FLAT_BAR, (1.1, 1.10189, 1.1, 1.1), FLAT_BAR)
    assert told(touched) == [("sl", -1, 1, 1, 1.1, 1.102, 0.1)]
    assert told(missed)[0][0] == "end_of_data"


def test_a_stop_beyond_the_open_fills_at_the_open() -> None:
    broker = play({0: buy(stop=0.002)}, FLAT_BAR, FLAT_BAR, (1.09, 1.1, 1.08, 1.1))
    assert told(broker) == [("sl", 1, 1, 2, 1.1001, 1.09, 0.1)]


def test_a_target_fills_at_its_level_inside_the_bar() -> None:
    broker = play({0: buy(targets=(0.003,))}, FLAT_BAR, (1.1, 1.2, 1.1, 1.15), FLAT_BAR)
    assert told(broker) == [("tp", 1, 1, 1, 1.1001, 1.1031, 0.1)]
    assert broker.trades["take_profit"][0] == 1.1031


def test_a_target_that_the_open_has_reached_fills_at_the_open() -> None:
    broker = play({0: buy(targets=(0.003,))}, FLAT_BAR, FLAT_BAR, (1.11, 1.12, 1.1, 1.11))
    assert told(broker) == [("tp", 1, 1, 2, 1.1001, 1.11, 0.1)]


def test_a_bar_that_touches_stop_and_target_is_read_pessimistically_and_counted() -> None:
    broker = play({0: buy(stop=0.002, targets=(0.002,))}, FLAT_BAR, (1.1, 1.11, 1.09, 1.1), FLAT_BAR)
    assert told(broker) == [("sl", 1, 1, 1, 1.1001, 1.0981, 0.1)]
    assert broker.count("ambiguous_exits") == 1


def test_a_gap_beyond_the_stop_is_not_ambiguous() -> None:
    broker = play({0: buy(stop=0.002, targets=(0.002,))}, FLAT_BAR, FLAT_BAR, (1.09, 1.2, 1.08, 1.1))
    assert told(broker) == [("sl", 1, 1, 2, 1.1001, 1.09, 0.1)]
    assert broker.count("ambiguous_exits") == 0


def test_a_target_filled_at_the_open_leaves_the_rest_to_the_stop_without_ambiguity() -> None:
    broker = play({0: buy(stop=0.002, targets=(0.003, 0.2))}, FLAT_BAR, FLAT_BAR, (1.104, 1.105, 1.09, 1.1))
    assert told(broker) == [
        ("tp_partial", 1, 1, 2, 1.1001, 1.104, 0.05),
        ("sl", 1, 1, 2, 1.1001, 1.0981, 0.05),
    ]
    assert broker.count("ambiguous_exits") == 0


def test_equity_is_marked_at_the_close_as_if_everything_were_closed_there() -> None:
    broker = play({0: buy()}, FLAT_BAR, (1.1, 1.102, 1.1, 1.101), FLAT_BAR, commission_per_lot=5.0)
    assert broker.equity.round(9).tolist() == [10_000.0, 10_008.5, 9_998.5]
