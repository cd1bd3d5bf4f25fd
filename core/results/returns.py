"""Equity by calendar days, and what it returned from one to the next."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from core.market.timeframes import Timeframe
from core.results.calendar import DAY, Rows

Floats: TypeAlias = npt.NDArray[np.float64]

# Returns a year has, by which a mean of them is made annual.
_A_YEAR = {Timeframe.W1: 52, Timeframe.MN1: 12}
_WORKING_DAYS = 252


def returns_a_year(timeframe: Timeframe) -> int:
    """Return how many returns a year has: 252 working days, 52 weeks or 12 months."""
    return _A_YEAR.get(timeframe, _WORKING_DAYS)


def returns(equity: Floats, rows: Sequence[int] | Rows, initial_balance: float) -> Floats:
    """Return the relative change of equity from each of `rows` to the next.

    The first is from the initial balance. Only meaningful while equity is above zero.
    """
    levels = np.concatenate(([initial_balance], equity[np.asarray(rows, dtype=np.intp)]))
    changes: Floats = levels[1:] / levels[:-1] - 1.0
    return changes


def cagr_pct(initial_balance: float, final_equity: float, seconds: int) -> float | None:
    """Return the compound annual growth rate, in %: (final / initial) ^ (1 / years) - 1.

    A year has 365.25 days. None below thirty days, of which a year would be mere
    extrapolation, and for an account that has nothing left.
    """
    years = seconds / (365.25 * DAY)
    if seconds < 30 * DAY or final_equity <= 0:
        return None
    return float(((final_equity / initial_balance) ** (1.0 / years) - 1.0) * 100.0)
