"""What a model is told of market and position, with and without what would let it remember."""

import re

import pytest

from core.engine.decision import BUY, SELL, Position
from core.strategies.context import Context
from core.strategies.prompts import bars_text, position_text
from tests.core.strategies.samples import bars_of


class Holding:
    """An account with a position, or none."""

    def __init__(self, position: Position | None = None) -> None:
        self.held = position

    def position(self, index: int) -> Position | None:
        del index
        return self.held

    def equity(self, index: int) -> float:
        del index
        return 10_000.0


def seen(position: Position | None = None, *, symbol: str = "EURUSD", price: float = 1.1) -> Context:
    closes = [price, price * 1.01, price * 1.02, price * 1.03]
    context = Context(bars_of(closes, symbol=symbol), Holding(position))
    context.index = 2
    return context


def test_an_anonymous_table_has_neither_symbol_nor_dates_nor_the_price_level() -> None:
    text = bars_text(seen(), 3)
    assert "EURUSD" not in text
    assert not re.search(r"20\d\d|1\.1", text)
    assert text.splitlines()[2:] == [
        "    2   -220.0   -220.0   -220.0   -220.0",
        "    1   -220.0   -110.0   -220.0   -110.0",
        "    0   -110.0     +0.0   -110.0     +0.0",
    ]


def test_two_markets_of_one_shape_look_the_same() -> None:
    assert bars_text(seen(), 3) == bars_text(seen(symbol="GBPUSD"), 3)


def test_a_table_with_names_has_symbol_times_and_prices() -> None:
    text = bars_text(seen(), 2, anonymous=False)
    assert text.splitlines()[0] == "The last 2 bars of EURUSD H1:"
    assert "2020-01-06 02:00" in text
    assert "1.122" in text


def test_no_bar_to_come_is_in_a_table_and_no_more_than_there_are() -> None:
    assert len(bars_text(seen(), 50).splitlines()) == 2 + 3


@pytest.mark.parametrize("anonymous", [True, False])
def test_a_position_is_told_in_a_sentence(*, anonymous: bool) -> None:
    held = Position(SELL, 0.1, 0, 1.1, 1.13, (1.09, 1.08), -10.0)
    text = position_text(seen(held), anonymous=anonymous)
    told = "entered 2 bars ago at -220.0, stop +80.0, target -320.0 -420.0; it is -220.0 pips now"
    plain = "entered 2 bars ago at 1.1, stop 1.13, target 1.09 1.08; it is -220.0 pips now"
    assert text == f"A short position is open, {told if anonymous else plain}."


def test_none_and_a_bare_position_are_told_too() -> None:
    assert position_text(seen()) == "There is no open position."
    text = position_text(seen(Position(BUY, 0.1, 1, 1.111, None, (), 0.0)))
    assert "A long position is open, entered 1 bar ago" in text
    assert "no stop, no target" in text
