"""Where a history is cut: where peeking would show, and evenly in between. The same cuts every time."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from core.errors import BacktapeError
from core.market.bars import Bars
from core.market.context import align
from core.market.timeframes import Timeframe

CUTS = 240
# For each of them, so many more on short parts of the history.
FURTHER = 4
# Of so many cuts one is at a context boundary, another at a deciding bar; two more are beside each.
_EVENTS = 8
_LEAST = 3  # of each timeframe
_SHORTEST = (1, 2, 3)
# Looked at whether a strategy names them or not: it may gather bars by itself.
_USUAL = (Timeframe.M15, Timeframe.H1, Timeframe.H4, Timeframe.D1, Timeframe.W1)

Whole = npt.NDArray[np.intp]


def choose(bars: Bars, first: int, deciding: Whole, wanted: int = CUTS) -> list[int]:
    """Return the numbers of bars that are left at each cut, ascending; all there can be where they are few.

    Decisions begin at bar `first`, so every cut leaves at least that one; `deciding`
    are the bars that decide on the whole history. Cut are the last bars of higher
    timeframes and deciding bars, and one bar either side; the shortest histories;
    and the rest evenly.
    """
    everything = np.arange(first + 1, len(bars))
    if len(everything) <= wanted:
        return [int(cut) for cut in everything]
    chosen = {first + bars_left for bars_left in _SHORTEST}
    events = wanted // _EVENTS
    for group in (*_boundaries(bars, first, events), _spread(deciding, events)):
        chosen |= {int(bar) + 1 + beside for bar in group for beside in (-1, 0, 1)}
    chosen &= {int(cut) for cut in everything}
    rest = np.setdiff1d(everything, np.fromiter(chosen, np.intp))
    return sorted(chosen | {int(cut) for cut in _spread(rest, wanted - len(chosen))})


def further(cuts: list[int], first: int, end: int, wanted: int) -> list[int]:
    """Return so many more numbers of bars between those of `cuts`, evenly."""
    rest = np.setdiff1d(np.arange(first + 1, end), np.array(cuts, np.intp))
    return [int(cut) for cut in _spread(rest, wanted)]


def _boundaries(bars: Bars, first: int, events: int) -> list[Whole]:
    """Return, for each higher timeframe, some of the bars at whose close a bar of it closes."""
    timeframes = sorted({*bars.contexts, *_USUAL}, key=lambda timeframe: timeframe.seconds)
    found = [_closing(bars, timeframe, first) for timeframe in timeframes]
    found = [group for group in found if len(group)]
    return [_spread(group, max(_LEAST, events // len(found))) for group in found]


def _closing(bars: Bars, timeframe: Timeframe, first: int) -> Whole:
    try:
        seen = align(bars, timeframe).index
    except BacktapeError:
        return np.empty(0, np.intp)  # not coarser, or not to be made of these bars
    closing = np.flatnonzero(np.diff(seen, prepend=seen[:1]) > 0)
    return closing[closing >= first]


def _spread(numbers: Iterable[int] | Whole, count: int) -> Whole:
    """Return at most `count` of the numbers, evenly."""
    every = np.asarray(numbers, np.intp)
    if count <= 0:
        return every[:0]
    if len(every) <= count:
        return every
    return every[np.linspace(0, len(every) - 1, count).round().astype(np.intp)]
