"""Whether a strategy moves its stops, as its parameters and its source tell."""

import json

import pytest

from core.stop_rules import stop_rule_of
from core.strategies.registry import find

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
