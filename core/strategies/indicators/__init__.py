"""Indicators, compiled and exact. For workers: importing this loads the compiler.

Each takes arrays with a row a bar and gives arrays of the same length, and row i
is made of rows up to i alone. Until its window is full a value is NaN, which no
comparison holds for, so that a strategy decides nothing on it. A row that is
missing (NaN or infinite) leaves those without a value whose window holds it.
"""

import numpy as np

from core.strategies.indicators.averages import sma, wma
from core.strategies.indicators.channels import Pivots, donchian, pivots
from core.strategies.indicators.comparing import bars_since, crosses_above, crosses_below, previous
from core.strategies.indicators.extremes import highest, lowest
from core.strategies.indicators.momentum import Macd, Stochastic, cci, macd, rate_of_change, rsi, stochastic
from core.strategies.indicators.smoothing import ema, wilder
from core.strategies.indicators.trend import adx, minus_di, plus_di
from core.strategies.indicators.volatility import Bands, atr, bollinger, keltner, stddev, true_range

__all__ = [
    "Bands",
    "Macd",
    "Pivots",
    "Stochastic",
    "adx",
    "atr",
    "bars_since",
    "bollinger",
    "cci",
    "crosses_above",
    "crosses_below",
    "donchian",
    "ema",
    "highest",
    "keltner",
    "lowest",
    "macd",
    "minus_di",
    "pivots",
    "plus_di",
    "previous",
    "rate_of_change",
    "rsi",
    "sma",
    "stddev",
    "stochastic",
    "true_range",
    "warm",
    "wilder",
    "wma",
]


def warm() -> None:
    """Compile what the built-in strategies use or load it, so that a process forked from this one need not.

    The rest is loaded by whoever needs it, in some ms, or compiled once a machine,
    in about a second each.
    """
    values = np.ones(3)
    sma(values, 2)
    atr(values, values, values, 2)
    highest(values, 2)
    stddev(values, 2)
    rsi(values, 2)
    macd(values, 2, 3, 2)
    crosses_above(values, 1.0)
    crosses_above(values, values)
