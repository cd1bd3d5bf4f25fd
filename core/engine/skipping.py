"""Passing over bars in which nothing can happen (compiled).

What is decided here is only that a bar needs no step, with room for rounding;
equity is marked by the very functions that a step would use. So skipping changes
nothing but the time it takes.
"""

import numpy as np

from core.engine.compiled import compiled, inlined
from core.engine.memory import read_byte, read_float, write_float
from core.engine.money import equity_at, rate_at
from core.engine.prices import normalised, spread_at
from core.engine.records import NO_ORDER, Desk


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

    In signed prices, so that for either direction worse is lower.
    """
    direction, lag, room = desk.direction, desk.intra, 1.0 / desk.scale
    floor = -np.inf if np.isnan(desk.stop) else direction * desk.stop + room
    ceiling = np.inf
    if desk.target_next < desk.target_count:
        ceiling = direction * desk.targets[desk.target_next] - room
    lows = desk.low if desk.intra else desk.close
    highs = desk.high if desk.intra else desk.close
    highest, lowest = desk.highest, desk.lowest
    while bar < until and read_byte(desk.action, bar - lag) == 0:
        if desk.nights != 0 and read_float(desk.nights, bar) != 0.0:
            break
        offset = 0.0 if direction > 0 else spread_at(desk, bar)
        low, high = read_float(lows, bar) + offset, read_float(highs, bar) + offset
        worst, best = (low, high) if direction > 0 else (-high, -low)
        if worst <= floor or best >= ceiling:
            break
        rate = rate_at(desk, desk.rates_at_close, bar)
        price = read_float(desk.close, bar)
        if direction < 0:
            price = normalised(desk, price + offset)
        equity = equity_at(desk, price, rate)
        if not equity > 0.0:
            break
        write_float(desk.equity, bar - desk.first, equity)
        highest = max(highest, read_float(desk.high, bar) + offset)
        lowest = min(lowest, read_float(desk.low, bar) + offset)
        bar += 1
    desk.highest, desk.lowest = highest, lowest
    return bar
