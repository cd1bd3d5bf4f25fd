"""Putting a copy in the place of the store, so that at every moment the old or the new one is found.

The new store is made whole under a name of its own. Then the old one and its log are
moved into a folder beside it, the store first, and the new one gets the name. Who is
cut off in between leaves no store but a prepared one: the next who opens the store
finishes the work. Nothing is ever deleted or written to in place.
"""

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from db.backup import Content, content_of
from db.connection import StoreConnection, connect
from db.copies import SET_ASIDE
from db.disk import sync
from db.errors import StoreBusyError, StoreError
from db.faults import translated
from db.lock import migration_lock

# What SQLite keeps beside a store, by the ends of their names.
_COMPANIONS = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Restored:
    """A copy that is the store now; `set_aside` is the folder of what was there, None if nothing was."""

    copy: Path
    content: Content
    set_aside: Path | None


def restore(path: Path, copy: Path) -> Restored:
    """Put a copy in the place of the store; what is there now is set aside as it is.

    It is checked before anything is touched. That no runner and no worker lives is
    for the caller to see to; whoever else has the store open cannot write any more.

    Raises:
        StoreBusyError: another program is writing to the store; it is as it was.
        StoreError: the copy is not whole or not ours, or there is no room; the store is as it was.
    """
    if path.is_symlink():
        raise StoreError(f"{path} is a link; put {copy} where it points to by hand.")
    try:
        with migration_lock(path):
            content = _prepare(path, copy)
            try:
                with _writers_out(path):
                    return Restored(copy, content, _exchange(path))
            except BaseException:
                if path.exists():  # else what was prepared is the store from now on
                    _discard(_prepared(path))
                raise
    except OSError as error:
        raise StoreError(
            f"{copy} could not be put in the place of {path} ({error.strerror or error})."
        ) from error


def finish_restore(path: Path) -> bool:
    """Put a store in its place that was prepared when its predecessor was moved away; return if there is one.

    To be called under the migration lock, where there is no store.

    Raises:
        StoreError: it cannot be moved.
    """
    if not _prepared(path).is_file():
        return False
    try:
        _put_in_place(path, _newest_folder(path))
    except OSError as error:
        raise StoreError(f"The store {path} cannot be put in its place ({error.strerror}).") from error
    return True


def _prepared(path: Path) -> Path:
    return path.with_name(path.name + ".restored")


def _prepare(path: Path, copy: Path) -> Content:
    """Make a store of a copy under a name of its own, whole and on the disk; return what is in it."""
    draft = path.with_name(path.name + ".restoring")
    _discard(draft)
    try:
        _duplicate(copy, draft)
        _settle(draft, "DELETE", copy)
        content = content_of(draft, quick=False)
        if content.fault is not None:
            raise StoreError(f"{copy} cannot be put back ({content.fault}); nothing was changed.")
        _settle(draft, "WAL", copy)
        sync(draft)
        draft.rename(_prepared(path))
        sync(path.parent)
    finally:
        _discard(draft)
    return content


def _duplicate(copy: Path, draft: Path) -> None:
    """Copy the bytes, and those of a log that a copy made by other means may have beside it."""
    for end in ("", "-wal"):
        source = copy.with_name(copy.name + end)
        if end and not source.exists():
            continue
        target = draft.with_name(draft.name + end)
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        shutil.copyfile(source, target)


def _settle(draft: Path, mode: str, copy: Path) -> None:
    """Write the log into the file and set the journal mode; `copy` is whose fault a failure is."""
    with translated(draft), closing(sqlite3.connect(draft)) as connection:
        try:
            connection.execute(f"PRAGMA journal_mode={mode}")
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in (
                sqlite3.SQLITE_CORRUPT,
                sqlite3.SQLITE_NOTADB,
            ):
                raise StoreError(f"{copy} cannot be put back ({error}); nothing was changed.") from error
            raise


@contextmanager
def _writers_out(path: Path) -> Iterator[None]:
    """Let no other program be in the middle of a write; the next ones see that the file was replaced."""
    held = _write_lock(path)
    try:
        yield
    finally:
        if held is not None:
            held.close()


def _write_lock(path: Path) -> StoreConnection | None:
    """Return a connection that holds the store's write lock; None where there is nothing to lock."""
    try:
        connection = connect(path)
    except StoreError:
        return None
    try:
        connection.execute("BEGIN IMMEDIATE")
    except StoreBusyError:
        connection.close()
        raise
    except (StoreError, sqlite3.DatabaseError):
        connection.close()  # too damaged for anybody to write to
        return None
    return connection


def _exchange(path: Path) -> Path | None:
    """Set aside what is there and put the prepared store in its place; return where the old one is."""
    folder = None
    if any(_beside(path, end).exists() for end in ("", *_COMPANIONS)):
        folder = _new_folder(path)
        with suppress(FileNotFoundError):
            path.rename(folder / path.name)
        sync(folder)
    _put_in_place(path, folder)
    return folder


def _put_in_place(path: Path, folder: Path | None) -> None:
    # SQLite would play the log of the old store into the new one.
    for end in _COMPANIONS:
        companion = _beside(path, end)
        if companion.exists():
            folder = folder or _new_folder(path)
            companion.rename(folder / companion.name)
    _prepared(path).rename(path)
    sync(path.parent)


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def _new_folder(path: Path) -> Path:
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    for number in range(1, 1000):
        folder = path.with_name(f"{path.stem}{SET_ASIDE}{stamp}{f'-{number}' if number > 1 else ''}")
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            continue
        return folder
    raise StoreError(f"Too many stores were set aside beside {path}; move some away.")


def _newest_folder(path: Path) -> Path | None:
    """Return where the store was moved to a moment ago, None if nobody moved it."""
    found = sorted(path.parent.glob(f"{path.stem}{SET_ASIDE}*"), key=lambda folder: folder.stat().st_mtime_ns)
    return found[-1] if found else None


def _discard(draft: Path) -> None:
    for end in ("", *_COMPANIONS):
        with suppress(FileNotFoundError):
            _beside(draft, end).unlink()
