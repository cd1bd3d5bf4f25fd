"""Bars gathered into the columns of a chart: read from the mapped file, to be called beside the keys."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui.chart.window import Window

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from core.market.bars import Bars

Range = tuple[float, float]


@dataclass(frozen=True)
class Bar:
    """One bar: its opening in seconds since 1970 (UTC), prices, volume, recorded spread in pips or None."""

    index: int
    second: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    spread: float | None


@dataclass(frozen=True)
class Columns:
    """What stands in a window: a value for each group of bars, from the left, as far as they are known.

    `times` are the openings of the first bar of each (seconds since 1970, UTC), `last` that
    of the very last bar; `halves` are the lowest and highest of the left and the right half
    of each column, two a column. `lines` hold the last value of each group, None where
    there is none.
    """

    window: Window
    times: Sequence[int]
    last: int
    open: Sequence[float]
    high: Sequence[float]
    low: Sequence[float]
    close: Sequence[float]
    volume: Sequence[float]
    halves: Sequence[Range]
    lines: Mapping[str, Sequence[float | None]]

    def __len__(self) -> int:
        return len(self.times)


def read_columns(
    bars: "Bars", window: Window, known: int, lines: "Mapping[str, npt.NDArray[np.float64]]"
) -> Columns:
    """Return the columns of a window over `bars`, made of nothing from the bar `known` on."""
    import numpy as np

    first, end = window.first, max(window.first, min(window.end, known))
    part = bars.slice(first, end)
    begins = np.arange(0, end - first, window.bars)
    ends = np.minimum(begins + window.bars, end - first) - 1
    some = len(begins) > 0
    high = np.maximum.reduceat(part.high, begins) if some else part.high
    low = np.minimum.reduceat(part.low, begins) if some else part.low
    return Columns(
        window=window,
        times=part.time.view(np.int64)[begins].tolist(),
        last=int(part.time[-1].astype(np.int64)) if some else 0,
        open=part.open[begins].tolist(),
        high=high.tolist(),
        low=low.tolist(),
        close=part.close[ends].tolist(),
        volume=(np.add.reduceat(part.volume, begins) if some else part.volume).tolist(),
        halves=_halves(part, window) if some else (),
        lines={name: _known(values[first:end][ends]) for name, values in lines.items()},
    )


def read_bar(bars: "Bars", index: int) -> Bar:
    """Return one bar."""
    recorded = None if bars.spread is None else float(bars.spread[index])
    return Bar(
        index=index,
        second=second_of(bars, index),
        open=float(bars.open[index]),
        high=float(bars.high[index]),
        low=float(bars.low[index]),
        close=float(bars.close[index]),
        volume=float(bars.volume[index]),
        spread=None if recorded is None else recorded * bars.instrument.point / bars.pip,
    )


def values_at(index: int, lines: "Mapping[str, npt.NDArray[np.float64]]") -> Mapping[str, float | None]:
    """Return the value of each line at one bar, None where there is none."""
    return {name: _known(values[index : index + 1])[0] for name, values in lines.items()}


def second_of(bars: "Bars", index: int) -> int:
    """Return when a bar opens (seconds since 1970, UTC)."""
    return int(bars.time[index].astype("int64"))


def nearest_bar(bars: "Bars", second: float) -> int:
    """Return the bar that opens at this moment (seconds since 1970, UTC), or nearest to it."""
    import numpy as np

    seconds = bars.time.view(np.int64)
    after = int(np.searchsorted(seconds, second))
    if after == 0 or (after < len(seconds) and seconds[after] - second < second - seconds[after - 1]):
        return after
    return after - 1


def bar_at(bars: "Bars", second: float) -> int:
    """Return the bar under way at this moment (seconds since 1970, UTC), else the next, else the last."""
    import numpy as np

    begun = int(np.searchsorted(bars.time.view(np.int64), second, side="right")) - 1
    return begun if begun >= 0 and second < close_of(bars, begun) else min(begun + 1, len(bars) - 1)


def close_of(bars: "Bars", index: int) -> int:
    """Return when a bar is over (seconds since 1970, UTC)."""
    return int(bars.slice(index, index + 1).close_time[0].astype("int64"))


def _halves(part: "Bars", window: Window) -> list[Range]:
    """Return the ranges of half columns: of their bars, or of a line through the closes of wide bars."""
    import numpy as np

    if window.bars > 1:
        begins = np.arange(0, len(part), window.bars // 2)
        lows, highs = np.minimum.reduceat(part.low, begins), np.maximum.reduceat(part.high, begins)
        return list(zip(lows.tolist(), highs.tolist(), strict=True))
    count = len(part)
    places = np.arange(count) * window.columns + window.columns // 2 + 0.5
    edges = np.arange(2 * count * window.columns + 1) / 2
    values = np.interp(edges, places, part.close)
    lows, highs = np.minimum(values[:-1], values[1:]), np.maximum(values[:-1], values[1:])
    return list(zip(lows.tolist(), highs.tolist(), strict=True))


def _known(values: "npt.NDArray[Any]") -> list[float | None]:
    return [value if math.isfinite(value) else None for value in values.tolist()]
