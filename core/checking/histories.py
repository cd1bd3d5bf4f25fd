"""Parts of a history, each in memory of its own, so that nothing can be reached beyond its ends."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from core.market.bars import COLUMNS, Bars
from core.market.timeframes import Timeframe


@dataclass(frozen=True, eq=False)
class Change:
    """The first value that was changed in place."""

    column: str
    bar: int
    timeframe: Timeframe


def part(bars: Bars, start: int, stop: int) -> Bars:
    """Return copies of the bars from `start` up to but without `stop`, and of what beside them had closed.

    Context histories end with the last bar that had closed by the last primary
    close; what they hold before the first primary bar stays, as in a run.
    """
    kept = _copied(bars, start, stop)
    closed = bars.close_time[stop - 1]
    contexts = {
        timeframe: _copied(other, 0, int(np.searchsorted(other.close_time, closed, side="right")))
        for timeframe, other in bars.contexts.items()
    }
    return replace(kept, contexts=contexts)


def with_one_more(bars: Bars) -> Bars:
    """Return the bars and one after them at which nothing moves, for the broker.

    Whatever is open after the last bar is closed there by rule; a strategy that
    decides on it must not see that, since in a longer history it would not.
    """
    after = {"time": bars.close_time[-1:], "volume": np.zeros(1)}
    columns: dict[str, Any] = {
        name: np.concatenate((getattr(bars, name), after.get(name, bars.close[-1:]))) for name in COLUMNS[:-1]
    }
    return replace(bars, **columns, spread=None, contexts={})


def first_change(used: Bars, original: Bars, start: int) -> Change | None:
    """Return what differs between a part that a strategy was given and the bars it was taken from."""
    for timeframe, (given, kept, offset) in _pairs(used, original, start).items():
        for name in COLUMNS:
            if getattr(kept, name) is None:
                continue
            now, before = _bits(getattr(given, name)), _bits(getattr(kept, name))
            before = before[offset : offset + len(now)]
            changed = np.flatnonzero(now != before) if now.shape == before.shape else np.zeros(1, np.intp)
            if len(changed):
                return Change(name, offset + int(changed[0]), timeframe)
    return None


def _pairs(used: Bars, original: Bars, start: int) -> dict[Timeframe, tuple[Bars, Bars, int]]:
    """Return what was given beside what it was taken from, and the row that begins it there."""
    beside = {name: (used.contexts[name], kept, 0) for name, kept in original.contexts.items()}
    return {original.timeframe: (used, original, start), **beside}


def _bits(column: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return a column as whole numbers: NaN is equal to itself, and minus zero is not zero."""
    plain = np.ascontiguousarray(column)
    return plain.view(np.int64) if plain.dtype.itemsize == 8 else np.empty(0, np.int64)


def _copied(bars: Bars, start: int, stop: int) -> Bars:
    columns: dict[str, Any] = {name: getattr(bars, name)[start:stop].copy() for name in COLUMNS[:-1]}
    spread = None if bars.spread is None else bars.spread[start:stop].copy()
    return replace(bars, **columns, spread=spread, contexts={})
