"""How far and for how long equity was below what it had been."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from core.engine.compiled import compiled_entry

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
    peak, lowest = initial_balance, initial_balance
    percent = 100.0 / peak
    largest, deepest, squares = 0.0, 0.0, 0.0
    at_peak, longest, longest_from, longest_to, under = -1, 0, -1, -1, 0
    for i in range(len(equity)):
        value = equity[i]
        if value >= peak:
            if i - at_peak > longest and i - at_peak > 1:
                longest, longest_from, longest_to = i - at_peak, at_peak, i
            at_peak = i
            if value > peak:
                peak = value
                percent = 100.0 / peak
            continue
        under += 1
        fall = peak - value
        part = fall * percent
        squares += part * part
        largest = max(largest, fall)
        deepest = max(deepest, part)
        lowest = min(lowest, value)
    if len(equity) - 1 - at_peak > longest:
        longest_from, longest_to = at_peak, len(equity) - 1
    found[0] = largest
    found[1] = deepest
    found[2] = np.sqrt(squares / len(equity)) if len(equity) > 0 else 0.0
    found[3], found[4], found[5], found[6] = under, longest_from, longest_to, lowest
