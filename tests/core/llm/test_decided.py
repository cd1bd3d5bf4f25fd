import numpy as np
import pytest

from core.engine.decision import BUY, SELL, Decision
from core.engine.records import TRADE
from core.llm.decided import Decided, in_words, positions_of

ENTRY = Decision(BUY)


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (Decision(), "nothing"),
        (Decision(exit_buy=True, exit_sell=True), "exit"),
        (Decision(BUY, stop=0.003, targets=(0.006,)), "buy, stop 0.0030, target 0.0060"),
        (Decision(SELL, stop=0.00305), "sell, stop 0.00305"),
        (Decision(SELL, exit_buy=True, targets=(0.01, 0.02)), "exit, sell, targets 0.0100 0.0200"),
        (Decision(BUY, at_stop=1.2345, expiry=5), "buy, at stop 1.2345"),
        (Decision(SELL, at_limit=1.23456), "sell, at limit 1.23456"),
    ],
)
def test_a_decision_is_told_in_words(decision: Decision, words: str) -> None:
    assert in_words(decision, 5) == words


def trades(*rows: tuple[int, int, int, int]) -> "np.ndarray[tuple[int], np.dtype[np.void]]":
    """Trades by position, direction, entry and exit index."""
    made = np.zeros(len(rows), TRADE)
    for row, (position, direction, entered, left) in enumerate(rows):
        made[row]["position"], made[row]["direction"] = position, direction
        made[row]["entry_index"], made[row]["exit_index"] = entered, left
    return made


def found(decisions: dict[int, Decision], closed: object, *, intra: bool = False) -> dict[int, int]:
    decided = Decided(list(decisions), list(decisions.values()))
    return positions_of(decided, list(decisions), closed, at_next_open=intra)  # type: ignore[arg-type]


def test_an_entry_opens_its_position_at_its_close_or_at_the_next_open() -> None:
    closed = trades((1, BUY, 10, 20), (1, BUY, 10, 25), (2, BUY, 31, 40))
    assert found({10: ENTRY, 30: ENTRY}, closed) == {10: 1}
    assert found({10: ENTRY, 30: ENTRY}, closed, intra=True) == {30: 2}


def test_an_entry_while_in_a_position_opens_none() -> None:
    assert found({10: ENTRY, 15: ENTRY}, trades((1, BUY, 10, 20))) == {10: 1}


def test_an_exit_stands_for_the_position_that_it_closed() -> None:
    leave = Decision(exit_buy=True, exit_sell=True)
    assert found({10: ENTRY, 20: leave, 30: leave}, trades((1, BUY, 10, 20))) == {10: 1, 20: 1}


def test_an_order_waits_until_it_expires_or_is_replaced() -> None:
    order = Decision(BUY, at_stop=1.2, expiry=5)
    assert found({10: order}, trades((1, BUY, 15, 20))) == {10: 1}
    assert found({10: order}, trades((1, BUY, 16, 20))) == {}
    assert found({10: order}, trades((1, SELL, 12, 20))) == {}
    other = Decision(BUY, at_limit=1.0)
    assert found({10: order, 12: other}, trades((1, BUY, 14, 20))) == {12: 1}
    assert found({10: other}, trades((1, BUY, 500, 600))) == {10: 1}
