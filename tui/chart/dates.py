"""Dates as people type them."""

import re
from calendar import isleap, monthrange
from dataclasses import dataclass
from datetime import UTC, datetime

from db.times import is_day
from tui import formats

# The place before a digit that stands alone between the marks of a date.
_SINGLE_DIGIT = re.compile(r"(?<=[-\sT])(?=\d(?:[-\s:T]|$))", re.IGNORECASE)
_DAY = 86_400


@dataclass(frozen=True)
class Typed:
    """A moment, or a day, a month or a year from its first moment on, so many `seconds` long."""

    moment: datetime
    seconds: int = 0

    @property
    def begin(self) -> float:
        """Seconds since 1970 (UTC)."""
        return self.moment.timestamp()

    @property
    def end(self) -> float:
        """When it is over, seconds since 1970 (UTC); of a moment that moment."""
        return self.begin + self.seconds

    @property
    def said(self) -> str:
        """When that is, in a sentence: `on Sat 2021-02-06`."""
        if not self.seconds:
            return f"at {formats.minute(self.moment)}"
        if self.seconds == _DAY:
            return f"on {self.moment:%a %Y-%m-%d}"
        return f"in {self.moment:%Y}" if self.seconds > 31 * _DAY else f"in {self.moment:%Y-%m}"


def typed_date(text: str) -> Typed | None:
    """Return what somebody typed, UTC unless it names a zone; None for no date.

    Months, days and hours may stand without their zero.
    """
    typed = text.strip()
    full = _SINGLE_DIGIT.sub("0", typed)
    for whole in (typed, full):
        if (moment := _moment(whole)) is not None:
            return Typed(moment, _DAY if is_day(whole) else 0)
    if (month := _moment(f"{full}-01")) is not None:
        return Typed(month, monthrange(month.year, month.month)[1] * _DAY)
    if (year := _moment(f"{full}-01-01")) is not None:
        return Typed(year, (366 if isleap(year.year) else 365) * _DAY)
    return None


def moment_of(text: str) -> datetime | None:
    """Return the moment that somebody typed, of a day, a month or a year the first; None for no date."""
    typed = typed_date(text)
    return None if typed is None else typed.moment


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
