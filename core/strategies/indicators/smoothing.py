"""Averages that never quite forget: each value moves them by a part of its distance.

They begin with the mean of the first full window. A value that is missing ends
such an average, and it begins afresh with the bar after. How it began fades: after
25 x `bars` (`ema`) or 50 x `bars` (`wilder`) the floats are, but for the odd one,
those of any longer history.
"""

import numpy as np
import numpy.typing as npt

from core.engine.compiled import compiled, compiled_entry
from core.strategies.indicators.series import Floats, series, window

# So many values are looked at together.
_PIECE = 512


def ema(values: npt.ArrayLike, bars: int) -> Floats:
    """Return the exponential average, which each value moves by 2 / (`bars` + 1) of its distance.

    Begun with the mean of the first `bars` values, as TA-Lib's EMA.
    """
    size = window("ema", bars)
    return _smoothed("ema", values, size, 2.0 / (size + 1))


def wilder(values: npt.ArrayLike, bars: int) -> Floats:
    """Return Wilder's average, which each value moves by 1 / `bars` of its distance.

    Begun with the mean of the first `bars` values (Wilder, New Concepts in
    Technical Trading Systems, 1978).
    """
    size = window("wilder", bars)
    return _smoothed("wilder", values, size, 1.0 / size)


def _smoothed(name: str, values: npt.ArrayLike, bars: int, weight: float) -> Floats:
    given = series(name, values)
    out = np.empty(len(given))
    _smooth(given, min(bars, len(given) + 1), weight, out)
    return out


@compiled
def stretch(values: Floats, start: int) -> int:
    """Return the first row from `start` on whose value is missing, or the number of rows."""
    stop = start
    while stop + _PIECE <= len(values) and all_finite(values[stop : stop + _PIECE]):
        stop += _PIECE
    while stop < len(values) and np.isfinite(values[stop]):
        stop += 1
    return stop


@compiled
def all_finite(values: Floats) -> bool:
    """Return whether no value is missing, looking at several at once."""
    missing = False
    for i in range(len(values)):
        missing |= not abs(values[i]) < np.inf
    return not missing


@compiled
def mean(values: Floats) -> float:
    """Return the plain mean, which an average begins with."""
    total = 0.0
    for i in range(len(values)):
        total += values[i]
    return total / len(values)


@compiled_entry
def _smooth(values: Floats, bars: int, weight: float, out: Floats) -> None:
    start = 0
    while start < len(values):
        stop = stretch(values, start)
        first = start + bars - 1
        out[start : min(first, stop)] = np.nan
        if first < stop:
            average = mean(values[start : first + 1])
            out[first] = average
            for i in range(first + 1, stop):
                average += (values[i] - average) * weight
                out[i] = average
        if stop < len(values):
            out[stop] = np.nan
        start = stop + 1
