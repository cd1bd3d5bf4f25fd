"""How directed prices move (Wilder 1978): the two directional indicators, and their average difference.

A bar that is missing begins them afresh with the bar after.
"""

import numpy as np
import numpy.typing as npt

from core.engine.compiled import compiled, compiled_entry
from core.strategies.indicators.series import Floats, alike, window


def plus_di(high: npt.ArrayLike, low: npt.ArrayLike, close: npt.ArrayLike, bars: int) -> Floats:
    """Return by how many percent of the true range the highs rose, both smoothed over `bars`.

    There from bar `bars` on, counted from 0, as TA-Lib's PLUS_DI; zero where the true range is.
    """
    return _directional("plus_di", high, low, close, bars)[0]


def minus_di(high: npt.ArrayLike, low: npt.ArrayLike, close: npt.ArrayLike, bars: int) -> Floats:
    """Return by how many percent of the true range the lows fell; otherwise as `plus_di`."""
    return _directional("minus_di", high, low, close, bars)[1]


def adx(high: npt.ArrayLike, low: npt.ArrayLike, close: npt.ArrayLike, bars: int) -> Floats:
    """Return Wilder's average of the difference of `plus_di` and `minus_di` in percent of their sum.

    There from bar 2 x `bars` - 1 on, counted from 0, as TA-Lib's ADX; a bar on
    which both are zero leaves it as it was.
    """
    return _directional("adx", high, low, close, bars)[2]


def _directional(
    name: str, high: npt.ArrayLike, low: npt.ArrayLike, close: npt.ArrayLike, bars: int
) -> tuple[Floats, Floats, Floats]:
    highs, lows, closes = alike(name, high, low, close)
    size = min(window(name, bars), len(closes) + 1)
    plus, minus, average = (np.full(len(closes), np.nan) for _ in range(3))
    _directions(highs, lows, closes, size, (plus, minus, average))
    return plus, minus, average


@compiled_entry
def _directions(
    high: Floats, low: Floats, close: Floats, bars: int, lines: tuple[Floats, Floats, Floats]
) -> None:
    """Fill the three where there is a value, a bar at a time; `done` bars have one before them."""
    plus, minus, average = lines
    done = -1
    rises = falls = ranges = directed = 0.0
    for i in range(len(close)):
        if not (np.isfinite(high[i]) and np.isfinite(low[i]) and np.isfinite(close[i])):
            done = -1
            rises = falls = ranges = directed = 0.0
            continue
        done += 1
        if done == 0:
            continue
        # Wilder's sums begin with one bar less than they go on with.
        kept = 1.0 if done < bars else 1.0 - 1.0 / bars
        up, down = high[i] - high[i - 1], low[i - 1] - low[i]
        rises = rises * kept + (up if (up > 0.0) & (up > down) else 0.0)
        falls = falls * kept + (down if (down > 0.0) & (down > up) else 0.0)
        # The range by itself first: a price added to the sum would take the last digits of what is small.
        ranges = ranges * kept + (max(high[i], close[i - 1]) - min(low[i], close[i - 1]))
        if done < bars:
            continue
        plus[i] = 100.0 * (rises / ranges) if ranges > 0.0 else 0.0
        minus[i] = 100.0 * (falls / ranges) if ranges > 0.0 else 0.0
        directed = _averaged(directed, plus[i], minus[i], bars, done)
        if done >= 2 * bars - 1:
            average[i] = directed


@compiled
def _averaged(before: float, plus: float, minus: float, bars: int, done: int) -> float:
    """Return the average with one more difference: their mean at first, then Wilder's average."""
    both = plus + minus
    difference = 100.0 * (abs(plus - minus) / both) if both > 0.0 else 0.0
    if done < 2 * bars:
        return before + difference / bars
    return before + (difference - before) / bars if both > 0.0 else before
