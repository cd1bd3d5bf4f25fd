"""Figures, times and periods as text, the same on every screen; what reports say too comes from the core."""

import re
from datetime import UTC, datetime

from core.formats import (
    UNDEFINED,
    count,
    day,
    duration,
    last_moment,
    minute,
    number,
    percent_of_one,
    plain_value,
    status_said,
    status_word,
    taken,
)
from core.text import plural

__all__ = [
    "UNDEFINED",
    "compact",
    "count",
    "day",
    "duration",
    "exit_word",
    "last_moment",
    "minute",
    "month",
    "number",
    "percent_of_one",
    "period",
    "plain_value",
    "plural",
    "short_moment",
    "status_said",
    "status_word",
    "taken",
    "with_times",
]

_EXITS = {
    "sl": "stop",
    "signal_reverse": "reverse signal",
    "time": "time limit",
    "stop_out": "out of margin",
    "tp": "target",
    "tp_partial": "part at target",
    "end_of_data": "end of data",
}
_STORED_TIME = re.compile(r"\b(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?Z")


def compact(value: float) -> str:
    """Return a large figure in three digits: 1.9 M, 372 k."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value:.0f}"


def exit_word(reason: str) -> str:
    """Return why a trade ended in the words that people are shown; exports keep what is stored."""
    return _EXITS.get(reason, reason)


def month(moment: datetime) -> str:
    """Return the month of a moment in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m")


def short_moment(moment: datetime) -> str:
    """Return month, day and time of a moment in UTC."""
    return moment.astimezone(UTC).strftime("%m-%d %H:%M")


def period(start: datetime, end: datetime) -> str:
    """Return a period whose end is exclusive as the first and the last of its months."""
    return f"{month(start)} {month(last_moment(start, end))}"


def with_times(sentence: str) -> str:
    """Return a sentence with its times as screens show them: 2021-06-16 12:30 UTC."""
    return _STORED_TIME.sub(_time, sentence)


def _time(found: re.Match[str]) -> str:
    seconds = found[3] if found[3] not in (None, ":00") else ""
    return f"{found[1]} {found[2]}{seconds} UTC"
