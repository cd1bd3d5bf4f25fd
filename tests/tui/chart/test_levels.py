"""Stop and target in a replay: what was known at a bar, and nothing else."""

import json
from dataclasses import replace

import pytest

from core.strategies.registry import find
from tests.tui.chart.making import BEGIN, HOUR, run_trades, trade
from tui.chart.levels import Levels, levels_at, stop_rule_of

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


# What is known of a strategy

OWN = """
from core.strategies import Strategy, parameter

class Own(Strategy):
    "Never sets trailing_pips, nor breakeven_after_target."
    {}

    def on_bar(self, context):
        {}
"""


def source(attribute: str = "pass", statement: str = "pass") -> str:
    return json.dumps({"own.py": OWN.format(attribute, statement)})


@pytest.mark.parametrize(
    ("params", "text", "rule"),
    [
        ({}, source(), "stays"),
        ({}, source("trailing_pips = 0.0"), "stays"),
        ({}, source("trailing_pips = 30.0"), "moves"),
        ({}, source("trailing_pips: float = 10 * 3"), "moves"),
        ({}, source("breakeven_after_target = True"), "moves"),
        ({}, source("trailing_pips, warmup = 30.0, 5"), "moves"),
        ({"trailing_pips": 0.0}, source("trailing_pips: float = parameter(30.0)"), "stays"),
        ({"trailing_pips": 12.5}, source("trailing_pips: float = parameter(30.0)"), "moves"),
        ({"trailing_pips": 0.0}, source(statement="self.trailing_pips = 30.0"), "moves"),
        ({"breakeven_after_target": True}, None, "moves"),
        ({}, None, "unknown"),
        ({}, json.dumps({"own.py": "trailing_pips = ("}), "unknown"),
        ({}, '"trailing_pips"', "unknown"),
        ({}, "trailing_pips", "unknown"),
    ],
)
def test_whether_a_strategy_moves_its_stops_is_told_by_parameters_and_source(
    params: dict[str, object], text: str | None, rule: str
) -> None:
    assert stop_rule_of(params, text) == rule


def test_of_the_built_in_strategies_those_move_stops_that_are_told_to() -> None:
    for name in ("sma_cross", "donchian_breakout"):
        known = find(name)
        assert stop_rule_of({one.name: one.default for one in known.parameters}, known.source) == "stays"
    known = find("atr_trend")
    defaults = {one.name: one.default for one in known.parameters}
    assert stop_rule_of(defaults, known.source) == "moves"
    still = {**defaults, "trailing_pips": 0.0, "breakeven_after_target": False}
    assert stop_rule_of(still, known.source) == "stays"
    assert stop_rule_of({**still, "breakeven_after_target": True}, known.source) == "moves"
