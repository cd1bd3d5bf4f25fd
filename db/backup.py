"""Copies of a store, made while it is in use, and what is in one."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from db.connection import file_uri
from db.copies import Copy, Kind, backup_folder, copies, new_name
from db.errors import StoreBusyError, StoreDamagedError, StoreError, StoreFullError
from db.faults import damaged, translated
from db.looking import damage, looking_uri
from db.revision import APPLICATION_ID, REVISIONS
from db.times import now

# Of the daily copies so many days are kept, and the last one of an earlier month; of those made
# before an upgrade the newest. One that a person asked for is kept until that person removes it.
DAYS_KEPT = 3
UPGRADES_KEPT = 3

# Bytes that a daily copy leaves free, for results.
SPARE = 100_000_000
# Pages that are copied between two looks at whether there is something better to do.
_STEP = 1024


@dataclass(frozen=True, slots=True)
class Content:
    """What is in a copy: its schema, how many runs, and what is wrong with it; `fault` None: it is whole."""

    revision: str | None = None
    runs: int | None = None
    fault: str | None = None


def back_up(
    path: Path, *, at: datetime | None = None, kind: Kind = "manual", go_on: Callable[[], bool] | None = None
) -> Path:
    """Copy the store into its folder of backups and return the copy; readers and writers go on.

    The copy gets its name when it is whole and on the disk. `go_on` is asked now and
    then; at a no, nothing is left.

    Raises:
        StoreDamagedError: what was copied is damaged, so the store is; no copy was kept.
        StoreBusyError: `go_on` said no.
        StoreError: the store cannot be read, or the copy not be written.
    """
    folder = backup_folder(path)
    target = new_name(path, kind, at or now())
    draft = target.with_suffix(".part")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        with translated(path):
            _copy(path, draft, go_on or _always)
        _refuse_damaged(path, draft)
        draft.rename(target)
    except OSError as error:
        raise StoreError(f"The store could not be backed up to {target} ({error.strerror}).") from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return target


def back_up_before_upgrade(path: Path) -> Path:
    """Make a copy of a store that is about to be upgraded; of these, the newest are kept."""
    copy = back_up(path, kind="upgrade")
    _forget(copies(path, "upgrade")[UPGRADES_KEPT:])
    return copy


def back_up_daily(
    path: Path, *, at: datetime | None = None, go_on: Callable[[], bool] | None = None
) -> Path | None:
    """Make the day's copy if there is none and remove those whose time is over; None if there was one.

    Raises:
        StoreFullError: the disk has no room to spare for it.
        StoreError: as `back_up`; in every case the older copies are still there.
    """
    moment = at or now()
    if any(copy.made_at.date() == moment.date() for copy in copies(path, "daily")):
        return None
    _require_room(path)
    made = back_up(path, at=moment, kind="daily", go_on=go_on)
    there = copies(path, "daily")
    this_month = (moment.year, moment.month)
    earlier = [copy for copy in there if (copy.made_at.year, copy.made_at.month) != this_month]
    kept = [*there[:DAYS_KEPT], *earlier[:1]]
    _forget([copy for copy in there if copy not in kept])
    return made


def newest_whole(path: Path) -> Copy | None:
    """Return the newest copy of a store that can be put back, None if there is none."""
    return next((copy for copy in copies(path) if _last_known(copy).fault is None), None)


def _last_known(copy: Copy) -> Content:
    try:
        status = copy.path.stat()
    except OSError as error:
        return Content(fault=str(error.strerror))
    return _content_of_file(copy.path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=64)
def _content_of_file(file: Path, _size: int, _modified: int) -> Content:
    # A copy is read from end to end; an interface that meets a damaged store asks again and again.
    return content_of(file)


def content_of(file: Path, *, quick: bool = True) -> Content:
    """Look into a file that should be a copy of a store; it is not changed.

    `quick` does not compare the indexes with their tables.
    """
    try:
        with closing(sqlite3.connect(looking_uri(file), uri=True)) as connection:
            return _content(connection, quick=quick)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return Content(fault=str(error))


def _content(connection: sqlite3.Connection, *, quick: bool) -> Content:
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        return Content(fault="it is no store of Backtape")
    found = damage(connection, quick=quick)
    if found:
        return Content(fault=found[0])
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    revision = str(row[0]) if row else "none"
    runs = int(connection.execute("SELECT count(*) FROM backtest_runs").fetchone()[0])
    known = revision in REVISIONS
    return Content(revision, runs, None if known else f"it was made by a newer Backtape (schema {revision})")


def _copy(path: Path, draft: Path, go_on: Callable[[], bool]) -> None:
    def look_up(*_: int) -> None:
        if not go_on():
            raise StoreBusyError("The backup was put off: there is other work to do.")

    with (
        closing(sqlite3.connect(file_uri(path), uri=True, isolation_level=None)) as source,
        closing(sqlite3.connect(draft)) as copy,
    ):
        # One state of the store: else the copy would begin again with every write of another program.
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_master").fetchone()
        source.backup(copy, pages=_STEP, progress=look_up)
        # As a store is, so that one put in its place by hand is sound; closing leaves no log behind.
        copy.execute("PRAGMA journal_mode=WAL")


def _refuse_damaged(path: Path, draft: Path) -> None:
    with translated(path), closing(sqlite3.connect(looking_uri(draft), uri=True)) as connection:
        found = damage(connection, quick=True)
    if found:
        raise StoreDamagedError(damaged(path, found[0]))


def _require_room(path: Path) -> None:
    try:
        size, free = path.stat().st_size, shutil.disk_usage(path.parent).free
    except OSError as error:
        raise StoreError(f"The store {path} cannot be reached ({error.strerror}).") from error
    if free < size + SPARE:
        raise StoreFullError(
            f"There is no daily backup: the disk of {path.parent} has no room to spare for one; make room."
        )


def _forget(old: list[Copy]) -> None:
    for copy in old:
        try:
            copy.path.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(
                f"The old backup {copy.path} cannot be removed ({error.strerror}); make it writable."
            ) from error


def _always() -> bool:
    return True
