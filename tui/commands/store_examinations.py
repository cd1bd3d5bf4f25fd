"""What `backtape doctor` looks at in the store and beside it; nothing is changed, whatever state it is in."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.backups import list_backups
from core.home import Home
from core.jobs.launch import runner_status
from core.jobs.process import Identity
from core.jobs.spool import DAMAGED, STRAY, WAITING
from core.text import clean
from core.version import code_version
from db import datasets, health, jobs, runner
from db.connection import StoreConnection
from db.errors import StoreError
from db.faults import damaged, way_out
from db.looking import damage, looking
from db.revision import REVISION
from db.times import now
from db.upgrade import State, look
from tui.commands.finding import Finding, told
from tui.formats import compact, minute, plural

_LARGE_LOG = 64_000_000
_OLD_DAYS = 7
_NAMED = 3


def examine_store(home: Home) -> Iterator[Finding]:
    """Yield what is found of the store, what is in it, and what lies beside it."""
    yield from told("store", lambda: _store(home))
    yield from told("spool", lambda: _spool(home))
    yield from told("backups", lambda: _backups(home))
    yield from told("backups", lambda: _set_aside(home))


def _store(home: Home) -> Iterator[Finding]:
    try:
        state = look(home.store)
    except StoreError as error:
        yield Finding("store", "wrong", clean(str(error), limit=600))
        return
    if state is State.MISSING:
        yield _missing(home)
        return
    with looking(home.store) as connection:
        faults = damage(connection)
        if faults:
            sentence = damaged(home.store, clean("; ".join(faults), limit=200))
            yield Finding("store", "wrong", clean(sentence, limit=1000))
        elif state is State.OLDER:
            yield Finding(
                "store", "note", f"Older; the next command upgrades it to schema {REVISION}, after a backup."
            )
        else:
            yield from _whole(home, connection)


def _missing(home: Home) -> Finding:
    if list(home.backups.glob(f"{home.store.stem}-*.db")):
        return Finding("store", "wrong", f"{home.store} is gone; {way_out(home.store)}.")
    return Finding("store", "note", "Not there yet; the first command makes it.")


def _whole(home: Home, connection: StoreConnection) -> Iterator[Finding]:
    runs = connection.execute("SELECT count(*) FROM backtest_runs").fetchone()[0]
    yield Finding("store", "ok", f"Whole, schema {REVISION}, {plural(runs, 'run')}.")
    yield from told("store", lambda: _log(home))
    yield from told("rows", lambda: _rows(connection))
    yield from told("runner", lambda: _runner(connection))
    yield from told("queue", lambda: _queue(connection))
    yield from told("library", lambda: _library(connection))


def _log(home: Home) -> Iterator[Finding]:
    log = home.store.with_name(home.store.name + "-wal")
    size = log.stat().st_size if log.exists() else 0
    if size > _LARGE_LOG:
        yield Finding(
            "store", "note", f"The write-ahead log has {compact(size)}B; the next runner shortens it."
        )


def _rows(connection: StoreConnection) -> Iterator[Finding]:
    found = health.findings(connection)
    for sentence in found:
        yield Finding("rows", "wrong", clean(sentence, limit=600))
    if not found:
        yield Finding("rows", "ok", "Every run is in a state that can be.")


def _runner(connection: StoreConnection) -> Iterator[Finding]:
    status = runner_status(connection)
    record = runner.read(connection)
    if not status.living or record is None:
        idle = status.waiting == 0 or status.paused
        advice = " and none is needed" if idle else "; any 'backtape run' or 'backtape watch' starts one"
        yield Finding("runner", "ok" if idle else "note", f"None lives{advice}.")
        return
    yield Finding("runner", "ok", f"Process {record.pid}: {status.text()}.")
    if record.code_version != code_version():
        yield Finding("runner", "note", "It is of another version; the next run makes it hand over.")


def _queue(connection: StoreConnection) -> Iterator[Finding]:
    lost = [job.run_id for job in jobs.active(connection) if not _has_worker(job)]
    if lost:
        named = ", ".join(str(number) for number in lost[:10])
        cure = f"'backtape watch {lost[0]}' starts a runner that settles it"
        yield Finding("queue", "wrong", f"Run {named} is under way without a worker; {cure}.")
    status = runner_status(connection)
    text = f"{status.running} running, {status.waiting} waiting"
    if status.paused and status.waiting:
        yield Finding("queue", "note", f"{text}, paused; 'backtape queue --resume' lets them begin.")
    else:
        yield Finding("queue", "ok", f"{text}{', paused' if status.paused else ''}.")


def _has_worker(job: jobs.JobRecord) -> bool:
    """Return whether a run that is under way has a living worker, or is just being given one."""
    if job.pid is None or job.process_start is None or job.boot is None:
        return not job.unreadable
    return Identity(job.pid, job.process_start, job.boot).lives()


def _library(connection: StoreConnection) -> Iterator[Finding]:
    """Look for datasets whose files are gone."""
    known = datasets.list_all(connection)
    missing = [
        one for one in known if not (os.access(one.folder, os.R_OK) and os.access(one.csv_path, os.R_OK))
    ]
    for one in missing:
        yield Finding(
            "library", "wrong", f"The files of {one.symbol} {one.timeframe} are missing; import it again."
        )
    if not missing:
        yield Finding("library", "ok", f"{plural(len(known), 'dataset')}, every file in its place.")


def _spool(home: Home) -> Iterator[Finding]:
    """Look for results that could not be stored, and for those that never can be."""
    waiting = len(list(home.spool.glob(f"*{WAITING}")))
    damaged_ones = sorted(home.spool.glob(f"*{DAMAGED}"))
    strays = sorted(home.spool.glob(f"*{STRAY}"))
    if waiting:
        yield Finding(
            "spool",
            "note",
            f"{plural(waiting, 'result')} beside the store; the next runner stores what waits.",
        )
    if damaged_ones:
        yield Finding(
            "spool",
            "wrong",
            f"Damaged and set aside: {_results(damaged_ones)}; repeat their runs and remove the files from"
            f" {home.spool}.",
        )
    if strays:
        yield Finding(
            "spool",
            "note",
            f"Of runs that this store does not have: {_results(strays)}; remove the files from"
            f" {home.spool} unless their store comes back.",
        )


def _results(files: Sequence[Path]) -> str:
    named = ", ".join(file.name for file in files[:_NAMED])
    return f"{plural(len(files), 'result')} ({clean(named, limit=200)})"


def _backups(home: Home) -> Iterator[Finding]:
    found = list(list_backups(home))
    newest = next((backup for backup in found if backup.whole), None)
    for backup in found:
        if not backup.whole:
            fault = clean(backup.fault or "", limit=100)
            yield Finding("backups", "wrong", f"{backup.file} cannot be put back ({fault}); remove it.")
    if newest is None:
        yield Finding(
            "backups", "note", "No whole one yet; 'backtape backup' makes one, and an idle runner one a day."
        )
        return
    days = (now() - newest.made_at).days
    size = compact(sum(backup.bytes for backup in found))
    text = f"{len(found)} with {size}B, the newest whole one of {minute(newest.made_at)} UTC: {newest.file}"
    if days > _OLD_DAYS:
        yield Finding("backups", "note", f"{text}, {days} days old; 'backtape backup' makes a new one.")
    else:
        yield Finding("backups", "ok", f"{text}.")


def _set_aside(home: Home) -> Iterator[Finding]:
    """Look for stores that a restore has moved out of the way: they are kept until a person removes them."""
    folders = sorted(home.path.glob(f"{home.store.stem}-set-aside-*"))
    if folders:
        yield Finding(
            "backups",
            "note",
            f"{plural(len(folders), 'store')} set aside by a restore, the last one in {folders[-1]};"
            " remove what is not needed.",
        )
