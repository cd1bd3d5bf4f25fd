"""Nights that pass between bars, for the swap."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.datetime64]

_NEW_YORK = ZoneInfo("America/New_York")
_ROLLOVER = time(17)
_WEDNESDAY = 2
_SATURDAY = 5


def nights_between(opening: Times) -> Floats:
    """Return for each bar how many nights accrue at it: those since the bar before opened.

    A rollover is at 17:00 in New York, Monday to Friday, Wednesday's threefold
    (the weekend's settlement). `opening` is ascending datetime64[s] in UTC.
    """
    if not len(opening):
        return np.zeros(0)
    first, last = (moment.astype(datetime).date() for moment in (opening[0], opening[-1]))
    moments, nights = _rollovers(first - timedelta(days=2), last + timedelta(days=2))
    passed = np.concatenate(([0.0], np.cumsum(nights)))
    until = passed[np.searchsorted(moments, opening.astype(np.int64), side="right")]
    return np.diff(until, prepend=until[0])


def _rollovers(first: date, last: date) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return the rollovers of these days in UTC seconds, and the nights each stands for."""
    days = [first + timedelta(days=day) for day in range((last - first).days + 1)]
    trading = [day for day in days if day.weekday() < _SATURDAY]
    moments = [datetime.combine(day, _ROLLOVER, _NEW_YORK).astimezone(UTC).timestamp() for day in trading]
    nights = [3.0 if day.weekday() == _WEDNESDAY else 1.0 for day in trading]
    return np.array(moments, dtype=np.int64), np.array(nights)
