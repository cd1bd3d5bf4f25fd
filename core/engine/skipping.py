"""Passing over bars in which nothing can happen (compiled).

What is decided here is only that a bar needs no step, with room for rounding;
equity is marked by the very functions that a step would use. So skipping changes
nothing but the time it takes.
"""

import numpy as np

from core.engine.compiled import compiled, inlined
from core.engine.memory import read_byte, read_float, write_float
from core.engine.money import commission_of, converted, move, net, units_of
from core.engine.prices import rounded
from core.engine.records import BY_BAR, NO_ORDER, Desk


@compiled
def skip(desk: Desk, bar: int, until: int) -> int:
    """Return the first bar from `bar` on that needs a step, at most `until`; equity is marked up to it."""
    if desk.stopped_at >= 0:
        return skip_flat(desk, bar, until)
    until = min(until, desk.last - 1)
    if desk.order != NO_ORDER or bar >= until:
        return bar
    if desk.direction == 0:
        return skip_flat(desk, bar, until)
    if desk.trailing > 0.0:
        return bar
    if desk.max_bars > 0:
        until = min(until, desk.entry_bar + desk.max_bars)
    return skip_held(desk, bar, until)


@inlined
def skip_flat(desk: Desk, bar: int, until: int) -> int:
    """Pass over bars without a position or an order, up to the next decision that counts."""
    deciding = desk.stopped_at < 0
    balance, lag = desk.balance, desk.intra
    while bar < until and not (deciding and read_byte(desk.action, bar - lag) != 0):
        write_float(desk.equity, bar - desk.first, balance)
        bar += 1
    return bar


@inlined
def skip_held(desk: Desk, bar: int, until: int) -> int:
    """Pass over bars that stay clear of the levels of the open position.

    In signed prices, so that for either direction worse is lower. What does not
    change lies in variables of its own: the compiler cannot know that writing
    equity leaves the record alone.
    """
    direction, lag, room = desk.direction, desk.intra, 1.0 / desk.scale
    floor = -np.inf if np.isnan(desk.stop) else direction * desk.stop + room
    ceiling = np.inf
    if desk.target_next < desk.target_count:
        ceiling = direction * desk.targets[desk.target_next] - room
    high_column, low_column, close_column = desk.high, desk.low, desk.close
    judged_highs = high_column if desk.intra else close_column
    judged_lows = low_column if desk.intra else close_column
    spreads, spread, point, scale = desk.spreads, desk.spread, desk.point, desk.scale
    kind, rate, rates = desk.conversion, desk.fixed_rate, desk.rates_at_close
    balance, entry, units = desk.balance, desk.entry_price, units_of(desk, desk.steps)
    commission, swap = commission_of(desk, desk.steps), desk.swap
    action, nights, equities, first = desk.action, desk.nights, desk.equity, desk.first
    highest, lowest = desk.highest, desk.lowest
    while bar < until and read_byte(action, bar - lag) == 0:
        if nights != 0 and read_float(nights, bar) != 0.0:
            break
        price, offset = read_float(close_column, bar), 0.0
        low, high = read_float(judged_lows, bar), read_float(judged_highs, bar)
        worst, best = low, high
        if direction < 0:
            offset = spread if spreads == 0 else read_float(spreads, bar) * point
            worst, best = -(high + offset), -(low + offset)
            price = rounded(price + offset, scale)
        if worst <= floor or best >= ceiling:
            break
        if kind == BY_BAR:
            rate = read_float(rates, bar)
        made = converted(move(entry, price, direction, units), price, rate, kind)
        equity = balance + net(made, commission, swap)
        if not equity > 0.0:
            break
        write_float(equities, bar - first, equity)
        highest = max(highest, read_float(high_column, bar) + offset)
        lowest = min(lowest, read_float(low_column, bar) + offset)
        bar += 1
    desk.highest, desk.lowest = highest, lowest
    return bar
