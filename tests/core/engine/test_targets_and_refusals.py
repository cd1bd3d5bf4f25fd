"""Partial closes, what is refused, and how a run ends."""

import pytest

from core.engine.broker import Broker
from core.errors import BacktapeError
from tests.core.engine.market import FLAT_BAR, buy, play, sell, told

RISE = (1.1, 1.2, 1.1, 1.1)


def lots(broker: Broker) -> list[tuple[str, float]]:
    return [(row[0], row[-1]) for row in told(broker)]


def test_targets_fill_nearest_first_whatever_the_order_given() -> None:
    broker = play({0: buy(targets=(0.03, 0.01, 0.02))}, FLAT_BAR, RISE, FLAT_BAR)
    assert [row[5] for row in told(broker)] == [1.1101, 1.1201, 1.1301]


def test_each_target_but_the_last_closes_its_part_of_what_is_left_down_to_the_lot_step() -> None:
    broker = play(
        {0: buy(targets=(0.01, 0.02, 0.03))}, FLAT_BAR, RISE, FLAT_BAR, volume=0.25, partial_ratio=0.3
    )
    assert lots(broker) == [("tp_partial", 0.07), ("tp_partial", 0.05), ("tp", 0.13)]


def test_a_product_just_below_a_whole_step_counts_as_that_step() -> None:
    broker = play({0: buy(targets=(0.01, 0.02))}, FLAT_BAR, RISE, FLAT_BAR, volume=0.3, partial_ratio=0.1)
    assert lots(broker) == [("tp_partial", 0.03), ("tp", 0.27)]


def test_a_part_below_the_minimum_lot_closes_everything() -> None:
    broker = play({0: buy(targets=(0.01, 0.02))}, FLAT_BAR, RISE, FLAT_BAR, volume=0.01)
    assert lots(broker) == [("tp", 0.01)]


def test_a_rest_below_the_minimum_lot_closes_everything() -> None:
    broker = play({0: buy(targets=(0.01, 0.02))}, FLAT_BAR, RISE, FLAT_BAR, partial_ratio=1.0)
    assert lots(broker) == [("tp", 0.1)]


def test_a_zero_target_is_none() -> None:
    broker = play({0: buy(targets=(0.0, 0.01))}, FLAT_BAR, RISE, FLAT_BAR)
    assert lots(broker) == [("tp", 0.1)]


def test_the_parts_of_a_position_share_its_number() -> None:
    broker = play({0: buy(targets=(0.01, 0.02)), 1: sell()}, FLAT_BAR, RISE, FLAT_BAR, FLAT_BAR)
    assert broker.trades["position"].tolist() == [1, 1, 2]


def test_an_entry_whose_margin_is_above_equity_is_refused_and_counted() -> None:
    # 0.1 lots of EURUSD at 1.1001 need 110.01 at a leverage of 100.
    refused = play({0: buy()}, FLAT_BAR, FLAT_BAR, initial_balance=110.0)
    taken = play({0: buy()}, FLAT_BAR, FLAT_BAR, initial_balance=110.02)
    assert told(refused) == []
    assert refused.count("refused_margin") == 1
    assert len(told(taken)) == 1


def test_margin_is_judged_after_the_closing_leg_of_a_reversal() -> None:
    broker = play({0: buy(), 1: sell()}, FLAT_BAR, FLAT_BAR, (1.099, 1.1, 1.09, 1.1), initial_balance=120.0)
    assert [row[0] for row in told(broker)] == ["signal_reverse"]
    assert broker.count("refused_margin") == 1


def test_a_size_below_the_minimum_lot_is_refused() -> None:
    broker = play({0: buy()}, FLAT_BAR, FLAT_BAR, volume=0.009)
    assert broker.count("refused_size") == 1


@pytest.mark.parametrize(("stop", "refused"), [(0.00005, 1), (0.0001, 1), (0.00011, 0)])
def test_a_stop_at_or_inside_the_spread_is_refused(stop: float, refused: int) -> None:
    for decision in (buy(stop=stop), sell(stop=stop)):
        assert play({0: decision}, FLAT_BAR, FLAT_BAR).count("refused_stop") == refused


def test_a_refused_decision_is_spent() -> None:
    broker = play({0: buy(stop=0.0001)}, FLAT_BAR, FLAT_BAR, FLAT_BAR, FLAT_BAR)
    assert told(broker) == []
    assert broker.count("refused_stop") == 1


def test_risk_sizes_the_position_by_its_stop() -> None:
    # 1 % of 10,000 over 20 pips of 10 a lot: 0.5 lots.
    broker = play({0: buy(stop=0.002)}, FLAT_BAR, FLAT_BAR, risk_pct=1.0)
    assert told(broker)[0][-1] == 0.5


def test_risk_is_rounded_down_to_the_lot_step() -> None:
    broker = play({0: buy(stop=0.0021)}, FLAT_BAR, FLAT_BAR, risk_pct=1.0)
    assert told(broker)[0][-1] == 0.47


def test_risk_without_a_stop_is_an_error_that_names_the_bar() -> None:
    with pytest.raises(BacktapeError, match=r"bar 1 \(2024-01-08 01:00:00 UTC\).*no stop"):
        play({0: buy()}, FLAT_BAR, FLAT_BAR, risk_pct=1.0)


def test_equity_gone_at_a_close_ends_the_run_there() -> None:
    crash = (1.1, 1.1, 1.0, 1.05)
    broker = play({0: buy(), 1: sell(), 2: buy()}, FLAT_BAR, crash, *[FLAT_BAR] * 3, initial_balance=300.0)
    assert told(broker) == [("stop_out", 1, 1, 1, 1.1001, 1.05, 0.1)]
    assert broker.count("stopped_at") == 1
    assert broker.equity.round(6).tolist() == [300.0, -201.0, -201.0, -201.0, -201.0]


def test_a_stop_out_wins_over_the_end_of_data() -> None:
    broker = play({0: buy()}, FLAT_BAR, (1.1, 1.1, 1.0, 1.05), initial_balance=300.0)
    assert [row[0] for row in told(broker)] == ["stop_out"]


def test_a_loss_that_leaves_nothing_ends_the_run_without_a_position_too() -> None:
    gap = (1.05, 1.1, 1.0, 1.1)
    broker = play({0: buy(stop=0.01), 2: buy()}, FLAT_BAR, FLAT_BAR, gap, FLAT_BAR, initial_balance=300.0)
    assert [row[0] for row in told(broker)] == ["sl"]
    assert broker.count("stopped_at") == 2
    assert broker.count("refused_margin") == 0


def test_a_dip_inside_a_bar_does_not_stop_out() -> None:
    broker = play({0: buy()}, FLAT_BAR, (1.1, 1.1, 1.0, 1.1), initial_balance=300.0)
    assert [row[0] for row in told(broker)] == ["end_of_data"]
