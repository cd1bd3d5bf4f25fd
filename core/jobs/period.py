"""The part of a history that a run goes over."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.errors import BacktapeError
from core.market.bars import Bars

if TYPE_CHECKING:
    from core.jobs.request import RunRequest
    from db.datasets import DatasetRecord

# A period may reach this far beyond the data: over a weekend and a holiday.
TOLERANCE = dt.timedelta(days=7)


@dataclass(frozen=True)
class Period:
    """The bars a request is about: `start` inclusive, `end` exclusive, and how many there are."""

    start: dt.datetime
    end: dt.datetime
    bars: int

    def is_covered_by(self, record: "DatasetRecord") -> bool:
        """Return whether a dataset has bars from the beginning to the end, holidays aside."""
        return record.first_time <= self.start + TOLERANCE and record.last_time >= self.end - TOLERANCE


def period_of(bars: Bars, request: "RunRequest") -> Period:
    """Return the period asked for, the whole history where nothing is.

    A period may begin or end a little beyond the bars (a weekend, a holiday), but
    one that lies elsewhere is refused rather than quietly shortened.

    Raises:
        BacktapeError: it lies beyond the bars or holds none.
    """
    first = _moment(bars.time[0])
    end = _moment(bars.close_time[-1])
    start, stop = request.start or first, request.end or end
    last = end - dt.timedelta(seconds=1)
    there = f"{bars.symbol} {bars.timeframe} has bars from {first:%Y-%m-%d} to {last:%Y-%m-%d}"
    if start < first - TOLERANCE or start >= end:
        raise BacktapeError(f"{there}; choose a beginning within them.", field="start")
    if stop > end + TOLERANCE or stop <= first:
        raise BacktapeError(f"{there}; choose an end within them.", field="end")
    if stop <= start:
        raise BacktapeError(f"{there}; the end must lie after the beginning.", field="end")
    from_row, to_row = bounds(bars, start, stop)
    if to_row <= from_row:
        raise BacktapeError(f"{there}, but none in this period; choose a longer one.", field="start")
    return Period(start, stop, to_row - from_row)


def bounds(bars: Bars, start: dt.datetime, end: dt.datetime) -> tuple[int, int]:
    """Return the first bar of a period and the one after its last, by opening times; the end is exclusive."""
    seconds = bars.time.view(np.int64)
    first, last = np.searchsorted(seconds, [start.timestamp(), end.timestamp()], side="left")
    return int(first), int(last)


def _moment(time: np.datetime64) -> dt.datetime:
    return dt.datetime.fromtimestamp(int(time.astype("int64")), dt.UTC)
