"""Buying at the first open and holding: what the price itself did to the balance, beside the equity."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from core.market.bars import Bars
from core.results.curve import reduce

Curve: TypeAlias = tuple[Sequence[float], Sequence[float]]

# Two a column of the widest drawing there is.
HOLDING_POINTS = 1_000


def holding(bars: Bars, initial: float, points: int = HOLDING_POINTS) -> Curve:
    """Return what `initial` would have become at the close of each bar, bought at the first open and held.

    Times are those of the equity curve: each bar's opening, in seconds since 1970.
    Without leverage, costs or conversion, as the figure `buy_and_hold_pct`, and
    reduced as equity curves are. Nothing where the first open is no price to buy
    at: zero, negative or not a number. Closes that are not finite are left out.
    """
    first = float(bars.open[0]) if len(bars) else 0.0
    if not 0.0 < first < np.inf:
        return [], []
    known = np.isfinite(bars.close)
    whole = bool(known.all())
    times, close = (bars.time, bars.close) if whole else (bars.time[known], bars.close[known])
    times, close = reduce(times, close, points)
    return times.astype(np.int64).astype(np.float64).tolist(), (close / first * initial).tolist()
