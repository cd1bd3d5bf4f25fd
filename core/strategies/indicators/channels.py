"""Levels that the bars before have left."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.strategies.indicators.extremes import highest, lowest
from core.strategies.indicators.series import Floats, alike, window
from core.strategies.indicators.volatility import Bands


class Pivots(NamedTuple):
    """Three levels of support, the pivot, and three of resistance, each with a row a bar."""

    s3: Floats
    s2: Floats
    s1: Floats
    pivot: Floats
    r1: Floats
    r2: Floats
    r3: Floats


def donchian(high: npt.ArrayLike, low: npt.ArrayLike, bars: int, ago: int = 0) -> Bands:
    """Return the lowest low and the highest high of the last `bars` bars, and the middle of the two.

    Richard Donchian's channel. With `ago` the window ends that many bars before:
    `ago=1` leaves the bar itself out, so that a close can lie beyond.
    """
    highs, lows = alike("donchian", high, low)
    size, shift = window("donchian", bars), window("donchian", ago, least=0)
    upper, lower = highest(highs, size, ago=shift), lowest(lows, size, ago=shift)
    return Bands(lower, (lower + upper) / 2.0, upper)


def pivots(high: npt.ArrayLike, low: npt.ArrayLike, close: npt.ArrayLike) -> Pivots:
    """Return the floor traders' levels that each of these bars gives for the bars after it.

    Made for closed bars, those of `bars.context("D1")` for instance: the pivot is
    the mean of high, low and close; the levels lie as far from it as low or high
    do, by the whole range, and by that again.
    """
    highs, lows, closes = alike("pivots", high, low, close)
    with np.errstate(invalid="ignore"):
        spread = highs - lows
        middle = (highs + lows + closes) / 3.0
        up, down = middle - lows, highs - middle
        return Pivots(
            s3=lows - 2.0 * down,
            s2=middle - spread,
            s1=middle - down,
            pivot=middle,
            r1=middle + up,
            r2=middle + spread,
            r3=highs + 2.0 * up,
        )
