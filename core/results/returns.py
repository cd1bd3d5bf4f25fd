"""Equity by calendar days, and what it returned from one to the next."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from core.market.bars import Bars
from core.market.timeframes import Timeframe

Floats: TypeAlias = npt.NDArray[np.float64]
Rows: TypeAlias = npt.NDArray[np.intp]

DAY = 86_400
_SATURDAY, _SUNDAY = 5, 6

# Returns a year has, by which a mean of them is made annual.
_A_YEAR = {Timeframe.W1: 52, Timeframe.MN1: 12}
_WORKING_DAYS = 252


def returns_a_year(timeframe: Timeframe) -> int:
    """Return how many returns a year has: 252 working days, 52 weeks or 12 months."""
    return _A_YEAR.get(timeframe, _WORKING_DAYS)


def last_rows_of_days(bars: Bars) -> Rows:
    """Return the last bar of each day that has bars.

    A bar belongs to the UTC date of its close less one second, so that one which
    closes at midnight belongs to the day it was in; Saturday and Sunday count to
    the Monday after them.
    """
    if not len(bars):
        return np.empty(0, np.intp)
    first, last = (int(second) for second in close_seconds(bars, np.array([0, len(bars) - 1])))
    days = np.arange((first - 1) // DAY, (last - 1) // DAY + 3)
    # 1970-01-01 was a Thursday; a weekend does not end a day of its own.
    weekday = (days + 3) % 7
    ends = (days[(weekday != _SATURDAY) & (weekday != _SUNDAY)] + 1) * DAY
    return last_rows_before(bars, ends)


def last_rows_before(bars: Bars, ends: npt.NDArray[np.int64]) -> Rows:
    """Return the last bar that closes at or before each of `ends` (seconds), once each."""
    if bars.timeframe.is_intraday:
        rows = np.searchsorted(bars.time.view(np.int64), ends - bars.timeframe.seconds, side="right")
    else:
        rows = np.searchsorted(bars.close_time.view(np.int64), ends, side="right")
    return np.unique(rows[rows > 0]) - 1


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


def close_seconds(bars: Bars, rows: Rows) -> npt.NDArray[np.int64]:
    """Return the seconds since 1970 at which some bars close.

    Below D1 the closes of the others are not made for it.
    """
    if bars.timeframe.is_intraday:
        return bars.time[rows].astype(np.int64) + bars.timeframe.seconds
    return bars.close_time[rows].astype(np.int64)
