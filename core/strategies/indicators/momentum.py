"""How fast prices move, and how far within their recent range."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.engine.compiled import compiled, compiled_entry
from core.strategies.indicators.averages import GRID, means
from core.strategies.indicators.extremes import highest, lowest
from core.strategies.indicators.series import Floats, alike, series, window
from core.strategies.indicators.smoothing import mean, stretch

# Percentages are averaged in whole multiples of 1 / _PERCENT_GRID, exactly.
_PERCENT_GRID = 2.0**36


class Macd(NamedTuple):
    """The difference of two averages, its own average, and the difference of these two."""

    line: Floats
    signal: Floats
    histogram: Floats


class Stochastic(NamedTuple):
    """The place of the close in the recent range in percent, smoothed once and twice."""

    k: Floats
    d: Floats


def rsi(values: npt.ArrayLike, bars: int) -> Floats:
    """Return the relative strength index, 0 to 100: the share of rises in all that the values moved.

    Rises and falls are averaged as in `wilder`, from the first `bars` changes on
    (Wilder 1978). Zero where nothing has moved yet, as TA-Lib's RSI. A value that
    is missing begins it afresh with the bar after.
    """
    given = series("rsi", values)
    out = np.empty(len(given))
    _rsi(given, min(window("rsi", bars), len(given) + 1), out)
    return out


def macd(values: npt.ArrayLike, fast: int, slow: int, signal: int) -> Macd:
    """Return the fast exponential average less the slow one, its average over `signal`, and the rest.

    As TA-Lib's MACD (Gerald Appel's, 1979): both averages begin at the bar with which the
    slow one's window is full, all three lines where that of the signal is; the
    longer of `fast` and `slow` is the slow one. A value that is missing begins
    them afresh with the bar after.
    """
    given = series("macd", values)
    quick, late = sorted((window("macd", fast), window("macd", slow)))
    lengths = (quick, late, window("macd", signal))
    line, average = np.empty(len(given)), np.empty(len(given))
    windows = tuple(min(length, len(given) + 1) for length in lengths)
    _macd(given, windows, tuple(2.0 / (length + 1) for length in lengths), line, average)
    return Macd(line, average, line - average)


def stochastic(  # noqa: PLR0917 - the order is that of all indicators
    high: npt.ArrayLike, low: npt.ArrayLike, close: npt.ArrayLike, bars: int, smooth_k: int, smooth_d: int
) -> Stochastic:
    """Return where the close lies between the lowest low and the highest high of `bars`, 0 to 100.

    `k` is its mean over `smooth_k` bars, `d` that of `k` over `smooth_d`; both
    begin where `d` does (George Lane's slow stochastic, as TA-Lib's STOCH). Zero
    where the range is.
    """
    highs, lows, closes = alike("stochastic", high, low, close)
    size = window("stochastic", bars)
    first, second = (min(window("stochastic", one), len(closes) + 1) for one in (smooth_k, smooth_d))
    found = Stochastic(np.empty(len(closes)), np.empty(len(closes)))
    _stochastic(highest(highs, size), lowest(lows, size), closes, (first, second), tuple(found))
    return found


def rate_of_change(values: npt.ArrayLike, bars: int) -> Floats:
    """Return by how many percent a value differs from that of `bars` bars ago.

    Zero where that was zero, as TA-Lib's ROC.
    """
    given = series("rate_of_change", values)
    size = min(window("rate_of_change", bars), len(given))
    now, before = given[size:], given[: len(given) - size]
    out = np.empty(len(given))
    out[:size] = np.nan
    changes = out[size:]
    with np.errstate(divide="ignore", invalid="ignore"):
        np.divide(now, before, out=changes)
        changes -= 1.0
        changes *= 100.0
    changes[before == 0.0] = 0.0
    return out


def cci(high: npt.ArrayLike, low: npt.ArrayLike, close: npt.ArrayLike, bars: int) -> Floats:
    """Return the commodity channel index (Donald Lambert, 1980).

    It is the distance of the typical price (high, low and close, by three) from its
    mean over `bars`, in 0.015 x the mean of such distances. Zero where that is zero,
    as TA-Lib's CCI. Prices with more than eight decimals are rounded to eight.
    """
    highs, lows, closes = alike("cci", high, low, close)
    out = np.empty(len(closes))
    _cci(highs, lows, closes, min(window("cci", bars), len(closes) + 1), out)
    return out


@compiled_entry
def _rsi(values: Floats, bars: int, out: Floats) -> None:
    weight = 1.0 / bars
    start = 0
    while start < len(values):
        stop = stretch(values, start)
        first = start + bars
        out[start : min(first, stop)] = np.nan
        rises = falls = 0.0
        for i in range(start + 1, min(first + 1, stop)):
            rises += max(values[i] - values[i - 1], 0.0) * weight
            falls += max(values[i - 1] - values[i], 0.0) * weight
        if first < stop:
            out[first] = _share(rises, falls)
        for i in range(first + 1, stop):
            change = values[i] - values[i - 1]
            rises += (max(change, 0.0) - rises) * weight
            falls += (max(-change, 0.0) - falls) * weight
            out[i] = _share(rises, falls)
        if stop < len(values):
            out[stop] = np.nan
        start = stop + 1


@compiled
def _share(rises: float, falls: float) -> float:
    return 100.0 * (rises / (rises + falls)) if rises + falls > 0.0 else 0.0


@compiled_entry
def _macd(
    values: Floats, windows: tuple[int, ...], weights: tuple[float, ...], line: Floats, average: Floats
) -> None:
    """Fill line and signal; windows and weights are those of the fast, the slow and the signal's average."""
    fast, slow, signal = windows
    start = 0
    while start < len(values):
        stop = stretch(values, start)
        first = start + slow - 1
        second = first + signal - 1
        if second < stop:
            leading, trailing = mean(values[first - fast + 1 : first + 1]), mean(values[start : first + 1])
            smoothed = 0.0
            for i in range(first, stop):
                if i > first:
                    leading += (values[i] - leading) * weights[0]
                    trailing += (values[i] - trailing) * weights[1]
                line[i] = leading - trailing
                if i > second:
                    smoothed += (line[i] - smoothed) * weights[2]
                elif i == second:
                    smoothed = mean(line[first : i + 1])
                average[i] = smoothed
        for out in (line, average):
            out[start : min(second, stop)] = np.nan
            out[stop : stop + 1] = np.nan
        start = stop + 1


