"""What every indicator takes in, checked."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from core.strategies.errors import StrategyError

Floats: TypeAlias = npt.NDArray[np.float64]


def series(name: str, values: npt.ArrayLike) -> Floats:
    """Return `values` as a contiguous float64 array of one dimension."""
    array = np.asarray(values)
    if array.ndim != 1 or array.dtype.kind not in "iufb":
        raise StrategyError(f"{name} needs an array of numbers, one a bar.")
    return np.ascontiguousarray(array, dtype=np.float64)


def window(name: str, bars: int, *, least: int = 1) -> int:
    """Return a number of bars, checked."""
    if isinstance(bars, bool) or not isinstance(bars, int | np.integer) or bars < least:
        raise StrategyError(f"{name} needs a whole number of bars of at least {least}, not {bars!r:.40}.")
    return int(bars)
