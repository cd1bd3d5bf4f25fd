"""Prices as the broker makes them (compiled). Bars hold the bid."""

import numpy as np

from core.engine.compiled import inlined
from core.engine.memory import read_float
from core.engine.records import Desk


@inlined
def rounded(price: float, scale: float) -> float:
    """Return the price in whole parts of 1 / `scale`."""
    return np.rint(price * scale) / scale  # type: ignore[no-any-return]


@inlined
def normalised(desk: Desk, price: float) -> float:
    """Return the price to a tenth of a point: the float that the decimal text would give."""
    return rounded(price, desk.scale)


@inlined
def spread_at(desk: Desk, bar: int) -> float:
    """Return the spread of a bar, as a difference of prices."""
    if desk.spreads == 0:
        return desk.spread
    return read_float(desk.spreads, bar) * desk.point


@inlined
def ask(desk: Desk, bid: float) -> float:
    """Return the ask that goes with a bid of this bar."""
    return normalised(desk, bid + spread_at(desk, desk.bar))


@inlined
def bid_below(desk: Desk, price: float) -> float:
    """Return the bid that goes with an ask of this bar."""
    return normalised(desk, price - spread_at(desk, desk.bar))


@inlined
def entry_side(desk: Desk, direction: int, bid: float) -> float:
    """Return what an order to buy (1) or to sell (-1) is filled at."""
    return ask(desk, bid) if direction > 0 else bid


@inlined
def closing_side(desk: Desk, bid: float) -> float:
    """Return what the open position would be closed at."""
    return entry_side(desk, -desk.direction, bid)


@inlined
def slipped(desk: Desk, price: float, direction: int) -> float:
    """Return the price at which an order to buy (1) or to sell (-1) is filled with slippage."""
    if desk.slippage == 0.0:
        return price
    return normalised(desk, price + direction * desk.slippage)


@inlined
def worst_of(desk: Desk, low: float, high: float) -> float:
    """Return the closing-side price of a range that is worst for the position."""
    return closing_side(desk, low if desk.direction > 0 else high)


@inlined
def best_of(desk: Desk, low: float, high: float) -> float:
    """Return the closing-side price of a range that is best for the position."""
    return closing_side(desk, high if desk.direction > 0 else low)


@inlined
def reached_stop(desk: Desk, price: float) -> bool:
    """Say whether a closing-side price is at or beyond the stop; never without one."""
    return desk.direction * price <= desk.direction * desk.stop


@inlined
def reached_target(desk: Desk, price: float) -> bool:
    """Say whether a closing-side price is at or beyond the next target."""
    if desk.target_next >= desk.target_count:
        return False
    return desk.direction * price >= desk.direction * desk.targets[desk.target_next]


@inlined
def note_price(desk: Desk, price: float) -> None:
    """Let a closing-side price count as seen by the open position."""
    desk.highest = max(desk.highest, price)
    desk.lowest = min(desk.lowest, price)


@inlined
def note_range(desk: Desk) -> None:
    """Let the whole range of the bar count as seen by the open position.

    Not normalised: that is monotone and is done when a trade is written.
    """
    offset = 0.0 if desk.direction > 0 else spread_at(desk, desk.bar)
    note_price(desk, read_float(desk.high, desk.bar) + offset)
    note_price(desk, read_float(desk.low, desk.bar) + offset)