@compiled_entry
def _stochastic(
    top: Floats, bottom: Floats, close: Floats, smooth: tuple[int, int], lines: tuple[Floats, ...]
) -> None:
    k, d = lines
    for i in range(len(close)):
        whole = top[i] - bottom[i]
        d[i] = 0.0 if whole == 0.0 else (close[i] - bottom[i]) / (whole / 100.0)
    means(d, smooth[0], _PERCENT_GRID, k)
    means(k, smooth[1], _PERCENT_GRID, d)
    for i in range(len(d)):
        if np.isnan(d[i]):
            k[i] = np.nan


@compiled_entry
def _cci(high: Floats, low: Floats, close: Floats, bars: int, out: Floats) -> None:
    """Fill `out`, every window afresh, in whole numbers that a float holds exactly if they are prices."""
    thrice = np.empty(len(close))
    for i in range(len(close)):
        thrice[i] = np.rint(high[i] * GRID) + np.rint(low[i] * GRID) + np.rint(close[i] * GRID)
    out[: bars - 1] = np.nan
    for i in range(bars - 1, len(close)):
        within = thrice[i - bars + 1 : i + 1]
        total = np.sum(within)
        distances = 0.0
        for j in range(bars):
            distances += abs(bars * within[j] - total)
        distance = bars * thrice[i] - total
        if not abs(total) < np.inf:
            out[i] = np.nan
        elif distances == 0.0:
            out[i] = 0.0
        else:
            out[i] = distance / (0.015 * (distances / bars))
