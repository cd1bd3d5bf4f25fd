"""Bars: the price history of one instrument at one timeframe, as arrays."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from core.market.days import DayRule
from core.market.instruments import Instrument
from core.market.timeframes import Timeframe, parse_timeframe

if TYPE_CHECKING:
    import pandas as pd

    from core.market.context import ContextBars

Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.datetime64]

COLUMNS = ("time", "open", "high", "low", "close", "volume", "spread")


@dataclass(frozen=True, eq=False)
class Bars:
    """`n` bars in ascending order of time; all arrays have length `n` and cannot be written.

    `time` is each bar's opening in UTC (datetime64[s]), prices are bid, `volume`
    is what the source counted (0 where it counted nothing), `spread` is the
    recorded spread in points or None. `decimals` is how many decimals hold
    every price exactly: digits + 1, or more for a source with finer prices, or
    None for prices that no number of decimals holds.
    """

    instrument: Instrument
    timeframe: Timeframe
    days: DayRule
    time: Times
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    spread: Floats | None = None
    decimals: int | None = -1
    contexts: Mapping[Timeframe, "Bars"] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        length = len(self.time)
        for name in COLUMNS:
            column = getattr(self, name)
            if column is None:
                continue
            if len(column) != length:
                raise ValueError(f"{name} has {len(column)} values for {length} bars")
            kind = "datetime64[s]" if name == "time" else np.float64
            object.__setattr__(self, name, _frozen(column, kind))
        if self.decimals == -1:
            object.__setattr__(self, "decimals", self.instrument.digits + 1)

    def __len__(self) -> int:
        return len(self.time)

    @property
    def symbol(self) -> str:
        """The instrument's symbol."""
        return self.instrument.symbol

    @property
    def pip(self) -> float:
        """One pip in price."""
        return self.instrument.pip

    @cached_property
    def close_time(self) -> Times:
        """When each bar is known, UTC (datetime64[s]).

        Below D1 its opening plus its duration. D1 and MN1: the next beginning of
        a day or month of the dataset's own calendar, so that days of 23 and 25
        hours are right and the last, short bar of a week ends with its day. W1:
        the same hour of the dataset's clock a week later, whatever weekday its
        weeks begin on.
        """
        opening = self.time.view(np.int64)
        if self.timeframe.is_intraday or not len(opening):
            closing = opening + self.timeframe.seconds
        elif self.timeframe == Timeframe.W1:
            closing = self.days.week_later(opening)
        else:
            ends = self.days.boundaries(self.timeframe, int(opening[0]), int(opening[-1]))
            closing = ends[np.searchsorted(ends, opening, side="right")]
        return _frozen(closing.view("datetime64[s]"), "datetime64[s]")

    def slice(self, first: int, last: int) -> Self:
        """Return bars `first` up to but without `last`, as views of the same memory."""
        parts = {name: getattr(self, name)[first:last] for name in COLUMNS[:-1]}
        spread = None if self.spread is None else self.spread[first:last]
        return replace(self, **parts, spread=spread)

    def with_context(self, contexts: Mapping[Timeframe, "Bars"]) -> Self:
        """Return the same bars with histories of their own for these context timeframes."""
        return replace(self, contexts={**self.contexts, **contexts})

    def context(self, timeframe: str) -> "ContextBars":
        """Return the bars of a coarser timeframe, aligned so that only closed ones show.

        They come from `with_context`, else they are made from these bars.

        Raises:
            BacktapeError: `timeframe` is none, not coarser, or cannot be made.
        """
        from core.market.context import align

        return align(self, parse_timeframe(timeframe))

    def frame(self) -> "pd.DataFrame":
        """Return a new pandas frame of the columns, indexed by opening time in UTC."""
        import pandas as pd

        columns: dict[str, Any] = {
            name: column.copy() for name in COLUMNS[1:] if (column := getattr(self, name)) is not None
        }
        return pd.DataFrame(columns, index=pd.DatetimeIndex(self.time, tz="UTC", name="time"))


def moment(time: np.datetime64) -> dt.datetime:
    """Return an opening time as Python knows times, in UTC."""
    return dt.datetime.fromtimestamp(int(time.astype("datetime64[s]").astype(np.int64)), dt.UTC)


def _frozen(column: npt.NDArray[Any], kind: npt.DTypeLike) -> npt.NDArray[Any]:
    """Return a plain, contiguous view that cannot be written, whatever maps or owns the memory."""
    plain = np.ascontiguousarray(column, dtype=kind).view(np.ndarray)[:]
    plain.flags.writeable = False
    return plain
