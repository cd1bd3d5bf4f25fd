"""The copies of a store as a person sees them: made, listed, put back."""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import BacktapeError
from core.home import Home
from core.jobs.launch import ensure_runner
from core.jobs.lock import RunnerLock
from core.jobs.spool import WAITING
from db import jobs
from db.backup import back_up, content_of, newest_whole
from db.connection import connect
from db.copies import Copy, Kind, copies, known_until
from db.restore import Restored, restore
from db.upgrade import open_store

if TYPE_CHECKING:
    import psutil

_RUN_LOGS, _RESULTS = "run-*.log", f"run-*{WAITING}"
# How long a runner that was sent away may take.
_LEAVING_SECONDS = 5.0


@dataclass(frozen=True)
class Backup:
    """One copy of the store, and what is in it; `fault` says why it cannot be put back."""

    file: Path
    kind: Kind
    made_at: datetime
    bytes: int
    schema: str | None
    runs: int | None
    fault: str | None

    @property
    def whole(self) -> bool:
        """Whether it can be put back."""
        return self.fault is None


def make_backup(home: Home) -> Backup:
    """Copy the store now; the copy is kept until a person removes it.

    Raises:
        StoreError: the store is damaged, or there is no room.
    """
    made = back_up(home.store)
    return next(_examined(copy) for copy in copies(home.store) if copy.path == made)


def list_backups(home: Home) -> Iterator[Backup]:
    """Yield every copy, newest first; each is read from end to end, so this takes its time."""
    return map(_examined, copies(home.store))


def put_back(home: Home, file: Path | None) -> Restored:
    """Put a copy, the newest whole one if None, in the place of the store; what is there is set aside.

    Raises:
        BacktapeError: there is no such copy, or runs are being worked on.
        StoreError: the copy is not whole, or the store is in use; the store is as it was.
    """
    with _nobody_at_work(home):
        restored = restore(home.store, _existing(home, file) if file else _newest(home))
        _keep_beside(home, restored)
        open_store(home.store)
    _settle(home)
    return restored


def _newest(home: Home) -> Path:
    newest = newest_whole(home.store)
    if newest is None:
        raise BacktapeError(
            f"There is no whole backup in {home.backups}; 'backtape backup --list' says more."
        )
    return newest.path


def _existing(home: Home, file: Path) -> Path:
    if not file.is_file():
        raise BacktapeError(f"There is no file {file}; 'backtape backup --list' lists the backups.")
    if home.store.exists() and file.samefile(home.store):
        raise BacktapeError(f"{file} is the store itself; 'backtape backup --list' lists the backups.")
    return file


@contextmanager
def _nobody_at_work(home: Home) -> Iterator[None]:
    """Take the place of the runner for the block, so that none can begin; one without work is sent away.

    Raises:
        BacktapeError: a run is being worked on.
    """
    lock = RunnerLock(home.lock)
    held = lock.take(patience=0.0)
    try:
        at_work = _processes(home)
        if not held and len(at_work) <= 1:
            # A runner that has no workers puts its things in order and leaves; one that was killed
            # is not to be seen any more a moment before its lock is free.
            for idle in at_work:
                idle.terminate()
            held = lock.take(_LEAVING_SECONDS)
            leaving = {idle.pid for idle in at_work}
            at_work = [process for process in _processes(home) if process.pid not in leaving]
        if at_work or not held:
            named = ", ".join(str(process.pid) for process in at_work) or "not known"
            raise BacktapeError(
                "Runs are being worked on; wait for their end, or cancel them ('backtape queue' lists them; "
                f"where the store is gone, end the processes {named}), then try again."
            )
        yield
    finally:
        lock.release()


def _processes(home: Home) -> "list[psutil.Process]":
    """Return the runner of this data folder and its workers, as far as they live.

    A store that is damaged cannot tell them, the operating system can.
    """
    import psutil

    return [
        process
        for process in psutil.process_iter(["cmdline", "status"])
        if process.info["status"] != psutil.STATUS_ZOMBIE and _works_for(home, process.info["cmdline"] or [])
    ]


def _works_for(home: Home, words: list[str]) -> bool:
    if "core.jobs.runner" not in words or "--home" not in words[:-1]:
        return False
    folder = Path(words[words.index("--home") + 1])
    return folder == home.path or folder.resolve() == home.path.resolve()


def _keep_beside(home: Home, restored: Restored) -> None:
    """Let what belongs to runs of the old store go with it: results that wait, and what runs printed.

    Their numbers will be given again. A store that was set aside brings its own back.
    """
    folder = restored.set_aside
    try:
        if folder is not None:
            for file in home.spool.glob(_RESULTS):
                shutil.copy2(file, _private(folder / home.spool.name))
            for log in _logs_since(home, known_until(restored.copy)):
                log.rename(_private(folder / home.logs.name) / log.name)
        for place, names in ((home.spool, _RESULTS), (home.logs, _RUN_LOGS)):
            for file in (restored.copy.parent / place.name).glob(names):
                shutil.copy2(file, place)
    except OSError as error:
        raise BacktapeError(
            f"The backup was put back, but what runs left in {home.spool} and {home.logs} could not be moved"
            f" to {folder} ({error.strerror}); move it before you start a run."
        ) from error


def _logs_since(home: Home, moment: datetime) -> list[Path]:
    """Return the logs that were written to after a copy was made: they are not of its runs."""
    return [log for log in home.logs.glob(_RUN_LOGS) if log.stat().st_mtime > moment.timestamp()]


def _private(folder: Path) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _settle(home: Home) -> None:
    """Let a runner end what was under way when the copy was made: its worker is long gone."""
    with closing(connect(home.store)) as connection:
        left = jobs.active(connection)
    if left:
        ensure_runner(home)


def _examined(copy: Copy) -> Backup:
    content = content_of(copy.path)
    return Backup(
        file=copy.path,
        kind=copy.kind,
        made_at=copy.made_at,
        bytes=copy.path.stat().st_size,
        schema=content.revision,
        runs=content.runs,
        fault=content.fault,
    )
