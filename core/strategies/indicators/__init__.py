"""Indicators, compiled and exact. For workers: importing this loads the compiler.

Each takes arrays with a row a bar and gives arrays of the same length, and row i
is made of rows up to i alone. Until its window is full a value is NaN, which no
comparison holds for, so that a strategy decides nothing on it.
"""

from core.strategies.indicators.averages import sma
from core.strategies.indicators.comparing import crosses_above, crosses_below, previous
from core.strategies.indicators.extremes import highest, lowest

__all__ = ["crosses_above", "crosses_below", "highest", "lowest", "previous", "sma"]
