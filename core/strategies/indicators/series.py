"""What every indicator takes in, checked."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from core.strategies.errors import StrategyError

Floats: TypeAlias = npt.NDArray[np.float64]


def series(name: str, values: npt.ArrayLike) -> Floats:
    """Return `values` as a contiguous float64 array of one dimension that cannot be written.

    Whether it could be is part of a type to the compiler, which compiles for each
    type anew: so every indicator is given the same one.
    """
    array = np.asarray(values)
    if array.ndim != 1 or array.dtype.kind not in "iufb":
        raise StrategyError(f"{name} needs an array of numbers, one a bar.")
    column = np.ascontiguousarray(array, dtype=np.float64).view()
    column.flags.writeable = False
    return column


def alike(name: str, *values: npt.ArrayLike) -> tuple[Floats, ...]:
    """Return several series, checked to be of the same length."""
    columns = tuple(series(name, one) for one in values)
    for column in columns[1:]:
        if len(column) != len(columns[0]):
            raise StrategyError(
                f"{name} needs series of the same length, not {len(columns[0])} and {len(column)}."
            )
    return columns


def window(name: str, bars: int, *, least: int = 1) -> int:
    """Return a number of bars, checked."""
    if isinstance(bars, bool) or not isinstance(bars, int | np.integer) or bars < least:
        raise StrategyError(f"{name} needs a whole number of bars of at least {least}, not {bars!r:.40}.")
    return int(bars)


def multiple(name: str, factor: float) -> float:
    """Return what a distance is multiplied by, checked: a finite number of zero or more."""
    number = isinstance(factor, int | float | np.integer | np.floating) and not isinstance(factor, bool)
    if not number or not 0 <= factor < np.inf:
        raise StrategyError(f"{name} needs a number of zero or more to multiply with, not {factor!r:.40}.")
    return float(factor)
