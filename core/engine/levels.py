"""Stops and targets of the open position (compiled)."""

import numpy as np

from core.engine.closing import close_all, fill_targets_at, fill_targets_touched
from core.engine.compiled import compiled, inlined
from core.engine.memory import read_float, read_int
from core.engine.prices import (
    best_of,
    closing_side,
    normalised,
    note_price,
    reached_stop,
    reached_target,
    worst_of,
)
from core.engine.records import SL, Desk


@compiled
def settle(desk: Desk, opening: float, worst: float, best: float) -> bool:
    """Close what a stretch of prices closes; True if its inner order would have to be known.

    Prices are of the closing side. The open comes first, so what it reached is
    filled at the open.
    """
    note_price(desk, opening)
    if reached_stop(desk, opening):
        close_all(desk, opening, SL)
        return False
    fill_targets_at(desk, opening)
    if desk.direction == 0:
        return False
    if not reached_stop(desk, worst):
        fill_targets_touched(desk, best)
        return False
    if reached_target(desk, best):
        return True
    close_all(desk, desk.stop, SL)
    return False


@compiled
def stop_pessimistically(desk: Desk) -> None:
    """Close at the stop because nobody knows better, and count the bar, once."""
    if desk.ambiguous_bar != desk.bar:
        desk.ambiguous_bar = desk.bar
        desk.ambiguous_exits += 1
    close_all(desk, desk.stop, SL)


@compiled
def check_levels_inside(desk: Desk) -> None:
    """Check stop and targets against the bar's open and range (`intra_candle`)."""
    opening = closing_side(desk, read_float(desk.open, desk.bar))
    low, high = read_float(desk.low, desk.bar), read_float(desk.high, desk.bar)
    if settle(desk, opening, worst_of(desk, low, high), best_of(desk, low, high)):
        if desk.finer_first != 0:
            settle_by_finer(desk)
        if desk.direction != 0:
            stop_pessimistically(desk)


@compiled
def settle_by_finer(desk: Desk) -> None:
    """Walk the finer bars inside an ambiguous one; what stays ambiguous there is counted.

    The position may be open afterwards, if the finer bars do not reach the
    levels that the coarser one reached.
    """
    for finer in range(read_int(desk.finer_first, desk.bar), read_int(desk.finer_first, desk.bar + 1)):
        opening = closing_side(desk, read_float(desk.finer_open, finer))
        low, high = read_float(desk.finer_low, finer), read_float(desk.finer_high, finer)
        if settle(desk, opening, worst_of(desk, low, high), best_of(desk, low, high)):
            stop_pessimistically(desk)
        if desk.direction == 0:
            return


@compiled
def check_levels_at_close(desk: Desk) -> None:
    """Judge stop, then targets, at the close and fill them there (`close_price`)."""
    price = closing_side(desk, read_float(desk.close, desk.bar))
    if reached_stop(desk, price):
        close_all(desk, price, SL)
    else:
        fill_targets_at(desk, price)


@compiled
def move_stop(desk: Desk, price: float) -> None:
    """Move the stop for the bars after this one: trailing and break-even, never back.

    `price` is the closing side of the bar's close.
    """
    if desk.trailing > 0.0:
        if np.isnan(desk.best_close) or desk.direction * price > desk.direction * desk.best_close:
            desk.best_close = price
        raise_stop(desk, normalised(desk, desk.best_close - desk.direction * desk.trailing))
    if desk.breakeven_due != 0:
        desk.breakeven_due = 0
        raise_stop(desk, desk.entry_price)


@inlined
def raise_stop(desk: Desk, level: float) -> None:
    """Set the stop to a level that is nearer than the one in force."""
    if np.isnan(desk.stop) or desk.direction * level > desk.direction * desk.stop:
        desk.stop = level
        desk.changes += 1
