"""Exact prices: the float that the decimal text would give, and no other."""

import numpy as np
import numpy.typing as npt

from core.market.instruments import Instrument

Floats = npt.NDArray[np.float64]

# A true further digit is off the grid by at least a hundredth of its step for
# any price of one or two digits more; noise of float arithmetic by 1e-9.
_OFF_GRID = 1e-3
_MORE = 6


def normalise(prices: npt.ArrayLike, instrument: Instrument) -> Floats:
    """Return `prices` as whole tenths of the instrument's point, each the nearest float.

    `rint(x * s) / s` with `s = 10 ** (digits + 1)`. Division of two exact whole
    numbers is correctly rounded, so the result is the float that the decimal
    text of the price would be read as.
    """
    return at_scale(np.asarray(prices, dtype=np.float64), instrument.price_scale)


def at_scale(prices: Floats, scale: float) -> Floats:
    """Return `prices` rounded to whole parts of 1 / `scale`."""
    whole = prices * scale
    np.rint(whole, out=whole)
    whole /= scale
    return whole


def off_grid(prices: Floats, scale: float) -> npt.NDArray[np.bool_]:
    """Return which prices have digits finer than 1 / `scale`, float noise left aside."""
    whole = prices * scale
    apart = np.abs(whole - np.rint(whole))
    return np.asarray(apart > _OFF_GRID)


def decimals_of(columns: list[Floats], instrument: Instrument) -> int | None:
    """Return the fewest decimals, at least digits + 1, that hold every price.

    None when even six more do not: such prices were computed, not quoted.
    """
    for more in range(1, _MORE + 1):
        decimals = instrument.digits + more
        if not any(off_grid(column, 10.0**decimals).any() for column in columns):
            return decimals
    return None
