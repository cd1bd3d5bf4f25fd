"""The trades of a run by time: which are in view, which was open at a bar."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from db.trades import TradeRecord, TradeTimes


class RunTrades:
    """All trades of a run in closing order, by their times; records come as they are needed.

    One position is open at a time, so entries are in order too. Times are seconds since
    1970 (UTC), the openings of the bars in which something happened.
    """

    def __init__(self, times: TradeTimes) -> None:
        self._times = times
        self._records: dict[int, TradeRecord] = {}

    def __len__(self) -> int:
        return len(self._times.ids)

    def record(self, index: int) -> TradeRecord | None:
        """Return a trade that was added; None for one that was not, or is none."""
        return self._records.get(self._times.ids[index]) if 0 <= index < len(self) else None

    def missing(self, indices: Iterable[int]) -> list[int]:
        """Return the ids of those of these trades that were not added yet."""
        ids = (self._times.ids[index] for index in indices if 0 <= index < len(self))
        return [one for one in ids if one not in self._records]

    def add(self, records: Iterable[TradeRecord]) -> None:
        """Keep trades that were read."""
        self._records.update((record.id, record) for record in records)

    def index_of(self, trade_id: int) -> int | None:
        """Return the place of a trade, None if the run has no such trade."""
        index = bisect_left(self._times.ids, trade_id)
        return index if index < len(self) and self._times.ids[index] == trade_id else None

    def id_of(self, index: int) -> int:
        """Return the id of a trade."""
        return self._times.ids[index]

    def entered(self, index: int) -> int:
        """Return when a trade was entered."""
        return self._times.entered[index]

    def left(self, index: int) -> int:
        """Return when a trade was left."""
        return self._times.left[index]

    # At a time

    def between(self, first: int, last: int) -> range:
        """Return the trades of which a part lies in a stretch of time, both ends included."""
        return range(bisect_left(self._times.left, first), self.begun_by(last))

    def begun_by(self, second: int) -> int:
        """Return how many trades had been entered at the close of the bar that opened then."""
        return bisect_right(self._times.entered, second)

    def closed_by(self, second: int) -> int:
        """Return how many trades had been closed at the close of the bar that opened then."""
        return bisect_right(self._times.left, second)

    def open_at(self, second: int) -> range:
        """Return what was open at that close: the trades that close its parts later on."""
        return range(self.closed_by(second), self.begun_by(second))

    def after(self, second: int) -> int | None:
        """Return the first trade that is entered later."""
        index = self.begun_by(second)
        return index if index < len(self) else None

    def before(self, second: int) -> int | None:
        """Return the last trade that is entered earlier."""
        index = bisect_left(self._times.entered, second) - 1
        return index if index >= 0 else None
