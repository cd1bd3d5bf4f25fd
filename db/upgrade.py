"""Opening a store: made if there is none, upgraded if it is older, refused if it is not ours."""

import os
import sqlite3
import time
from contextlib import closing, suppress
from enum import Enum, auto
from pathlib import Path

from db.copies import backup_folder, newest_backup
from db.errors import StoreChangedError, StoreDamagedError, StoreError
from db.faults import damaged, translated, way_out
from db.lock import migration_lock
from db.looking import looking_uri
from db.revision import APPLICATION_ID, REVISION, REVISIONS


class State(Enum):
    """What is at the place of a store."""

    MISSING = auto()
    CURRENT = auto()
    OLDER = auto()


def open_store(path: Path) -> None:
    """Make sure that a store of the current schema is at `path`.

    A current one costs one plain query. One that is missing is made under
    another name and put in place whole, unless there are backups of one that was
    there; an older one is backed up and then migrated in one transaction. Any
    number of programs may do this at once.

    Raises:
        StoreError: the file is from a newer version, foreign, damaged or out of reach, and untouched;
            or it is gone, and what is left of it lies beside it.
    """
    if look(path) is State.CURRENT:
        return
    with migration_lock(path):
        state = look(path)
        if state is State.MISSING and _is_restored(path):
            state = look(path)
        if state is State.MISSING:
            _refuse_if_lost(path)
            _make(path)
        elif state is State.OLDER:
            _upgrade(path)


def upgrade_if_older(path: Path) -> None:
    """Upgrade a store that is there and older; one that is not there is not made.

    Raises:
        StoreError: as `open_store`.
    """
    if look(path) is State.OLDER:
        open_store(path)


def _is_restored(path: Path) -> bool:
    """Return whether a restore was cut off just before its end, which it has now come to."""
    from db.restore import finish_restore

    return finish_restore(path)


def _refuse_if_lost(path: Path) -> None:
    """Make no empty store where there was another one: nobody would notice before its backups are gone."""
    if newest_backup(path) is not None:
        raise StoreError(
            f"The store {path} is gone, but there are backups of it; {way_out(path)}. "
            f"To begin with an empty one, move {backup_folder(path)} away."
        )


def _upgrade(path: Path) -> None:
    from db.backup import back_up_before_upgrade

    back_up_before_upgrade(path)
    _migrate(path)


def look(path: Path) -> State:
    """Return what is at `path`, which is not changed.

    Raises:
        StoreError: the file is from a newer version, foreign, obviously damaged or out of reach.
    """
    try:
        size = path.stat().st_size if path.is_file() else -1
    except OSError as error:
        raise StoreError(f"The store {path} cannot be reached ({error.strerror}).") from error
    if size < 0:
        if path.exists() or path.is_symlink():
            raise StoreError(f"{path} is not a file; move it away, the store belongs there{_else(path)}.")
        return State.MISSING
    if size == 0:
        # Never ours: a store gets its name only when it is whole.
        raise StoreDamagedError(damaged(path, "it is empty, 0 bytes"))
    return _known(path, _revision_of(path))


def _else(path: Path) -> str:
    return "" if newest_backup(path) is None else f", or {way_out(path)}"


def _revision_of(path: Path) -> str:
    """Return the schema revision; a file that has none is refused."""
    with translated(path):
        # Only to look: closing an ordinary connection would move a waiting log into a store that is not ours.
        connection = sqlite3.connect(looking_uri(path), uri=True, isolation_level=None, timeout=5.0)
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


def _known(path: Path, revision: str) -> State:
    if revision == REVISION:
        return State.CURRENT
    if revision in REVISIONS:
        return State.OLDER
    with translated(path), closing(sqlite3.connect(looking_uri(path), uri=True)) as connection:
        ours = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    if ours:
        raise StoreChangedError(
            f"The store {path} was made by a newer Backtape (schema {revision}, this one knows {REVISION}); "
            "upgrade Backtape or name another data folder."
        )
    raise StoreError(f"{path} belongs to another program; move it away or name another data folder.")


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
