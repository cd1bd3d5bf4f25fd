"""SQLite's errors, turned into sentences."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.errors import StoreBusyError, StoreDamagedError, StoreError, StoreFullError

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
# A shared-memory file that cannot grow, a write cut short: both mean that there is no room.
_NO_ROOM = {sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_WRITE}

# What Python's own module says of a text that it cannot read; the rest of it is that text.
_GARBLED = re.compile(r"Could not decode to UTF-8 column '([^']*)'")

# Characters of what SQLite says that are shown: it goes on for pages.
_FINDING = 120

BUSY = "The store is busy: another program is writing to it; try again in a moment."
_SENTENCES = {
    sqlite3.SQLITE_READONLY: "The store {path} cannot be written; make it and its folder writable.",
    sqlite3.SQLITE_CANTOPEN: "The store {path} cannot be opened; see that it exists and is yours to write.",
    sqlite3.SQLITE_IOERR: "The store {path} cannot be read or written ({error}); see that its disk works.",
}


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise what SQLite raises inside the block as an error of the store at `path`."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except sqlite3.DatabaseError as error:
        raise translate(path, error) from error
    except UnicodeDecodeError as error:
        # Python could not read SQLite's own message, which quotes what is in the file.
        raise StoreDamagedError(damaged(path, "its schema is not UTF-8")) from error


def translate(path: Path, error: sqlite3.Error) -> Exception:
    """Return the store's error for one of SQLite's; a mistake in our own SQL stays what it is."""
    extended = getattr(error, "sqlite_errorcode", None)
    garbled = _GARBLED.match(str(error))
    if garbled:
        return StoreDamagedError(damaged(path, f"a text of column {garbled[1]} is not UTF-8"))
    if extended is None or isinstance(error, sqlite3.IntegrityError):
        return error
    code = extended & 0xFF
    if code in _BUSY:
        return StoreBusyError(BUSY)
    if code == sqlite3.SQLITE_FULL or extended in _NO_ROOM:
        return StoreFullError(f"The disk of {path.parent} is full; make room and try again.")
    if code in _DAMAGED:
        return StoreDamagedError(damaged(path, str(error)))
    sentence = _SENTENCES.get(code)
    return StoreError(sentence.format(path=path, error=error)) if sentence else error


def damaged(path: Path, finding: str) -> str:
    """Return the sentence for a file that is no whole store, with the newest whole backup that is there."""
    first = finding.splitlines()[0][:_FINDING] if finding else "it cannot be read"
    return f"The store {path} is damaged ({first}) and is left as it is; {way_out(path)}."


def way_out(path: Path) -> str:
    """Return the half sentence that says how a store that is lost comes back."""
    from db.backup import newest_whole  # which needs the errors of this module

    backup = newest_whole(path)
    if backup is None:
        return "there is no backup beside it that is whole"
    return f"'backtape backup --restore' puts the newest backup back, {backup.path}"
