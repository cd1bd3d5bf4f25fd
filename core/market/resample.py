"""Coarser bars from finer ones, on the dataset's own days."""

import numpy as np

from core.errors import BacktapeError
from core.market.bars import Bars
from core.market.timeframes import Timeframe
from core.market.zones import Seconds


def resample(bars: Bars, timeframe: Timeframe) -> Bars:
    """Return `bars` gathered into bars of `timeframe`.

    A bar is stamped with the beginning of its span: below D1 whole multiples of
    its length from the beginning of the dataset's day, else the day, week or
    month itself. Open is the first, high the highest, low the lowest, close the
    last, volume the sum; the spread is the smallest, as brokers record it.
    Spans without a bar are left out. The first and the last bar may be made of
    part of their span.

    Raises:
        BacktapeError: bars of `timeframe` cannot be made of whole bars.
    """
    if timeframe == bars.timeframe:
        return bars
    if not bars.timeframe.divides(timeframe):
        raise BacktapeError(
            f"{timeframe} bars cannot be made from {bars.timeframe} bars; import {bars.symbol} {timeframe}, "
            "or a timeframe that divides it.",
            field="timeframe",
        )
    opening = bars.time.view(np.int64)
    starts = _starts(bars, opening, timeframe)
    first = np.flatnonzero(np.diff(starts, prepend=starts[:1] - 1))
    last = np.append(first[1:], len(starts)) - 1
    if not len(first):
        first = last = np.empty(0, dtype=np.int64)
    return Bars(
        instrument=bars.instrument,
        timeframe=timeframe,
        days=bars.days,
        time=starts[first].astype("datetime64[s]"),
        open=bars.open[first],
        high=np.maximum.reduceat(bars.high, first) if len(first) else bars.high,
        low=np.minimum.reduceat(bars.low, first) if len(first) else bars.low,
        close=bars.close[last],
        volume=np.add.reduceat(bars.volume, first) if len(first) else bars.volume,
        spread=np.minimum.reduceat(bars.spread, first)
        if bars.spread is not None and len(first)
        else bars.spread,
        decimals=bars.decimals,
    )


def _starts(bars: Bars, opening: Seconds, timeframe: Timeframe) -> Seconds:
    """Return, for each bar, the beginning of the span it falls into (UTC seconds)."""
    if not len(opening):
        return opening
    unit = Timeframe.D1 if timeframe.is_intraday else timeframe
    begins = bars.days.boundaries(unit, int(opening[0]), int(opening[-1]))
    start = begins[np.searchsorted(begins, opening, side="right") - 1]
    if timeframe.is_intraday:
        start = start + (opening - start) // timeframe.seconds * timeframe.seconds
    return start
