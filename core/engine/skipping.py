"""Passing over bars in which nothing can happen, eight at a time (compiled).

A bar needs no step while nothing is decided for it, its prices stay clear of
every level that is in force, no night accrues and equity stays above zero. What
is looked at here is only that, with room for rounding; equity is marked by the
very functions that a step would use. So skipping changes nothing but the time
it takes.
"""

import numpy as np

from core.engine.compiled import compiled, inlined
from core.engine.lanes import (
    COUNT,
    filled,
    lanes_within,
    larger,
    largest_of,
    read_lanes,
    smaller,
    smallest_of,
    write_lanes,
)
from core.engine.levels import move_stop
from core.engine.memory import fetch, read_byte, read_float, read_word, write_float
from core.engine.money import commission_of, converted, lots_of, move, net, units_of
from core.engine.prices import closing_side, rounded
from core.engine.records import BY_BAR, NO_ORDER, STOP_ORDER, Desk

# Decisions are looked for so many bars ahead.
_AHEAD = 256


@compiled
def skip(desk: Desk, bar: int, until: int) -> int:
    """Return the first bar from `bar` on that needs a step, at most `until`; equity is marked up to it."""
    if desk.stopped_at >= 0:
        return mark_flat(desk, bar, until)
    until = min(until, bound(desk))
    while bar < until:
        end = min(until, bar + _AHEAD)
        decision = next_decision(desk, bar, end)
        if decision == bar:
            return bar
        reached = pass_over(desk, bar, decision)
        if reached < end:
            return reached
        bar = end
    return bar


@inlined
def bound(desk: Desk) -> int:
    """Return the first bar that needs a step whatever its prices are, or has too few bars after it."""
    until = desk.last - COUNT
    if desk.order != NO_ORDER:
        until = min(until, desk.order_last + 1)
    if desk.direction != 0 and desk.max_bars > 0:
        until = min(until, desk.entry_bar + desk.max_bars)
    return until


@inlined
def next_decision(desk: Desk, bar: int, until: int) -> int:
    """Return the first bar from `bar` on in which a decision is carried out, at most `until`."""
    action = desk.action - desk.intra
    while bar + 8 <= until and read_word(action + bar) == 0:
        bar += 8
    while bar < until and read_byte(action, bar) == 0:
        bar += 1
    return bar


@inlined
def pass_over(desk: Desk, bar: int, end: int) -> int:
    """Pass over bars for which nothing is decided; return the one that needs a step, or `end`.

    A step reads the open first, which nothing here does: it is fetched meanwhile.
    """
    fetch(desk.open, end)
    if desk.direction != 0:
        return pass_over_held(desk, bar, end)
    if desk.order != NO_ORDER:
        end = order_untouched_until(desk, bar, end)
    return mark_flat(desk, bar, end)


@inlined
def mark_flat(desk: Desk, bar: int, end: int) -> int:
    """Mark the balance on bars without a position; return the one after them."""
    equity, balance = desk.equity - 8 * desk.first, desk.balance
    for one in range(bar, end):
        write_float(equity, one, balance)
    return max(bar, end)


@compiled
def order_untouched_until(desk: Desk, bar: int, end: int) -> int:
    """Return the first bar that may fill the order of an account without a position, at most `end`."""
    lows = desk.low if desk.intra else desk.close
    highs = desk.high if desk.intra else desk.close
    shift, spreads, factor = watched_side(desk)
    lower, upper = band(desk)
    while bar < end:
        offset = shift + factor * read_lanes(spreads, bar)
        clear = lanes_within(read_lanes(lows, bar) + offset, read_lanes(highs, bar) + offset, lower, upper)
        if clear < COUNT:
            return min(bar + clear, end)
        bar += COUNT
    return end


