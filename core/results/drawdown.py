"""How far and for how long equity was below what it had been."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from core.engine.compiled import compiled_entry
from core.engine.lanes import (
    COUNT,
    filled,
    first_of,
    lanes_within,
    larger,
    largest_of,
    read_lanes,
    smaller,
    smallest_of,
    sum_of,
)

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Drawdown:
    """What one pass over the equity of `n` bar closes says about its falls.

    Every fall is measured from the running peak, which begins as the initial
    balance. `largest` is in money, `largest_pct` in % of the peak fallen from;
    the two need not be the same fall. `ulcer_index` is the root of the mean
    square of the fall in % over all bars (Martin and McCann, 1989).
    `bars_under_water` counts closes below the peak; the longest stretch lasts
    from the bar of the peak `longest_from` (-1: the start) to `longest_to`, the
    bar at which the peak was reached again or the last one. `lowest` is the
    lowest equity.
    """

    largest: float
    largest_pct: float
    ulcer_index: float
    bars_under_water: int
    longest_from: int
    longest_to: int
    lowest: float


def drawdown(equity: Floats, initial_balance: float) -> Drawdown:
    """Return the drawdown of an equity curve marked at every bar close."""
    found = np.zeros(7)
    _pass(np.ascontiguousarray(equity, dtype=np.float64), initial_balance, found)
    return Drawdown(
        largest=float(found[0]),
        largest_pct=float(found[1]),
        ulcer_index=float(found[2]),
        bars_under_water=int(found[3]),
        longest_from=int(found[4]),
        longest_to=int(found[5]),
        lowest=float(found[6]),
    )


@compiled_entry
def _pass(equity: Floats, initial_balance: float, found: Floats) -> None:
    """Fill `found`: eight bars at a time while all are below the peak, else one by one."""
    peak, lowest, percent = initial_balance, filled(initial_balance), 100.0 / initial_balance
    largest, deepest, squares = filled(0.0), filled(0.0), filled(0.0)
    at_peak, longest, longest_from, longest_to, under = -1, 0, -1, -1, 0
    address, count, bar, alone = int(equity.ctypes.data), len(equity), 0, 0
    while bar < count:
        if bar >= alone and bar + COUNT <= count:
            values = read_lanes(address, bar)
            if lanes_within(values, values, -np.inf, peak) == COUNT:
                fall = peak - values
                part = fall * percent
                squares = squares + part * part
                largest, deepest = larger(fall, COUNT, largest), larger(part, COUNT, deepest)
                lowest = smaller(values, COUNT, lowest)
                under += COUNT
                bar += COUNT
                continue
            alone = bar + COUNT
        value = equity[bar]
        if value < peak:
            fall = filled(peak - value)
            part = fall * percent
            squares = squares + first_of(1, part * part)
            largest, deepest = larger(fall, 1, largest), larger(part, 1, deepest)
            lowest = smaller(filled(value), 1, lowest)
            under += 1
        else:
            if bar - at_peak > longest and bar - at_peak > 1:
                longest, longest_from, longest_to = bar - at_peak, at_peak, bar
            at_peak = bar
            if value > peak:
                peak, percent = value, 100.0 / value
        bar += 1
    if count - 1 - at_peak > longest:
        longest_from, longest_to = at_peak, count - 1
    found[0] = largest_of(largest)
    found[1] = largest_of(deepest)
    found[2] = np.sqrt(sum_of(squares) / count) if count > 0 else 0.0
    found[3], found[4], found[5], found[6] = under, longest_from, longest_to, smallest_of(lowest)
