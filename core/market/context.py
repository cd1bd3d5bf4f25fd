"""Bars of a coarser timeframe as seen from the primary one: only those that have closed."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from core.errors import BacktapeError
from core.market.bars import Bars, Floats
from core.market.resample import resample
from core.market.timeframes import Timeframe


@dataclass(frozen=True, eq=False)
class ContextBars:
    """Context bars beside `n` primary bars.

    `bars` are the context bars themselves, without any that had not closed by
    the last primary close. `index` (int64, length `n`) is the last of them that
    had closed by each primary close, -1 before the first. `open` to `volume`
    (length `n`) are that bar's values, NaN before the first.
    """

    bars: Bars
    index: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.index)

    def align(self, values: npt.ArrayLike) -> Floats:
        """Return a series over `bars`, such as an average, as seen at each primary close.

        Raises:
            BacktapeError: `values` has another length than `bars`.
        """
        series = np.asarray(values, dtype=np.float64)
        if series.shape != (len(self.bars),):
            raise BacktapeError(
                f"A series of {self.bars.timeframe} values must have one for each of the "
                f"{len(self.bars)} context bars, and this one has shape {series.shape}."
            )
        padded = np.append(series, np.nan)
        return np.asarray(padded[self.index])

    @cached_property
    def time(self) -> npt.NDArray[np.datetime64]:
        """Opening of the bar seen, NaT before the first."""
        padded = np.append(self.bars.time, np.datetime64("NaT", "s"))
        return np.asarray(padded[self.index])

    @cached_property
    def open(self) -> Floats:
        """Open of the bar seen."""
        return self.align(self.bars.open)

    @cached_property
    def high(self) -> Floats:
        """High of the bar seen."""
        return self.align(self.bars.high)

    @cached_property
    def low(self) -> Floats:
        """Low of the bar seen."""
        return self.align(self.bars.low)

    @cached_property
    def close(self) -> Floats:
        """Close of the bar seen."""
        return self.align(self.bars.close)

    @cached_property
    def volume(self) -> Floats:
        """Volume of the bar seen."""
        return self.align(self.bars.volume)


def align(primary: Bars, timeframe: Timeframe) -> ContextBars:
    """Return the bars of `timeframe` as seen from `primary`.

    Raises:
        BacktapeError: it is not coarser than the primary, or there are no bars
            of it and none can be made.
    """
    if timeframe.seconds <= primary.timeframe.seconds:
        raise BacktapeError(
            f"The context timeframe {timeframe} must be coarser than the run's own, {primary.timeframe}.",
            field="context_tfs",
        )
    whole = primary.contexts.get(timeframe)
    if whole is None:
        whole = resample(primary, timeframe)
    closes = whole.close_time
    index = np.searchsorted(closes, primary.close_time, side="right").astype(np.int64) - 1
    closed = int(index[-1]) + 1 if len(index) else 0
    index.flags.writeable = False
    return ContextBars(whole.slice(0, closed), index)