@compiled
def pass_over_held(desk: Desk, bar: int, end: int) -> int:
    """Pass over bars that leave the position as it is; return the first that may not, or `end`.

    A bar that does nothing but move the trailing stop at its close is passed over
    too. Lanes beyond the bar returned are marked in vain; they are marked again.
    """
    shift, spreads, factor = watched_side(desk)
    lower, upper = band(desk)
    close_lower, close_upper = closing_band(desk)
    nights, intra = desk.nights, desk.intra != 0
    closes, highs, lows, equity = desk.close, desk.high, desk.low, desk.equity - 8 * desk.first
    lots = lots_of(desk, desk.steps)
    direction, entry, units = desk.direction, desk.entry_price, units_of(desk, lots)
    commission, swap, balance = commission_of(desk, lots), desk.swap, desk.balance
    kind, rates, rate, scale = desk.conversion, desk.rates_at_close, filled(desk.fixed_rate), desk.scale
    highest, lowest = filled(desk.highest), filled(desk.lowest)
    while bar < end:
        offset = shift + factor * read_lanes(spreads, bar)
        close, high, low = (
            read_lanes(closes, bar),
            read_lanes(highs, bar) + offset,
            read_lanes(lows, bar) + offset,
        )
        price = close + offset
        clear = lanes_within(low, high, lower, upper) if intra else lanes_within(price, price, lower, upper)
        still = lanes_within(price, price, close_lower, close_upper)
        if nights != 0:
            accruing = read_lanes(nights, bar)
            clear = min(clear, lanes_within(accruing, accruing, -0.5, 0.5))
        if direction < 0:
            price = rounded(price, scale)
        if kind == BY_BAR:
            rate = read_lanes(rates, bar)
        made = converted(move(entry, price, direction, units), price, rate, kind)
        marked = balance + net(made, commission, swap)
        write_lanes(equity, bar, marked)
        clear = min(clear, lanes_within(marked, marked, 0.0, np.inf), end - bar)
        # Branches, not sums: the processor guesses them, and need not wait for the lanes.
        if min(clear, still) == COUNT:
            highest, lowest = larger(high, COUNT, highest), smaller(low, COUNT, lowest)
            bar += COUNT
            continue
        passed = min(clear, still + 1)
        highest, lowest = larger(high, passed, highest), smaller(low, passed, lowest)
        bar += passed
        if passed <= still:
            break
        desk.bar = bar - 1
        move_stop(desk, closing_side(desk, read_float(closes, desk.bar)))
        lower, upper = band(desk)
        close_lower, close_upper = closing_band(desk)
    desk.highest, desk.lowest = largest_of(highest), smallest_of(lowest)
    return bar


@inlined
def watched_side(desk: Desk) -> tuple[float, int, float]:
    """Return what turns a bid into a price of the side that levels are compared with.

    To a bid is added a constant, and a factor times a column. An order that waits
    beside a position is of the other direction, and so waits on the very side
    that the position is closed on.
    """
    asks = desk.order_direction > 0 if desk.direction == 0 else desk.direction < 0
    if not asks:
        return 0.0, desk.close, 0.0
    if desk.spreads == 0:
        return desk.spread, desk.close, 0.0
    return 0.0, desk.spreads, desk.point


@inlined
def band(desk: Desk) -> tuple[float, float]:
    """Return the levels that prices have to stay between, drawn in by the room for rounding."""
    room = 1.0 / desk.scale
    lower, upper = -np.inf, np.inf
    if desk.direction != 0:
        has_target = desk.target_next < desk.target_count
        target = desk.targets[desk.target_next] if has_target else desk.direction * np.inf
        stop = -desk.direction * np.inf if np.isnan(desk.stop) else desk.stop
        lower, upper = min(stop, target) + room, max(stop, target) - room
    if desk.order != NO_ORDER:
        if (desk.order == STOP_ORDER) == (desk.order_direction > 0):
            upper = min(upper, desk.order_price - room)
        else:
            lower = max(lower, desk.order_price + room)
    return lower, upper


@inlined
def closing_band(desk: Desk) -> tuple[float, float]:
    """Return the levels between which a close leaves the trailing stop where it is."""
    if desk.trailing <= 0.0:
        return -np.inf, np.inf
    room = 1.0 / desk.scale
    if desk.direction > 0:
        return -np.inf, desk.best_close - room
    return desk.best_close + room, np.inf
