"""Which bars end the days and the months of a period."""

from dataclasses import dataclass
from typing import TypeAlias
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from core.market.bars import Bars

Rows: TypeAlias = npt.NDArray[np.intp]
Seconds: TypeAlias = npt.NDArray[np.int64]

DAY = 86_400
_SATURDAY, _SUNDAY = 5, 6


@dataclass(frozen=True, eq=False)
class Calendar:
    """The last bar of each day and each month that has bars, counted from the first of the period.

    `opening` is when the period begins, in seconds since 1970; `names` are those
    of the months ("2019-01").
    """

    opening: int
    days: Rows
    months: Rows
    names: tuple[str, ...]


_known: "WeakKeyDictionary[Bars, dict[int, Calendar]]" = WeakKeyDictionary()


def calendar_of(bars: Bars, first: int = 0) -> Calendar:
    """Return the calendar of the bars from `first` on.

    It is kept as long as the bars are, since a sweep measures many runs on the same ones.
    """
    known = _known.setdefault(bars, {})
    if first not in known:
        known[first] = _made(bars.slice(first, len(bars)) if first else bars)
    return known[first]


def _made(period: Bars) -> Calendar:
    opening = int(period.time[0].astype(np.int64)) if len(period) else 0
    months, names = _months(period)
    return Calendar(opening, last_rows_of_days(period), months, names)


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
    return _last_rows_before(bars, ends)


def _months(bars: Bars) -> tuple[Rows, tuple[str, ...]]:
    """Return the last bar of each UTC month that has bars, as for days, and the names of the months."""
    if not len(bars):
        return np.empty(0, np.intp), ()
    ends = close_seconds(bars, np.array([0, len(bars) - 1])) - 1
    first, last = ends.astype("datetime64[s]").astype("datetime64[M]")
    starts = np.arange(first + 1, last + 2)
    rows = _last_rows_before(bars, starts.astype("datetime64[s]").astype(np.int64))
    names = (close_seconds(bars, rows) - 1).astype("datetime64[s]").astype("datetime64[M]")
    return rows, tuple(str(name) for name in names)


def _last_rows_before(bars: Bars, ends: Seconds) -> Rows:
    """Return the last bar that closes at or before each of `ends` (seconds), once each."""
    if bars.timeframe.is_intraday:
        rows = np.searchsorted(bars.time.view(np.int64), ends - bars.timeframe.seconds, side="right")
    else:
        rows = np.searchsorted(bars.close_time.view(np.int64), ends, side="right")
    return np.unique(rows[rows > 0]) - 1


def close_seconds(bars: Bars, rows: Rows) -> Seconds:
    """Return the seconds since 1970 at which some bars close.

    Below D1 the closes of the others are not made for it.
    """
    if bars.timeframe.is_intraday:
        return bars.time[rows].astype(np.int64) + bars.timeframe.seconds
    return bars.close_time[rows].astype(np.int64)
