"""Stop and target in a replay: what was known at a bar, and nothing else."""

from dataclasses import replace

import pytest

from tests.tui.chart.making import BEGIN, HOUR, run_trades, trade
from tui.chart.levels import Levels, levels_at

# Bought at 100 in bar 2 with the stop at 97 and targets at 103 and 109: the first is filled in bar 5,
# the second never, for the rest is left in bar 9 by a signal. Sold at 110 in bar 9, without a target.
TRADES = run_trades(
    replace(trade(1, 2, 5, position=1), stop_loss=97.0, take_profit=103.0, exit_reason="tp_partial"),
    replace(trade(2, 2, 9, position=1), stop_loss=97.0, take_profit=109.0, exit_reason="signal_reverse"),
    replace(trade(3, 9, 12, position=2, side="SELL", price=110.0), stop_loss=113.0),
)


def at(bar: int) -> int:
    return BEGIN + bar * HOUR


@pytest.mark.parametrize(
    ("bar", "levels"),
    [
        (1, None),
        (2, Levels(at(2), at(2), 97.0, 103.0)),
        (4, Levels(at(2), at(4), 97.0, 103.0)),
        (5, Levels(at(2), at(5), 97.0, 109.0)),
        (8, Levels(at(2), at(8), 97.0, 109.0)),
        (9, Levels(at(9), at(9), 113.0, None)),
        (12, None),
    ],
)
def test_the_stop_is_that_of_the_entry_and_the_target_the_next_one(bar: int, levels: Levels | None) -> None:
    assert levels_at(TRADES, at(bar), "stays") == levels


@pytest.mark.parametrize("rule", ["moves", "unknown"])
def test_a_stop_that_may_have_moved_since_is_not_told(rule: str) -> None:
    # The stop goes to the entry at 100 after the first target and then trails to 104: both are still to come.
    moved = run_trades(
        replace(trade(1, 2, 5, position=1), stop_loss=97.0, take_profit=103.0, exit_reason="tp_partial"),
        replace(trade(2, 2, 9, position=1), stop_loss=104.0, take_profit=109.0, exit_reason="sl"),
    )
    for bar, target in ((2, 103.0), (4, 103.0), (5, 109.0), (8, 109.0)):
        assert levels_at(moved, at(bar), rule) == Levels(at(2), at(bar), None, target, rule)  # type: ignore[arg-type]
