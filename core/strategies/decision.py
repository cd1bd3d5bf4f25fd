"""What `on_bar` decides at one bar, and what it may ask of the broker."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np

from core.strategies.errors import StrategyError
from core.strategies.signals import BUY, EXIT_BUY, EXIT_SELL, MOST_TARGETS, SELL, WAITS_FOR_EVER


@dataclass(frozen=True, slots=True)
class Position:
    """The open position at the close of the bar that `on_bar` is called for.

    `volume` is in lots and what is left after partial closes; `stop_loss` is the
    price of the stop, None without one; `entry_index` counts as `context.index`.
    """

    direction: Literal["BUY", "SELL"]
    entry_price: float
    entry_index: int
    volume: float
    stop_loss: float | None


class Account(Protocol):
    """What the context asks of the broker, only when the strategy asks for it."""

    def position(self) -> Position | None:
        """Return the open position, None when flat."""

    def equity(self) -> float:
        """Return the equity, marked at the close of the current bar."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of `on_bar`: bits as in `Decisions`, distances in price, zero for none."""

    action: int
    stop: float = 0.0
    targets: tuple[float, ...] = ()
    at_stop: float = 0.0
    at_limit: float = 0.0
    expiry: int = WAITS_FOR_EVER


def with_exit(taken: Decision | None) -> Decision:
    """Return the decision of this bar with an exit added, which comes before any entry."""
    exits = EXIT_BUY | EXIT_SELL
    return Decision(exits) if taken is None else replace(taken, action=taken.action | exits)


def with_entry(
    taken: Decision | None,
    side: int,
    *,
    stop: float | None,
    targets: Sequence[float] | float | None,
    at_stop: float | None,
    at_limit: float | None,
    expiry: int | None,
) -> Decision:
    """Return the decision of this bar with an entry added; StrategyError says what is wrong."""
    before = 0 if taken is None else taken.action
    if before & (BUY | SELL):
        raise StrategyError("there is more than one buy or sell")
    decision = Decision(
        side | before,
        _number("stop", stop),
        _targets(targets),
        _number("at_stop", at_stop),
        _number("at_limit", at_limit),
        _expiry(expiry),
    )
    if decision.at_stop and decision.at_limit:
        raise StrategyError("both at_stop and at_limit are given")
    return decision


def _targets(given: Sequence[float] | float | None) -> tuple[float, ...]:
    if given is None:
        return ()
    many = given if isinstance(given, list | tuple | np.ndarray) else (given,)
    if len(many) > MOST_TARGETS:
        raise StrategyError(f"there are {len(many)} targets; at most {MOST_TARGETS} are possible")
    return tuple(_number(f"target {number}", target) for number, target in enumerate(many, 1))


def _number(name: str, given: object) -> float:
    if given is None:
        return 0.0
    if isinstance(given, bool) or not isinstance(given, int | float | np.integer | np.floating):
        raise StrategyError(f"{name} must be a number, not a {type(given).__name__}")
    number = float(given)
    if not math.isfinite(number):
        raise StrategyError(f"{name} is not a number")
    if number < 0:
        raise StrategyError(f"{name} is below zero")
    return number


def _expiry(given: object) -> int:
    if given is None:
        return WAITS_FOR_EVER
    whole = isinstance(given, int | np.integer) and not isinstance(given, bool)
    if not whole or not 1 <= int(given) <= WAITS_FOR_EVER:  # type: ignore[call-overload]
        raise StrategyError("expiry is not a whole number of bars of at least 1")
    return int(given)  # type: ignore[call-overload,no-any-return]
