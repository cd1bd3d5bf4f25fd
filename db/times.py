"""Times as the store keeps them: UTC text that sorts, in SQLAlchemy's SQLite format."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> datetime:
    """Return this moment, aware, in UTC."""
    return datetime.now(UTC)


def utc_text(moment: datetime) -> str:
    """Return `2020-01-27 13:05:00.000000` for an aware datetime in any zone.

    Raises:
        ValueError: the datetime is naive; the store does not guess its zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone; the store keeps UTC only")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def utc_datetime(text: str) -> datetime:
    """Return the aware datetime of a text of the store."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def optional_text(moment: datetime | None) -> str | None:
    """Return `utc_text`, or None for None."""
    return None if moment is None else utc_text(moment)


def is_day(text: str) -> bool:
    """Return whether a text is a day of the calendar, as `2020-01-27` is."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def seconds_texts(seconds: Iterable[int]) -> list[str]:
    """Return the texts of moments given as whole seconds since 1970 (UTC); equal ones are made once."""
    known: dict[int, str] = {}
    texts = []
    for second in seconds:
        text = known.get(second)
        if text is None:
            text = known[second] = utc_text(_EPOCH + timedelta(seconds=int(second)))
        texts.append(text)
    return texts
