"""Indicators, compiled and exact. For workers: importing this loads the compiler.

Each takes arrays with a row a bar and gives arrays of the same length, and row i
is made of rows up to i alone. Until its window is full a value is NaN, which no
comparison holds for, so that a strategy decides nothing on it.
"""

import numpy as np

from core.strategies.indicators.averages import sma
from core.strategies.indicators.comparing import crosses_above, crosses_below, previous
from core.strategies.indicators.extremes import highest, lowest

__all__ = ["crosses_above", "crosses_below", "highest", "lowest", "previous", "sma", "warm"]


def warm() -> None:
    """Compile the indicators or load them, so that a process forked from this one need not.

    Both for arrays that can be written and for columns of bars, which cannot.
    """
    made = np.ones(3)
    column = made.view()
    column.flags.writeable = False
    for values in (made, column):
        sma(values, 2)
        highest(values, 2)
        lowest(values, 2)
        crosses_above(values, 1.0)
        for level in (made, column):
            crosses_above(values, level)
