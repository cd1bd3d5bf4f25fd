"""How far prices move, and bands made of it."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.engine.compiled import compiled, compiled_entry
from core.strategies.indicators.averages import EXACT, GRID, sma
from core.strategies.indicators.series import Floats, alike, multiple, series, window
from core.strategies.indicators.smoothing import ema, wilder

# One more than the largest whole number of 64 bits.
_WRAP = 2.0**64


class Bands(NamedTuple):
    """A lower and an upper line and the middle between them, each with a row a bar."""

    lower: Floats
    middle: Floats
    upper: Floats


def true_range(high: npt.ArrayLike, low: npt.ArrayLike, close: npt.ArrayLike) -> Floats:
    """Return the range of each bar, widened to reach the close before it (Wilder 1978).

    NaN for the first bar, which has no close before it, as TA-Lib's TRANGE.
    """
    highs, lows, closes = alike("true_range", high, low, close)
    out = np.empty(len(highs))
    _true_range(highs, lows, closes, out)
    return out


def atr(high: npt.ArrayLike, low: npt.ArrayLike, close: npt.ArrayLike, bars: int) -> Floats:
    """Return the average true range: Wilder's average of the last true ranges (Wilder 1978).

    The first is that of bar `bars`, counted from 0, as the first bar has no true range.
    """
    highs, lows, closes = alike("atr", high, low, close)
    size = window("atr", bars)
    return wilder(true_range(highs, lows, closes), size)


def stddev(values: npt.ArrayLike, bars: int) -> Floats:
    """Return the standard deviation of the last `bars` values from their mean, dividing by `bars`.

    Exact for prices: where every value of a window has at most eight decimals, it
    is made of whole numbers, so that a flat window has exactly zero. Any other
    window is looked at afresh, which takes the longer the more bars it has.
    """
    given = series("stddev", values)
    out = np.empty(len(given))
    _stddev(given, min(window("stddev", bars), len(given) + 1), out)
    return out


def bollinger(values: npt.ArrayLike, bars: int, deviations: float) -> Bands:
    """Return the mean of the last `bars` values, and bands so many standard deviations away.

    Bollinger on Bollinger Bands, 2001; the deviation divides by `bars`, as TA-Lib's BBANDS.
    """
    given, size = series("bollinger", values), window("bollinger", bars)
    factor = multiple("bollinger", deviations)
    distance = stddev(given, size)
    distance *= factor
    return _around(sma(given, size), distance)


def keltner(
    high: npt.ArrayLike, low: npt.ArrayLike, close: npt.ArrayLike, bars: int, multiple_of_atr: float
) -> Bands:
    """Return the exponential average of the closes, and bands so many average true ranges away.

    Both averages over `bars`: Keltner's channel (1960) as Linda Raschke changed it. The
    middle begins with the bands.
    """
    highs, lows, closes = alike("keltner", high, low, close)
    size, factor = window("keltner", bars), multiple("keltner", multiple_of_atr)
    distance = factor * atr(highs, lows, closes, size)
    return _around(np.where(np.isnan(distance), np.nan, ema(closes, size)), distance)


def _around(middle: Floats, distance: Floats) -> Bands:
    """Return bands at a distance from the middle."""
    return Bands(middle - distance, middle, middle + distance)


@compiled_entry
def _true_range(high: Floats, low: Floats, close: Floats, out: Floats) -> None:
    out[:1] = np.nan
    for i in range(1, len(out)):
        before = close[i - 1]
        top = high[i] if high[i] > before else before
        bottom = low[i] if low[i] < before else before
        known = abs(high[i]) + abs(low[i]) + abs(before) < np.inf
        out[i] = top - bottom if known else np.nan


@compiled_entry
def _stddev(values: Floats, bars: int, out: Floats) -> None:
    """Fill `out` from exact sums of whole numbers, of their squares, and of their squares roughly.

    The sum of squares is kept in 64 bits and wraps around. So does what is made of
    it, the squares of the distances from the mean: its lower 64 bits are right
    whatever was lost above, and those the rough sum, in units of 1 / `scale`, tells.
    `limit` keeps the error of the rough sum far below one such wrap.
    """
    scale = 2.0 ** (np.ceil(np.log2(bars)) - 60.0)
    whole = np.empty(len(values))
    _wholes(values, min(2.0**56 / bars, 2.0**54 / np.sqrt(bars), EXACT), whole)
    total, squares, roughly = np.int64(0), np.uint64(0), 0.0
    missing = rough = -1
    for i in range(len(values)):
        entering = whole[i]
        if np.isnan(entering):
            entering, rough = 0.0, i
            missing = missing if np.isfinite(values[i]) else i
        leaving = whole[i - bars] if i >= bars and not np.isnan(whole[i - bars]) else 0.0
        total += np.int64(entering) - np.int64(leaving)
        squares += _square(entering) - _square(leaving)
        roughly += np.rint(entering * entering * scale) - np.rint(leaving * leaving * scale)
        if i - missing < bars:
            out[i] = np.nan
        elif i - rough < bars:
            out[i] = _deviation_of(values[i - bars + 1 : i + 1])
        else:
            out[i] = _deviation(total, squares, roughly / scale, bars)


@compiled
def _wholes(values: Floats, limit: float, out: Floats) -> None:
    """Fill `out` with prices as whole numbers of 1 / GRID, NaN for what is no such number up to `limit`."""
    for i in range(len(values)):
        found = np.rint(values[i] * GRID)
        out[i] = found if (found / GRID == values[i]) & (abs(found) <= limit) else np.nan


@compiled
def _square(whole: float) -> np.uint64:
    """Return the lower 64 bits of a square."""
    bits = np.uint64(np.int64(whole))
    return bits * bits


@compiled
def _deviation(total: np.int64, squares: np.uint64, about: float, bars: int) -> float:
    """Return the deviation of `bars` whole numbers of 1 / GRID from their sum and that of their squares."""
    share = 1.0 / bars
    middle = np.int64(np.rint(total * share))
    count, centre = np.uint64(bars), np.uint64(middle)
    low = np.int64(squares - np.uint64(2) * centre * np.uint64(total) + count * centre * centre)
    nearly = about - 2.0 * middle * total + bars * (1.0 * middle * middle)
    wraps = np.rint((nearly - low) / _WRAP)
    rest = 1.0 * (total - bars * middle)
    variance = (wraps * _WRAP + low - rest * rest * share) * share
    return np.sqrt(max(variance, 0.0)) / GRID  # type: ignore[no-any-return]


@compiled
def _deviation_of(values: Floats) -> float:
    """Return the deviation in two passes, the second correcting the mean of the first."""
    centre = np.sum(values) / len(values)
    squares = rest = 0.0
    for i in range(len(values)):
        distance = values[i] - centre
        squares += distance * distance
        rest += distance
    return np.sqrt(max((squares - rest * rest / len(values)) / len(values), 0.0))  # type: ignore[no-any-return]
