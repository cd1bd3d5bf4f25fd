"""Bars made by hand, for tests of strategies and results."""

from collections.abc import Sequence

import numpy as np

from core.market.bars import Bars
from core.market.days import DayRule
from core.market.instruments import find_instrument
from core.market.timeframes import Timeframe


def bars_of(
    closes: Sequence[float],
    *,
    start: str = "2020-01-06T00:00:00",
    timeframe: Timeframe = Timeframe.H1,
    symbol: str = "EURUSD",
) -> Bars:
    """Return consecutive bars with these closes; each opens at the close before, without wicks."""
    close = np.array(closes, dtype=np.float64)
    opening = np.concatenate((close[:1], close[:-1]))
    time = np.datetime64(start, "s") + np.arange(len(close)) * np.timedelta64(timeframe.seconds, "s")
    return Bars(
        find_instrument(symbol),
        timeframe,
        DayRule("UTC", 0),
        time,
        opening,
        np.maximum(opening, close),
        np.minimum(opening, close),
        close,
        np.ones(len(close)),
    )
