"""SQLite's errors, turned into sentences."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.errors import StoreBusyError, StoreDamagedError, StoreError, StoreFullError

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
# A shared-memory file that cannot grow, a write cut short: both mean that there is no room.
_NO_ROOM = {sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_WRITE}

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


def translate(path: Path, error: sqlite3.Error) -> Exception:
    """Return the store's error for one of SQLite's; a mistake in our own SQL stays what it is."""
    extended = getattr(error, "sqlite_errorcode", None)
    if extended is None or isinstance(error, sqlite3.IntegrityError):
        return error
    code = extended & 0xFF
    if code in _BUSY:
        return StoreBusyError("The store is busy: another program is writing to it; try again in a moment.")
    if code == sqlite3.SQLITE_FULL or extended in _NO_ROOM:
        return StoreFullError(f"The disk of {path.parent} is full; make room and try again.")
    if code in _DAMAGED:
        return StoreDamagedError(damaged(path, str(error)))
    sentence = _SENTENCES.get(code)
    return StoreError(sentence.format(path=path, error=error)) if sentence else error


def damaged(path: Path, finding: str) -> str:
    """Return the sentence for a file that is no whole store, with the newest backup that is there."""
    backup = newest_backup(path)
    offer = f"put back the newest backup, {backup}" if backup else "there is no backup beside it"
    return f"The store {path} is damaged ({finding}) and is left as it is; {offer}."


def backup_folder(path: Path) -> Path:
    """Return the folder in which the backups of this store lie."""
    return path.parent / "backups"


def newest_backup(path: Path) -> Path | None:
    """Return the newest backup of the store, None if there is none."""
    try:
        found = [(file.stat().st_mtime_ns, file) for file in backup_folder(path).glob(f"{path.stem}-*.db")]
    except OSError:
        return None
    return max(found)[1] if found else None
