"""Figures and times as text: the same in every report and on every screen."""

from datetime import UTC, datetime, timedelta

UNDEFINED = "\N{EN DASH}"

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def number(value: float | None, digits: int = 2, *, signed: bool = False) -> str:
    """Return a figure with thousands separators, or a dash when it is undefined."""
    if value is None:
        return UNDEFINED
    text = f"{value:+,.{digits}f}" if signed else f"{value:,.{digits}f}"
    return text[1:] if float(text.replace(",", "")) == 0 and text[0] in "+-" else text


def count(value: int | None) -> str:
    """Return a whole number with thousands separators."""
    return UNDEFINED if value is None else f"{value:,}"


def percent_of_one(value: float | None, digits: int = 1) -> str:
    """Return a share of one (0.0 to 1.0) in percent, without its sign."""
    return number(None if value is None else value * 100.0, digits)


def plain_value(value: object) -> str:
    """Return a setting or a parameter as it was set: no separators, at most ten digits."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


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


def minute(moment: datetime | None) -> str:
    """Return date and time of a moment in UTC, to the minute."""
    return UNDEFINED if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def last_moment(start: datetime, end: datetime) -> datetime:
    """Return the last second before an exclusive end, never before the start."""
    return max(start, end - timedelta(seconds=1))


def status_word(status: str) -> str:
    """Return the status of a run in the word that people are shown."""
    return {"pending": "waiting", "completed": "done"}.get(status, status)


def status_said(status: str) -> str:
    """Return the status of a run as a sentence about it says it: has failed, was cancelled, is waiting."""
    ended = {"failed": "has failed", "cancelled": "was cancelled"}
    return ended.get(status, f"is {status_word(status)}")
