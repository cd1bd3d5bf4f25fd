"""Figures, times and periods as text, the same on every screen."""

from datetime import UTC, datetime, timedelta

from core.text import plural

__all__ = [
    "UNDEFINED",
    "compact",
    "count",
    "day",
    "duration",
    "last_moment",
    "minute",
    "month",
    "number",
    "percent_of_one",
    "period",
    "plural",
    "short_moment",
    "status_word",
    "taken",
]

UNDEFINED = "\N{EN DASH}"


def number(value: float | None, digits: int = 2, *, signed: bool = False) -> str:
    """Return a figure with thousands separators, or a dash when it is undefined."""
    if value is None:
        return UNDEFINED
    text = f"{value:+,.{digits}f}" if signed else f"{value:,.{digits}f}"
    return text[1:] if float(text.replace(",", "")) == 0 and text[0] in "+-" else text


def count(value: int | None) -> str:
    """Return a whole number with thousands separators."""
    return UNDEFINED if value is None else f"{value:,}"


def compact(value: float) -> str:
    """Return a large figure in three digits: 1.9 M, 372 k."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value:.0f}"


def percent_of_one(value: float | None, digits: int = 1) -> str:
    """Return a share of one (0.0 to 1.0) in percent, without its sign."""
    return number(None if value is None else value * 100.0, digits)


def duration(seconds: float) -> str:
    """Return a length of time as 0:27, 3:12 or 1:05:00."""
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def taken(seconds: float) -> str:
    """Return how long something took, in tenths of a second while that matters."""
    return f"{seconds:.1f} s" if seconds < 10 else duration(seconds)


def day(moment: datetime | None) -> str:
    """Return the date of a moment in UTC."""
    return UNDEFINED if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%d")


def month(moment: datetime) -> str:
    """Return the month of a moment in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m")


def minute(moment: datetime | None) -> str:
    """Return date and time of a moment in UTC, to the minute."""
    return UNDEFINED if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def short_moment(moment: datetime) -> str:
    """Return month, day and time of a moment in UTC."""
    return moment.astimezone(UTC).strftime("%m-%d %H:%M")


def period(start: datetime, end: datetime) -> str:
    """Return a period whose end is exclusive as the first and the last of its months."""
    return f"{month(start)} {month(last_moment(start, end))}"


def last_moment(start: datetime, end: datetime) -> datetime:
    """Return the last second before an exclusive end, never before the start."""
    return max(start, end - timedelta(seconds=1))


def status_word(status: str) -> str:
    """Return the status of a run in the word that people are shown."""
    return {"pending": "waiting", "completed": "done"}.get(status, status)
