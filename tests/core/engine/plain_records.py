"""What the plain broker works on: plain data, and the calendar counted second by second."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from core.engine.decision import Decision
from core.market.bars import Bars


@dataclass(frozen=True)
class Bar:
    """One bar in Python numbers; `opens` and `closes` are UTC seconds."""

    opens: int
    closes: int
    open: float
    high: float
    low: float
    close: float
    spread: float | None


@dataclass(frozen=True)
class PlainTrade:
    """One closing."""

    position: int
    direction: int
    entry_index: int
    exit_index: int
    reason: str
    entry_price: float
    exit_price: float
    stop: float | None
    volume: float
    profit: float
    commission: float
    balance: float


@dataclass
class Open:
    """The open position; `lots` is what is left of it."""

    number: int
    direction: int
    lots: float
    bar: int
    price: float
    stop: float | None
    targets: list[float]
    swap: float = 0.0
    best_close: float | None = None
    breakeven_due: bool = False


@dataclass
class Waiting:
    """An entry order."""

    direction: int
    is_stop: bool
    price: float
    last_bar: int | None
    decision: Decision

    def filled_by(self, price: float) -> bool:
        """Say whether an entry-side price fills it."""
        rising = self.is_stop == (self.direction > 0)
        return price >= self.price if rising else price <= self.price


@dataclass(frozen=True)
class Habits:
    """The options of a strategy."""

    trailing_pips: float = 0.0
    breakeven: bool = False
    max_bars: int = 0


def rows(bars: Bars) -> list[Bar]:
    spreads = [None] * len(bars) if bars.spread is None else bars.spread.tolist()
    closes = bars.close_time.astype("int64").tolist()
    opens = bars.time.astype("int64").tolist()
    columns = (bars.open.tolist(), bars.high.tolist(), bars.low.tolist(), bars.close.tolist())
    return [Bar(*row) for row in zip(opens, closes, *columns, spreads, strict=True)]


class MissingRateError(Exception):
    """No price of the conversion pair that is fresh enough."""


def down_to_step(lots: float, step: float) -> float:
    """Lots rounded down to whole steps."""
    return math.floor(lots / step + 1e-9) * step


def nights_until(before: int, now: int) -> int:
    """Nights that begin after `before` and up to `now`: 17:00 in New York, Wednesday's threefold."""
    zone = ZoneInfo("America/New_York")
    nights = 0
    day = datetime.fromtimestamp(before, UTC).date() - timedelta(days=2)
    while day <= datetime.fromtimestamp(now, UTC).date():
        moment = datetime(day.year, day.month, day.day, 17, tzinfo=zone).timestamp()
        if before < moment <= now and day.weekday() < 5:
            nights += 3 if day.weekday() == 2 else 1
        day += timedelta(days=1)
    return nights


def weekday_seconds(start: int, end: int) -> int:
    """Seconds from `start` to `end` that do not lie on a Saturday or a Sunday, UTC."""
    seconds = 0
    while start < end:
        midnight = (start // 86_400 + 1) * 86_400
        until = min(midnight, end)
        if datetime.fromtimestamp(start, UTC).weekday() < 5:
            seconds += until - start
        start = until
    return seconds
