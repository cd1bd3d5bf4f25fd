"""What was decided on a model's answer: in words, and which position came of it."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.engine.decision import BUY, SELL, Decision

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

NOTHING = "nothing"
_SIDES = {BUY: "buy", SELL: "sell"}


def in_words(decision: Decision, digits: int) -> str:
    """Return a decision as `buy, stop 0.0030, targets 0.0060 0.0090`; distances in price."""
    parts = ["exit"] if decision.exit_buy or decision.exit_sell else []
    if decision.direction:
        parts.append(_SIDES[decision.direction])
        orders = (("at stop", decision.at_stop), ("at limit", decision.at_limit))
        parts += [f"{name} {_price(price, digits)}" for name, price in orders if price]
        parts += [f"stop {_price(decision.stop, digits)}"] if decision.stop else []
        if decision.targets:
            name = "target" if len(decision.targets) == 1 else "targets"
            parts.append(f"{name} {' '.join(_price(one, digits) for one in decision.targets)}")
    return ", ".join(parts) or NOTHING


def _price(value: float, digits: int) -> str:
    """Return a price without the last digit where that is none."""
    text = f"{value:.{digits}f}"
    return text[:-1] if digits > 1 and text.endswith("0") else text


@dataclass(frozen=True)
class Decided:
    """The decisions of a run by bar, in their order."""

    bars: Sequence[int]
    decisions: Sequence[Decision]


def positions_of(
    decided: Decided, wanted: Sequence[int], trades: "npt.NDArray[np.void]", *, at_next_open: bool
) -> dict[int, int]:
    """Return for each wanted bar the position that its decision opened, or that its exit closed.

    `trades` is an array of `engine.records.TRADE`; bars at which neither happened are left out.
    """
    delay = 1 if at_next_open else 0
    found: dict[int, int] = {}
    for bar in wanted:
        place = bisect_right(decided.bars, bar) - 1
        if place < 0 or decided.bars[place] != bar:
            continue
        following = decided.bars[place + 1] if place + 1 < len(decided.bars) else None
        position = _position(decided.decisions[place], bar, following, trades, delay)
        if position is not None:
            found[bar] = position
    return found


def _position(
    decision: Decision, bar: int, following: int | None, trades: "npt.NDArray[np.void]", delay: int
) -> int | None:
    if not decision.direction:
        return _first(trades[trades["exit_index"] == bar + delay])
    first = last = bar + delay
    if decision.at_stop or decision.at_limit:
        # It waits from the next bar on, until it expires or another decision takes its place.
        first, ends = bar + 1, [following] if following is not None else []
        ends += [bar + decision.expiry] if decision.expiry else []
        last = min(ends, default=int(trades["entry_index"].max(initial=bar)))
    entered = (trades["entry_index"] >= first) & (trades["entry_index"] <= last)
    return _first(trades[entered & (trades["direction"] == decision.direction)])


def _first(trades: Any) -> int | None:  # noqa: ANN401 (an array of records)
    return int(trades["position"][0]) if len(trades) else None
