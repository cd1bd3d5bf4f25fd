"""What `backtape doctor` looks at: each examination changes nothing and says what it found."""

import os
import re
import shutil
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from core.config import read_config
from core.errors import BacktapeError
from core.home import Home
from core.jobs.launch import runner_status
from core.jobs.process import Identity
from core.text import clean
from core.version import RELEASE, code_version
from db import datasets, jobs, runner
from db.connection import StoreConnection, connect
from db.errors import StoreError
from db.faults import newest_backup
from db.revision import REVISION, REVISIONS
from tui.formats import compact, plural

State = Literal["ok", "note", "wrong"]

_SCARCE = 500_000_000
_LARGE_LOG = 64_000_000
# The first SQLite in which a reset of the write-ahead log cannot lose a commit made at that moment.
_SOUND_SQLITE = (3, 51, 3)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, and what is to be said of it."""

    subject: str
    state: State
    text: str


def examine(home: Home) -> list[Finding]:
    """Return what is found, in the order in which things depend on each other."""
    findings = [*_program(), *_packages(), _sqlite()]
    if not home.path.is_dir():
        return [
            *findings,
            Finding("data folder", "note", f"{home.path} is not there yet; the first command makes it."),
        ]
    findings += [*_folder(home), *_config(home)]
    if not home.store.exists():
        return [*findings, Finding("store", "note", "Not there yet; the first command makes it.")]
    return [*findings, *_with_store(home)]


def _with_store(home: Home) -> Iterator[Finding]:
    try:
        connection = connect(home.store)
    except StoreError as error:
        yield Finding("store", "wrong", str(error))
        return
    with closing(connection):
        looks: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
            ("store", lambda: _store(home, connection)),
            ("runner", lambda: _runner(connection)),
            ("queue", lambda: _queue(home, connection)),
            ("library", lambda: _library(connection)),
            ("backups", lambda: _backups(home)),
        )
        for subject, look in looks:
            try:
                yield from look()
            except (StoreError, BacktapeError, sqlite3.DatabaseError) as error:
                yield Finding(subject, "wrong", clean(str(error), limit=300))


def _program() -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    state: State = "ok" if sys.version_info >= (3, 11) else "wrong"
    yield Finding("program", state, f"Backtape {RELEASE} (code {code_version()}), Python {version}.")


def _packages() -> Iterator[Finding]:
    """Look whether every package that the program needs is installed."""
    try:
        required = metadata.requires("backtape") or []
    except metadata.PackageNotFoundError:
        yield Finding("packages", "note", "Backtape runs from its sources, so its packages are not listed.")
        return
    names = [_name(line) for line in required if "extra ==" not in line]
    missing = [name for name in names if not _installed(name)]
    if missing:
        yield Finding("packages", "wrong", f"Missing: {', '.join(missing)}; install Backtape again.")
    else:
        yield Finding("packages", "ok", f"All {len(names)} are installed.")


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    return found[0] if found else requirement


def _installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _sqlite() -> Finding:
    version = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info >= _SOUND_SQLITE:
        return Finding("SQLite", "ok", f"Version {version}.")
    return Finding(
        "SQLite",
        "note",
        f"Version {version} has the WAL-reset bug (mended in 3.51.3): two checkpoints at once can"
        " lose a commit. Backtape lets only its runner checkpoint; let no other program write to the store.",
    )


def _folder(home: Home) -> Iterator[Finding]:
    status = home.path.stat()
    if not os.access(home.path, os.R_OK | os.W_OK | os.X_OK):
        yield Finding("data folder", "wrong", f"{home.path} may not be written; make it writable.")
    elif stat.S_IMODE(status.st_mode) & 0o077:
        yield Finding("data folder", "note", f"Others may look into {home.path}; 'chmod 700' keeps them out.")
    else:
        yield Finding("data folder", "ok", f"{home.path}, private.")
    free = shutil.disk_usage(home.path).free
    state: State = "ok" if free > _SCARCE else "wrong"
    yield Finding("disk", state, f"{compact(free)}B free{'' if free > _SCARCE else '; make room'}.")


def _config(home: Home) -> Iterator[Finding]:
    """Look at `config.toml` if there is one: runs and imports are refused while it has a mistake."""
    if not home.config.exists():
        return
    try:
        found = read_config(home)
    except BacktapeError as error:
        yield Finding("config.toml", "wrong", clean(str(error), limit=400))
        return
    workers = "" if found.workers is None else f", {plural(found.workers, 'worker')} at once"
    yield Finding(
        "config.toml", "ok", f"{plural(len(found.instruments), 'instrument')} of your own{workers}."
    )


def _store(home: Home, connection: StoreConnection) -> Iterator[Finding]:
    faults = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)").fetchall()]
    if faults != ["ok"]:
        backup = newest_backup(home.store)
        offer = f"the newest backup is {backup}" if backup else "there is no backup"
        yield Finding("store", "wrong", f"Damaged ({clean('; '.join(faults), limit=200)}); {offer}.")
        return
    orphans = len(connection.execute("PRAGMA foreign_key_check").fetchall())
    if orphans:
        yield Finding("store", "wrong", f"{plural(orphans, 'row')} hang on rows that do not exist.")
    yield _revision(connection)
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if mode != "wal":
        yield Finding(
            "store",
            "wrong",
            f"The journal mode is {mode} where it must be wal; is the folder on a network drive?",
        )
    log = home.store.with_name(home.store.name + "-wal")
    size = log.stat().st_size if log.exists() else 0
    if size > _LARGE_LOG:
        yield Finding(
            "store", "note", f"The write-ahead log has {compact(size)}B; the next runner shortens it."
        )


def _revision(connection: StoreConnection) -> Finding:
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    found = row[0] if row else "none"
    if found == REVISION:
        runs = connection.execute("SELECT count(*) FROM backtest_runs").fetchone()[0]
        return Finding("store", "ok", f"Whole, schema {REVISION}, {plural(runs, 'run')}.")
    if found in REVISIONS:
        return Finding(
            "store", "note", f"Schema {found}; the next command upgrades it to {REVISION}, after a backup."
        )
    return Finding("store", "wrong", f"Schema {clean(found, limit=40)} is unknown here; upgrade Backtape.")


def _runner(connection: StoreConnection) -> Iterator[Finding]:
    status = runner_status(connection)
    record = runner.read(connection)
    if not status.living or record is None:
        state: State = "note" if status.waiting else "ok"
        advice = (
            "; any 'backtape run' or 'backtape watch' starts one" if status.waiting else " and none is needed"
        )
        yield Finding("runner", state, f"None lives{advice}.")
        return
    yield Finding("runner", "ok", f"Process {record.pid}: {status.text()}.")
    if record.code_version != code_version():
        yield Finding("runner", "note", "It is of another version; the next run makes it hand over.")


def _queue(home: Home, connection: StoreConnection) -> Iterator[Finding]:
    lost = [job.run_id for job in jobs.active(connection) if not _has_worker(job)]
    if lost:
        named = ", ".join(str(number) for number in lost[:10])
        cure = f"'backtape watch {lost[0]}' starts a runner that settles it"
        yield Finding("queue", "wrong", f"Run {named} is under way without a worker; {cure}.")
    status = runner_status(connection)
    yield Finding("queue", "ok", f"{status.running} running, {status.waiting} waiting.")
    spooled = sum(1 for file in home.spool.iterdir() if file.is_file()) if home.spool.is_dir() else 0
    if spooled:
        yield Finding(
            "queue", "note", f"{plural(spooled, 'result')} wait beside the store; the runner stores them."
        )


def _has_worker(job: jobs.JobRecord) -> bool:
    """Return whether a run that is under way has a living worker, or is just being given one."""
    if job.pid is None or job.process_start is None or job.boot is None:
        return True
    return Identity(job.pid, int(job.process_start), job.boot).lives()


def _backups(home: Home) -> Iterator[Finding]:
    newest = newest_backup(home.store)
    if newest is None:
        yield Finding("backups", "note", "None yet; one is made before every upgrade.")
    else:
        yield Finding("backups", "ok", f"The newest is {newest}.")


def _library(connection: StoreConnection) -> Iterator[Finding]:
    """Look for datasets whose files are gone."""
    known = datasets.list_all(connection)
    missing = [one for one in known if not Path(one.folder).is_dir() or not Path(one.csv_path).is_file()]
    for one in missing:
        yield Finding(
            "library", "wrong", f"The files of {one.symbol} {one.timeframe} are missing; import it again."
        )
    if not missing:
        yield Finding("library", "ok", f"{plural(len(known), 'dataset')}, every file in its place.")
