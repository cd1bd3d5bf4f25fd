"""How the calls of `on_bar` add up to the decision of one bar."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.engine.decision import MAXIMUM_TARGETS, Decision
from core.strategies.errors import StrategyError


def with_exit(taken: Decision | None) -> Decision:
    """Return the decision of this bar with an exit added, which comes before any entry."""
    return replace(taken or Decision(), exit_buy=True, exit_sell=True)


def with_entry(
    taken: Decision | None,
    direction: int,
    *,
    stop: float | None,
    targets: Sequence[float] | float | None,
    at_stop: float | None,
    at_limit: float | None,
    expiry: int | None,
) -> Decision:
    """Return the decision of this bar with an entry added; StrategyError says what is wrong."""
    before = taken or Decision()
    if before.direction:
        raise StrategyError("there is more than one buy or sell")
    decision = Decision(
        direction=direction,
        exit_buy=before.exit_buy,
        exit_sell=before.exit_sell,
        stop=_number("stop", stop),
        targets=_targets(targets),
        at_stop=_number("at_stop", at_stop),
        at_limit=_number("at_limit", at_limit),
        expiry=_expiry(expiry),
    )
    if decision.at_stop and decision.at_limit:
        raise StrategyError("both at_stop and at_limit are given")
    return decision


def _targets(given: Sequence[float] | float | None) -> tuple[float, ...]:
    if given is None:
        return ()
    many = given if isinstance(given, list | tuple | np.ndarray) else (given,)
    if len(many) > MAXIMUM_TARGETS:
        raise StrategyError(f"there are {len(many)} targets; at most {MAXIMUM_TARGETS} are possible")
    return tuple(_number(f"target {number}", target) for number, target in enumerate(many, 1))


def _number(name: str, given: object) -> float:
    if given is None:
        return 0.0
    if isinstance(given, bool) or not isinstance(given, int | float | np.integer | np.floating):
        raise StrategyError(f"{name} must be a number, not an object of type {type(given).__name__}")
    number = float(given)
    if not math.isfinite(number):
        raise StrategyError(f"{name} is not a number")
    if number < 0:
        raise StrategyError(f"{name} is below zero")
    return number


def _expiry(given: object) -> int:
    bars = _number("expiry", given)
    if bars != math.floor(bars):
        raise StrategyError("expiry is not a whole number of bars")
    return int(bars)
