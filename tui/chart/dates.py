"""Dates as people type them."""

import re
from datetime import UTC, datetime

# The place before a digit that stands alone between the marks of a date.
_SINGLE_DIGIT = re.compile(r"(?<=[-\sT])(?=\d(?:[-\s:T]|$))", re.IGNORECASE)


def moment_of(text: str) -> datetime | None:
    """Return the moment that somebody typed, UTC unless it names a zone; None for none.

    A year or a month alone is its beginning. Months, days and hours may stand without their zero.
    """
    typed = text.strip()
    full = _SINGLE_DIGIT.sub("0", typed)
    for whole in (typed, full, f"{full}-01", f"{full}-01-01"):
        try:
            moment = datetime.fromisoformat(whole)
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
