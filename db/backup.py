"""Copies of a store, made while it is in use."""

import os
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from db.connection import file_uri
from db.errors import StoreError
from db.faults import backup_folder, translated
from db.times import now

# Of the daily copies so many days are kept, and the last one of an earlier month.
DAYS_KEPT = 3


def back_up(path: Path, *, at: datetime | None = None, label: str = "") -> Path:
    """Copy the store into its folder of backups and return the copy; readers and writers go on.

    The copy gets its name when it is whole and on the disk.

    Raises:
        StoreError: the store cannot be read, or the copy not be written.
    """
    folder = backup_folder(path)
    target = _free_name(folder / f"{path.stem}-{label}{at or now():%Y%m%d-%H%M%S}.db")
    draft = target.with_suffix(".part")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        with translated(path):
            _copy(path, draft)
        draft.rename(target)
    except OSError as error:
        raise StoreError(f"The store could not be backed up to {target} ({error.strerror}).") from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return target


def back_up_daily(path: Path, *, at: datetime | None = None) -> Path | None:
    """Make the day's copy if there is none and remove those whose time is over; None if there was one."""
    moment = at or now()
    if any(backup_folder(path).glob(f"{path.stem}-daily-{moment:%Y%m%d}-*.db")):
        return None
    copy = back_up(path, at=moment, label="daily-")
    copies = sorted(backup_folder(path).glob(f"{path.stem}-daily-*.db"), reverse=True)
    month = f"{path.stem}-daily-{moment:%Y%m}"
    kept = {*copies[:DAYS_KEPT], *[file for file in copies if not file.name.startswith(month)][:1]}
    for file in copies:
        if file not in kept:
            file.unlink(missing_ok=True)
    return copy


def _copy(path: Path, draft: Path) -> None:
    with (
        closing(sqlite3.connect(file_uri(path), uri=True)) as source,
        closing(sqlite3.connect(draft)) as copy,
    ):
        source.backup(copy)
        # A lone file: whoever puts it back has no log to forget.
        copy.execute("PRAGMA journal_mode=DELETE")


def _free_name(wanted: Path) -> Path:
    for number in range(1, 1000):
        name = wanted if number == 1 else wanted.with_stem(f"{wanted.stem}-{number}")
        if not name.exists():
            return name
    raise StoreError(f"There are too many backups called {wanted.name}; remove some.")
