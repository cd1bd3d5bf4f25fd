"""Dates as people type them."""

from datetime import UTC, datetime


def moment_of(text: str) -> datetime | None:
    """Return the moment that somebody typed, UTC unless it names a zone; None for none.

    A year or a month alone is its beginning.
    """
    typed = text.strip()
    for whole in (typed, f"{typed}-01", f"{typed}-01-01"):
        try:
            moment = datetime.fromisoformat(whole)
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
