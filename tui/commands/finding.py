"""What `backtape doctor` says of one thing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "note", "wrong"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, and what is to be said of it."""

    subject: str
    state: State
    text: str


def told(subject: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """Yield what a look finds; one that fails is itself a finding, and the next can still be taken."""
    import sqlite3

    from core.errors import BacktapeError
    from core.text import clean
    from db.errors import StoreError

    try:
        yield from look()
    except (StoreError, BacktapeError, sqlite3.DatabaseError, OSError, UnicodeDecodeError) as error:
        yield Finding(subject, "wrong", clean(str(error), limit=400))
