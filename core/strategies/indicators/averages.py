"""Moving averages."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from core.engine.compiled import compiled, compiled_entry
from core.strategies.indicators.series import Floats, series, window

Whole: TypeAlias = npt.NDArray[np.int64]

# Sums are made of whole multiples of 1 / GRID: every price of an instrument with
# up to seven digits is one, so a sum of them is exact, and two averages that are
# equal on paper are the same float.
GRID = 1e8

# The largest whole number below which a float64 holds every whole number.
EXACT = 2.0**53

# So many sums at a time stay in the processor's nearest cache.
_PIECE = 1024


def sma(values: npt.ArrayLike, bars: int) -> Floats:
    """Return the mean of the last `bars` values, exact for values of up to eight decimals.

    Values with more decimals are rounded to eight. Where a window holds numbers
    too large for that (a sum beyond 9e7) it is summed afresh in floating point.
    """
    prices = series("sma", values)
    out = np.empty(len(prices))
    _sma(prices, min(window("sma", bars), len(prices) + 1), out)
    return out


def wma(values: npt.ArrayLike, bars: int) -> Floats:
    """Return the mean of the last `bars` values, the newest weighted `bars`, the oldest 1.

    Exact for prices: where every value of a window has at most eight decimals, it
    is made of whole numbers. Any other window is summed afresh in floating point.
    """
    prices = series("wma", values)
    out = np.empty(len(prices))
    _wma(prices, min(window("wma", bars), len(prices) + 1), out)
    return out


@compiled_entry
def _sma(values: Floats, bars: int, out: Floats) -> None:
    limit = EXACT / (2.0 * GRID * bars)
    if _all_within(values, limit):
        _sma_of_prices(values, bars, out)
    else:
        means(values, bars, GRID, out)


@compiled
def _all_within(values: Floats, limit: float) -> bool:
    """Return whether every value is a number of at most `limit`; NaN is not."""
    beyond = False
    for i in range(len(values)):
        beyond |= not abs(values[i]) <= limit
    return not beyond


@compiled
def _sma_of_prices(values: Floats, bars: int, out: Floats) -> None:
    """Fill `out` without a branch: every sum is a whole number that a float holds exactly.

    In pieces that stay in the nearest cache, each in three loops: what each sum
    gains on the one before, the sums themselves, and their means. Only the
    second, an addition of whole numbers, has to take one bar after the other.
    """
    out[: bars - 1] = np.nan
    if len(values) < bars:
        return
    total = 0
    for i in range(bars):
        total += _whole(values[i])
    out[bars - 1] = total / (bars * GRID)
    sums = np.empty(_PIECE, np.int64)
    for start in range(bars, len(values), _PIECE):
        length = min(_PIECE, len(values) - start)
        _gains(values[start : start + length], values[start - bars : start - bars + length], sums[:length])
        total = _add_up(sums[:length], total)
        _means(sums[:length], bars * GRID, out[start : start + length])


@compiled
def _whole(value: float) -> int:
    return np.int64(np.rint(value * GRID))  # type: ignore[return-value]


@compiled
def _gains(entering: Floats, leaving: Floats, out: Whole) -> None:
    for i in range(len(out)):
        out[i] = _whole(entering[i]) - _whole(leaving[i])


@compiled
def _add_up(sums: Whole, total: int) -> int:
    for i in range(len(sums)):
        total += sums[i]
        sums[i] = total
    return total


@compiled
def _means(sums: Whole, divisor: float, out: Floats) -> None:
    for i in range(len(out)):
        out[i] = sums[i] / divisor


@compiled
def means(values: Floats, bars: int, grid: float, out: Floats) -> None:
    """Fill `out` with means of values rounded to whole multiples of 1 / `grid`, none where one is missing.

    A window with a value too large for an exact sum is summed afresh.
    """
    limit = EXACT / (2.0 * grid * bars)
    total = 0.0
    missing = -1
    large = -bars
    for i in range(len(values)):
        if not np.isfinite(values[i]):
            missing = i
        elif abs(values[i]) > limit:
            large = i
        else:
            total += np.rint(values[i] * grid)
        if i >= bars and abs(values[i - bars]) <= limit:
            total -= np.rint(values[i - bars] * grid)
        if i - missing < bars:
            out[i] = np.nan
        elif i - large < bars:
            out[i] = np.sum(values[i - bars + 1 : i + 1]) / bars
        else:
            out[i] = total / (bars * grid)


@compiled
def whole_or_none(value: float, limit: float) -> tuple[float, bool]:
    """Return a price as a whole number of 1 / GRID, and whether it is one of at most `limit` in size.

    Zero for what is not: a value with more decimals, one too large, one missing.
    """
    found = np.rint(value * GRID)
    fits = (found / GRID == value) & (abs(found) <= limit)
    return (found if fits else 0.0), fits


@compiled_entry
def _wma(values: Floats, bars: int, out: Floats) -> None:
    """Fill `out`: from one bar to the next the weighted sum loses the plain one and gains the new value."""
    weights = bars * (bars + 1) / 2.0
    limit = EXACT / weights
    plain = weighted = 0.0
    missing = rough = -1
    for i in range(len(values)):
        entering, fits = whole_or_none(values[i], limit)
        weighted += bars * entering - plain
        plain += entering
        if i >= bars:
            plain -= whole_or_none(values[i - bars], limit)[0]
        if not fits:
            rough = i
            missing = missing if np.isfinite(values[i]) else i
        if i - missing < bars:
            out[i] = np.nan
        elif i - rough < bars:
            out[i] = _weighed(values[i - bars + 1 : i + 1]) / weights
        else:
            out[i] = weighted / (weights * GRID)


@compiled
def _weighed(values: Floats) -> float:
    total = 0.0
    for i in range(len(values)):
        total += (i + 1) * values[i]
    return total
