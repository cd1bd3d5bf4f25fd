"""Where a dataset's days, weeks and months begin."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from core.market.timeframes import Timeframe
from core.market.zones import Seconds, find_clock

_DAY = 86_400
_SUNDAY = 3  # 1970-01-01 was a Thursday, so day number 3 was the first Sunday


@dataclass(frozen=True)
class DayRule:
    """A dataset's days begin at `hour` on the clock `zone`.

    The market's own day begins at 17:00 in New York; most brokers' clocks show
    midnight then. A week begins with the day that opens on a Sunday, as in
    MetaTrader. A day that opens in the second half of a calendar day belongs to
    the next date, so that the month of a New York 17:00 day is that of its
    trading hours.
    """

    zone: str
    hour: int = 0

    @classmethod
    def of_clock(cls, zone: str) -> Self:
        """Return the rule for a file whose clock is `zone`: its midnight.

        New York's own clocks (also the fixed UTC-5 of HistData) run with the
        market's day, 17:00 in New York, instead: a midnight there lies in the
        middle of a session.
        """
        if zone in {"America/New_York", "-05:00"}:
            return cls("America/New_York", 17)
        return cls(zone, 0)

    def boundaries(self, timeframe: Timeframe, first: int, last: int) -> Seconds:
        """Return the UTC seconds at which days, weeks or months begin.

        The first is at or before `first`, the last two after `last` (both UTC
        seconds). `timeframe` is D1, W1 or MN1; any shorter one stands for D1.
        """
        clock = find_clock(self.zone)
        start, end = first // _DAY - 2, last // _DAY + 3
        days = np.arange(start - 31, end + 63, dtype=np.int64)
        if timeframe == Timeframe.W1:
            days = days[(days - _SUNDAY) % 7 == 0]
        elif timeframe == Timeframe.MN1:
            dates = (days + (self.hour >= 12)).view("datetime64[D]")
            days = days[dates == dates.astype("datetime64[M]").astype("datetime64[D]")]
        opens = np.unique(clock.to_utc(days * _DAY + self.hour * 3_600).utc)
        low = int(np.searchsorted(opens, first, side="right")) - 1
        high = int(np.searchsorted(opens, last, side="right"))
        return opens[low : high + 2]

    def week_later(self, opening: Seconds) -> Seconds:
        """Return the same hour of the dataset's clock seven days after each opening."""
        clock = find_clock(self.zone)
        return clock.to_utc(opening + clock.offsets(opening) + 7 * _DAY).utc

    def as_json(self) -> dict[str, str | int]:
        """Return what `from_json` takes."""
        return {"zone": self.zone, "hour": self.hour}

    @classmethod
    def from_json(cls, value: dict[str, str | int]) -> Self:
        """Return the rule that `as_json` described."""
        return cls(str(value["zone"]), int(value["hour"]))

    def __str__(self) -> str:
        return f"{self.zone} {self.hour:02}:00"
