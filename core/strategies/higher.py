"""What `on_bar` sees of a coarser timeframe: bars that have closed, and nothing of the one under way."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from core.market.bars import Bars

Floats: TypeAlias = npt.NDArray[np.float64]

_COLUMNS = ("open", "high", "low", "close", "volume")


class HigherBars:
    """The bars of a coarser timeframe that had closed by one primary close.

    `index` says which the last of them is, counted from 0; it stays the same
    object until the next one closes. Prices are bid.
    """

    __slots__ = ("_bars", "_of", "index")

    def __init__(self, of: "SeenBars", index: int) -> None:
        """Stand for the bars up to and including row `index`."""
        self._of = of
        self._bars = of.bars
        self.index = index

    @property
    def time(self) -> datetime:
        """The opening time of the last closed bar, aware, in UTC."""
        return datetime.fromtimestamp(int(self._bars.time[self.index].astype(np.int64)), UTC)

    @property
    def open(self) -> float:
        """The price the last closed bar opened at."""
        return self._of.at_row("open", self.index)

    @property
    def high(self) -> float:
        """The highest price of the last closed bar."""
        return self._of.at_row("high", self.index)

    @property
    def low(self) -> float:
        """The lowest price of the last closed bar."""
        return self._of.at_row("low", self.index)

    @property
    def close(self) -> float:
        """The price the last closed bar closed at."""
        return self._of.at_row("close", self.index)

    @property
    def volume(self) -> float:
        """The volume of the last closed bar."""
        return self._of.at_row("volume", self.index)

    @property
    def times(self) -> npt.NDArray[np.datetime64]:
        """The opening times of all closed bars, datetime64[s] in UTC."""
        return self._bars.time[: self.index + 1]

    @property
    def opens(self) -> Floats:
        """The opening prices of all closed bars, the newest last."""
        return self._bars.open[: self.index + 1]

    @property
    def highs(self) -> Floats:
        """The highs of all closed bars, the newest last."""
        return self._bars.high[: self.index + 1]

    @property
    def lows(self) -> Floats:
        """The lows of all closed bars, the newest last."""
        return self._bars.low[: self.index + 1]

    @property
    def closes(self) -> Floats:
        """The closes of all closed bars: `closes[-1]` is `close`."""
        return self._bars.close[: self.index + 1]

    @property
    def volumes(self) -> Floats:
        """The volumes of all closed bars, the newest last."""
        return self._bars.volume[: self.index + 1]


class SeenBars:
    """One coarser timeframe of a whole run, aligned once; a look at it costs two look-ups."""

    __slots__ = ("_last", "_newest", "_values", "bars")

    def __init__(self, primary: "Bars", timeframe: str) -> None:
        """Align it with the primary bars; BacktapeError if it is none, not coarser or cannot be made."""
        seen = primary.context(timeframe)
        self.bars = seen.bars
        self._values: dict[str, memoryview[Any]] = {name: getattr(seen.bars, name).data for name in _COLUMNS}
        self._last: memoryview[Any] = seen.index.data
        self._newest: HigherBars | None = None

    def at_row(self, name: str, row: int) -> float:
        """Return one value of one of the bars, as a plain number."""
        value: float = self._values[name][row]
        return value

    def at(self, index: int) -> HigherBars | None:
        """Return what had closed by the close of primary bar `index`, None before the first."""
        last: int = self._last[index]
        newest = self._newest
        if newest is None or newest.index != last:
            newest = self._newest = HigherBars(self, last) if last >= 0 else None
        return newest
