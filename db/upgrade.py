"""Opening a store: made if there is none, upgraded if it is older, refused if it is not ours."""

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from enum import Enum, auto
from pathlib import Path

from db.backup import back_up
from db.connection import file_uri
from db.errors import StoreBusyError, StoreChangedError, StoreDamagedError, StoreError
from db.faults import damaged, translated
from db.revision import APPLICATION_ID, REVISION, REVISIONS

# Seconds that a start waits for another one that is migrating.
LOCK_PATIENCE = 120.0


class _State(Enum):
    MISSING = auto()
    CURRENT = auto()
    OLDER = auto()


def open_store(path: Path) -> None:
    """Make sure that a store of the current schema is at `path`.

    A current one costs one plain query. One that is missing is made under
    another name and put in place whole; an older one is backed up and then
    migrated in one transaction. Any number of programs may do this at once.

    Raises:
        StoreError: the file is from a newer version, foreign, damaged or out of reach; it is untouched.
    """
    if _look(path) is _State.CURRENT:
        return
    with migration_lock(path):
        state = _look(path)
        if state is _State.MISSING:
            _make(path)
        elif state is _State.OLDER:
            back_up(path)
            _migrate(path)


def _look(path: Path) -> _State:
    try:
        size = path.stat().st_size if path.is_file() else -1
    except OSError as error:
        raise StoreError(f"The store {path} cannot be reached ({error.strerror}).") from error
    if size < 0:
        if path.exists() or path.is_symlink():
            raise StoreError(f"{path} is not a file; move it away, the store belongs there.")
        return _State.MISSING
    if size == 0:
        # Never ours: a store gets its name only when it is whole.
        raise StoreDamagedError(damaged(path, "it is empty, 0 bytes"))
    return _known(path, _revision_of(path))


def _revision_of(path: Path) -> str:
    """Return the schema revision; a file that has none is refused."""
    with translated(path):
        connection = sqlite3.connect(file_uri(path), uri=True, isolation_level=None, timeout=5.0)
        try:
            rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" not in str(error):
                raise
            rows = []
        finally:
            connection.close()
    if len(rows) != 1:
        raise StoreError(f"{path} is not a store of Backtape; move it away or name another data folder.")
    return str(rows[0][0])


def _known(path: Path, revision: str) -> _State:
    if revision == REVISION:
        return _State.CURRENT
    if revision in REVISIONS:
        return _State.OLDER
    with translated(path), closing(sqlite3.connect(file_uri(path), uri=True)) as connection:
        ours = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    if ours:
        raise StoreChangedError(
            f"The store {path} was made by a newer Backtape (schema {revision}, this one knows {REVISION}); "
            "upgrade Backtape or name another data folder."
        )
    raise StoreError(f"{path} belongs to another program; move it away or name another data folder.")


@contextmanager
def migration_lock(path: Path, patience: float = LOCK_PATIENCE) -> Iterator[None]:
    """Hold the lock of the one who makes or migrates this store; it dies with its process.

    Raises:
        StoreBusyError: another one held it for too long.
        StoreError: the folder cannot be written.
    """
    try:
        descriptor = os.open(
            path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
        )
    except OSError as error:
        raise StoreError(f"The folder {path.parent} cannot be written ({error.strerror}).") from error
    try:
        _take(descriptor, path, patience)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: Path, patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise StoreBusyError(
                    f"Another program is upgrading the store {path}; try again in a moment."
                ) from None
            time.sleep(0.02)
        else:
            return


def _make(path: Path) -> None:
    """Make a store under another name and put it in place when it is whole."""
    draft = path.with_name(path.name + ".new")
    _remove(draft)
    try:
        with translated(draft):
            os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            with closing(sqlite3.connect(draft)) as connection:
                connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            _migrate(draft)
            _switch_to_wal(draft)
        _set_leftovers_aside(path)
        draft.rename(path)
    except OSError as error:
        raise StoreError(f"The store {path} cannot be made ({error.strerror}).") from error
    finally:
        _remove(draft)


def _switch_to_wal(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    if mode != "wal":
        raise StoreError(
            f"The folder {path.parent} cannot hold a store (no write-ahead log there, as on network drives); "
            "name a folder on a local disk in BACKTAPE_HOME."
        )


def _set_leftovers_aside(path: Path) -> None:
    # SQLite would play the log of a store that is gone into the new one.
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    for suffix in ("-wal", "-shm", "-journal"):
        leftover = path.with_name(path.name + suffix)
        if leftover.exists():
            leftover.rename(path.with_name(f"{path.name}{suffix}.left-{stamp}"))


def _remove(draft: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            draft.with_name(draft.name + suffix).unlink()


def _migrate(path: Path) -> None:
    from db.migrating import migrate

    with translated(path):
        migrate(path)
