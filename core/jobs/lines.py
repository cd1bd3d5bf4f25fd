"""The lines that a run's strategy offers for its chart: asked for in a process of their own."""

import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from core.errors import BacktapeError
from core.home import Home
from core.jobs.describing import GivenUp
from core.jobs.isolation import environment_without_keys
from core.jobs.process import end_child, identity
from core.own_code import own_command, start_own
from core.text import clean
from db.runs import RunRecord

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SECONDS = 30.0

_LOOK = 0.1
_LONGEST_HEAD = 10_000
_FLOAT = 8


def lines_of_run(
    home: Home, run: RunRecord, rows: int, *, is_given_up: Callable[[], bool]
) -> "Mapping[str, npt.NDArray[np.float64]]":
    """Return the lines of a run's strategy by name, `rows` values each, NaN where unknown; none is {}.

    The strategy is the one the run was submitted with, with its parameters and all its
    bars. It runs in a process that may take half a minute, so this is for a thread in
    the background; the values lie in a file without a name, and are mapped.
    `is_given_up` is asked ten times a second meanwhile.

    Raises:
        BacktapeError: its code fails, takes too long, or returns something else.
        GivenUp: `is_given_up` said so; the process is ended.
    """
    with tempfile.TemporaryFile() as file:
        _run(home, run, file, is_given_up)
        file.seek(0)
        told = _told(file.readline(_LONGEST_HEAD))
        if told is None:
            raise BacktapeError(f"{_whose(run)} ended the process that computes its lines; there are none.")
        if "error" in told:
            raise BacktapeError(f"{_whose(run)} shows no lines: {clean(str(told['error']))}")
        return _mapped(file, told, rows, run)


def _whose(run: RunRecord) -> str:
    return clean(run.strategy, limit=60)


def _run(home: Home, run: RunRecord, file: IO[bytes], is_given_up: Callable[[], bool]) -> None:
    """Let the process write its answer into the file; it is over, with all that it started, on return."""
    process = start_own(
        f"computes the lines of {_whose(run)}",
        own_command("core.jobs.lines_worker", "--home", str(home.path.absolute()), "--run", str(run.id)),
        stdin=subprocess.DEVNULL,
        stdout=file,
        stderr=subprocess.DEVNULL,
        env=environment_without_keys(),
    )
    who = identity(process.pid)
    deadline = time.monotonic() + SECONDS
    try:
        while process.poll() is None:
            if is_given_up():
                raise GivenUp
            if time.monotonic() > deadline:
                raise BacktapeError(
                    f"{_whose(run)} took more than {SECONDS:g} s over its lines; there are none."
                )
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK)
    finally:
        end_child(process, who)


def _told(head: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(head)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _mapped(
    file: IO[bytes], told: Mapping[str, Any], rows: int, run: RunRecord
) -> "Mapping[str, npt.NDArray[np.float64]]":
    import numpy as np

    names = [clean(str(name), limit=40) for name in told.get("names", ())]
    if not names:
        return {}
    begin = file.tell()
    if told.get("rows") != rows or file.seek(0, 2) - begin != len(names) * rows * _FLOAT:
        raise BacktapeError(f"The lines of {_whose(run)} do not fit its bars; there are none.")
    values = np.memmap(file, np.float64, "r", begin, (len(names), rows))
    return dict(zip(names, values, strict=True))
