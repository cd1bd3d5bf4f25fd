"""Results and ends that the store could not take: kept beside it, stored later.

A spooled file is one line that names the format, one line of JSON, and the raw
bytes that the JSON describes. It has its name only when it is whole and on the
disk. The runner looks for one before it calls a run failed.
"""

import hashlib
import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.home import Home
from core.jobs.logs import LOGGER
from db import jobs
from db.connection import Connection
from db.curves import CurveRecord
from db.disk import sync
from db.jobs import RunResult
from db.values import json_text

_FORMAT = b"backtape-spool 1"
WAITING = ".spool"
# Set aside: what cannot be read, and what is of a run that this store does not have.
DAMAGED, STRAY = ".damaged", ".stray"


class SpoolError(Exception):
    """A spooled file that is not what it should be."""


@dataclass(frozen=True)
class Spooled:
    """What a worker wanted to store: its result, or why there is none."""

    run_id: int
    attempt: str
    result: RunResult | None = None
    reason: str | None = None


def write(home: Home, spooled: Spooled) -> Path:
    """Keep what the store could not take, safe on the disk; return the file.

    Raises:
        OSError: there is no room here either.
    """
    target = _path(home, spooled.run_id, spooled.attempt)
    draft = target.with_suffix(".part")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            for part in _encode(spooled):
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(target)
        sync(home.spool)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    return target


def read(path: Path) -> Spooled:
    """Return what a spooled file holds.

    Raises:
        SpoolError: it is damaged or of another format.
        OSError: it cannot be read.
    """
    form, _, rest = path.read_bytes().partition(b"\n")
    header, _, body = rest.partition(b"\n")
    if form != _FORMAT:
        raise SpoolError(f"{path.name} is of another format")
    try:
        told = json.loads(header)
        if hashlib.sha256(body).hexdigest() != told["sha256"]:
            raise SpoolError(f"{path.name} is damaged")
        return Spooled(told["run_id"], told["attempt"], _result(told, body), told["reason"])
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise SpoolError(f"{path.name} is damaged") from error


def store_for(home: Home, connection: Connection, run_id: int, attempt: str) -> bool:
    """Store what the worker of this attempt left, if it left something; return whether it did.

    Raises:
        StoreError: the store still cannot take it; it stays where it is.
    """
    path = _path(home, run_id, attempt)
    return path.exists() and _store(connection, path)


def store_all(home: Home, connection: Connection) -> int:
    """Store everything that was left, by workers that nobody watches too; return how many ended a run.

    Raises:
        StoreError: the store still cannot take it; the rest stays where it is.
    """
    return sum(_store(connection, path) for path in sorted(home.spool.glob(f"*{WAITING}")))


def _store(connection: Connection, path: Path) -> bool:
    """Store one file and remove it; one that cannot be read is set aside, for a person to look at."""
    try:
        spooled = read(path)
    except (SpoolError, OSError) as error:
        LOGGER.error("spooled file set aside: %s", error)
        path.rename(path.with_suffix(DAMAGED))
        return False
    if jobs.get(connection, spooled.run_id) is None:
        LOGGER.warning("%s is of no run of this store and is set aside", path.name)
        path.rename(path.with_suffix(STRAY))
        return False
    if spooled.result is not None:
        kept = jobs.store_result(connection, spooled.attempt, spooled.result, wait=1.0)
    else:
        kept = jobs.end(connection, spooled.run_id, spooled.attempt, "failed", spooled.reason)
    LOGGER.info("run %d: what its worker left is %s", spooled.run_id, "stored" if kept else "void")
    path.unlink(missing_ok=True)
    return kept


def _path(home: Home, run_id: int, attempt: str) -> Path:
    return home.spool / f"run-{run_id}-{attempt}{WAITING}"


def _encode(spooled: Spooled) -> Iterator[bytes]:
    blobs = _blobs(spooled.result)
    body = b"".join(blobs.values())
    header: dict[str, Any] = {
        "run_id": spooled.run_id,
        "attempt": spooled.attempt,
        "reason": spooled.reason,
        "result": _header(spooled.result),
        "sizes": {name: len(blob) for name, blob in blobs.items()},
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    yield _FORMAT + b"\n"
    yield json_text(header).encode() + b"\n"
    yield body


def _header(result: RunResult | None) -> dict[str, Any] | None:
    if result is None:
        return None
    return {
        "metrics": result.metrics,
        "statistics": result.statistics,
        "data_file_path": result.data_file_path,
        "points": result.curve.points,
        "calls": [list(row) for row in result.calls],
    }


def _blobs(result: RunResult | None) -> dict[str, bytes]:
    if result is None:
        return {}
    trades = json.dumps([list(row) for row in result.trades], separators=(",", ":"), allow_nan=False)
    return {
        "preview": result.curve.preview,
        "curve": result.curve.curve,
        "trades": zlib.compress(trades.encode(), 1),
    }


def _result(told: dict[str, Any], body: bytes) -> RunResult | None:
    header = told["result"]
    if header is None:
        return None
    blobs, begin = {}, 0
    for name, size in told["sizes"].items():
        blobs[name] = body[begin : begin + size]
        begin += size
    return RunResult(
        metrics=header["metrics"],
        trades=json.loads(zlib.decompress(blobs["trades"])),
        curve=CurveRecord(header["points"], blobs["preview"], blobs["curve"]),
        statistics=header["statistics"],
        data_file_path=header["data_file_path"],
        calls=[tuple(row) for row in header.get("calls", ())],  # an older version wrote none
    )
