"""What the data library offers to a form: symbols, sources, timeframes, and the range they have in common."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from core.market.timeframes import Timeframe

if TYPE_CHECKING:
    from db.datasets import DatasetRecord


@dataclass(frozen=True)
class Market:
    """A symbol and a timeframe, and the dataset that its bars are taken from."""

    symbol: str
    timeframe: Timeframe
    data: "DatasetRecord"

    @property
    def bars(self) -> float:
        """About how many bars there are, before they are looked at."""
        return self.data.rows * Timeframe(self.data.timeframe).seconds / self.timeframe.seconds

    @property
    def whole_days(self) -> tuple[datetime, datetime]:
        """The midnight before the first bar and the one after the last."""
        first = datetime.combine(self.data.first_time.astimezone(UTC).date(), time(), UTC)
        last = datetime.combine(self.data.last_time.astimezone(UTC).date(), time(), UTC)
        return first, last + timedelta(days=1)


@dataclass(frozen=True)
class Library:
    """The datasets that there are."""

    datasets: Sequence["DatasetRecord"]

    def symbols(self) -> list[str]:
        """Return all symbols, each once."""
        return list(dict.fromkeys(one.symbol for one in self.datasets))

    def sources(self, symbols: Iterable[str]) -> list[str]:
        """Return the sources, the unnamed one first, that all symbols with a choice have.

        Where they have none in common, those of the first are returned.
        """
        each = [self._sources(symbol) for symbol in symbols]
        several = [sources for sources in each if len(sources) > 1] or each
        return sorted(set.intersection(*several) or several[0])

    def has_choice(self, symbols: Iterable[str]) -> bool:
        """Return whether one of these symbols comes from several sources."""
        return any(len(self._sources(symbol)) > 1 for symbol in symbols)

    def own_timeframes(self, symbol: str, source: str) -> list[Timeframe]:
        """Return the timeframes that a symbol was imported in."""
        return [Timeframe(one.timeframe) for one in self._from(symbol, source)]

    def timeframes(self, symbols: Sequence[str], source: str) -> list[Timeframe]:
        """Return the timeframes that every one of these symbols has or that its bars make up.

        Where they have none in common, those of the first symbol are returned.
        """
        made = [self._made(symbol, source) for symbol in symbols]
        return [one for one in Timeframe if one in (set.intersection(*made) or made[0])]

    def _made(self, symbol: str, source: str) -> set[Timeframe]:
        own = self.own_timeframes(symbol, source)
        return {wanted for wanted in Timeframe if any(one.divides(wanted) for one in own)}

    def market(self, symbol: str, timeframe: Timeframe, source: str) -> Market | None:
        """Return what bars of this symbol are taken from: exact ones, or the coarsest finer ones.

        None stands for a symbol that has no such bars.
        """
        fitting = (one for one in self._from(symbol, source) if Timeframe(one.timeframe).divides(timeframe))
        data = max(fitting, key=lambda one: Timeframe(one.timeframe).seconds, default=None)
        return None if data is None else Market(symbol, timeframe, data)

    def named(self, symbol: str, source: str) -> str | None:
        """Return the source that a request for a symbol has to name, None where there is no choice."""
        return source if len(self._sources(symbol)) > 1 else None

    def _sources(self, symbol: str) -> set[str]:
        return {one.source for one in self.datasets if one.symbol == symbol}

    def _from(self, symbol: str, source: str) -> "list[DatasetRecord]":
        """Return the datasets of a symbol that come from a source; an only source may have any name."""
        of_symbol = [one for one in self.datasets if one.symbol == symbol]
        alone = len(self._sources(symbol)) == 1
        return [one for one in of_symbol if alone or one.source == source]
