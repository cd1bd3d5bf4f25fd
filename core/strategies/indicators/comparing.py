"""Comparing one series with another, and with itself some bars ago."""

import numpy as np
import numpy.typing as npt

from core.engine.compiled import compiled_entry
from core.strategies.indicators.series import Floats, alike, series, window


def crosses_above(values: npt.ArrayLike, level: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Return where `values`, not above `level` a bar ago, is above it now.

    `level` is a series or one number. False where any of the four is NaN.
    """
    return _crossings("crosses_above", values, level, 1.0)


def crosses_below(values: npt.ArrayLike, level: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Return where `values`, not below `level` a bar ago, is below it now."""
    return _crossings("crosses_below", values, level, -1.0)


def previous(values: npt.ArrayLike, bars: int = 1) -> Floats:
    """Return what the series was `bars` bars ago, NaN before that."""
    now = series("previous", values)
    shift = min(window("previous", bars, least=0), len(now))
    out = np.empty(len(now))
    out[:shift] = np.nan
    out[shift:] = now[: len(now) - shift]
    return out


def bars_since(happened: npt.ArrayLike) -> Floats:
    """Return how many bars ago something last was: a mask, or a series that is not zero there.

    Zero where it is now, NaN before the first time.
    """
    events = series("bars_since", happened)
    rows = np.arange(len(events), dtype=np.float64)
    last = np.fmax.accumulate(np.where((events != 0.0) & ~np.isnan(events), rows, np.nan))
    return np.asarray(rows - last)


def _crossings(name: str, values: npt.ArrayLike, level: npt.ArrayLike, sign: float) -> npt.NDArray[np.bool_]:
    moving = series(name, values)
    out = np.zeros(len(moving), np.bool_)
    if np.ndim(level) == 0:
        _crossed_number(moving, float(series(name, np.atleast_1d(level))[0]), sign, out)
        return out
    moving, other = alike(name, moving, level)
    upper, lower = (moving, other) if sign > 0 else (other, moving)
    _crossed(upper, lower, out)
    return out


@compiled_entry
def _crossed(upper: Floats, lower: Floats, out: npt.NDArray[np.bool_]) -> None:
    for i in range(1, len(upper)):
        out[i] = (upper[i - 1] <= lower[i - 1]) & (upper[i] > lower[i])


@compiled_entry
def _crossed_number(values: Floats, level: float, sign: float, out: npt.NDArray[np.bool_]) -> None:
    for i in range(1, len(values)):
        before = sign * (values[i - 1] - level) <= 0.0
        out[i] = before & (sign * (values[i] - level) > 0.0)
