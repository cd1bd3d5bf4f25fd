"""The worst and the best a trade stood at while it was open (spread 1 pip, 0.1 lots)."""

from core.engine.broker import Broker
from tests.core.engine.market import FLAT_BAR, LEAVE, buy, play, sell


def excursions(broker: Broker) -> list[tuple[float, float]]:
    columns = (broker.trades["mae"].round(6).tolist(), broker.trades["mfe"].round(6).tolist())
    return list(zip(*columns, strict=True))


def test_bars_held_through_count_with_their_whole_range() -> None:
    broker = play({0: buy(), 2: LEAVE}, FLAT_BAR, (1.1, 1.105, 1.099, 1.1), FLAT_BAR, FLAT_BAR)
    assert excursions(broker) == [(-11.0, 49.0)]


def test_a_sell_is_seen_from_the_ask() -> None:
    broker = play({0: sell(), 2: LEAVE}, FLAT_BAR, (1.1, 1.105, 1.099, 1.1), FLAT_BAR, FLAT_BAR)
    assert excursions(broker) == [(-51.0, 9.0)]


def test_of_the_exit_bar_only_its_open_and_the_exit_are_certain() -> None:
    broker = play({0: buy(stop=0.01)}, FLAT_BAR, FLAT_BAR, (1.102, 1.2, 1.05, 1.1), FLAT_BAR)
    assert excursions(broker) == [(-100.0, 19.0)]


def test_of_the_bar_in_which_an_order_fills_only_its_close_is_certain() -> None:
    broker = play({0: buy(at_stop=1.104), 1: LEAVE}, FLAT_BAR, (1.1, 1.2, 1.09, 1.105), (1.105,) * 4)
    assert excursions(broker) == [(0.0, 10.0)]


def test_in_close_price_the_bar_of_entry_is_over_and_that_of_the_exit_counts_whole() -> None:
    wide = (1.1, 1.105, 1.099, 1.1)
    broker = play({0: buy(), 1: LEAVE}, (1.1, 1.2, 1.0, 1.1), wide, FLAT_BAR, mode="close_price")
    assert excursions(broker) == [(-11.0, 49.0)]


def test_each_part_stands_at_its_own_size() -> None:
    entry = buy(targets=(0.004, 0.2))
    broker = play({0: entry, 1: LEAVE}, FLAT_BAR, (1.1, 1.105, 1.099, 1.1), FLAT_BAR, partial_ratio=0.2)
    assert excursions(broker) == [(-0.2, 8.0), (-8.8, 39.2)]
