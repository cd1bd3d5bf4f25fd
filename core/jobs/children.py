"""The runner's own workers: forked, looked after, reaped when what they left is in the store."""

import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.jobs.process import Identity, children_of
from core.limits import too_much
from db.jobs import Claim

# A worker that cannot even write why it failed says it by its exit code.
EXIT_OUT_OF_MEMORY = 70
EXIT_UNEXPECTED = 71
# The store was busy for so long that the worker could not take its attempt.
EXIT_NOT_BEGUN = 72
# Neither the store nor a file beside it took how the run ended.
EXIT_NOT_KEPT = 73


@dataclass(frozen=True)
class Departure:
    """How a worker ended, as the operating system tells it."""

    code: int | None = None
    signal: int | None = None

    def sentence(self, memory: int | None = None) -> str:
        """Say it for the run's error message; `memory` is what the run was given, in megabytes."""
        if self.signal == signal.SIGKILL:
            return f"The worker was {_killed(signal.SIGKILL)}, perhaps for want of memory."
        if self.signal is not None:
            told = f"The worker was {_killed(self.signal)}"
            return f"{told}." if memory is None else f"{told}. Perhaps: {too_much(memory)}"
        if self.code == EXIT_OUT_OF_MEMORY:
            return "The worker ran out of memory." if memory is None else too_much(memory)
        if self.code == EXIT_NOT_KEPT:
            return "The result could be kept nowhere in the data folder; the run's log says why."
        return f"The worker left with exit code {self.code} and without a result."


@dataclass(frozen=True)
class Child:
    """One worker that this runner forked."""

    claim: Claim
    who: Identity
    log: Path


def fork(task: Callable[[], int]) -> int:
    """Fork a process that executes `task` and leaves with its return value; return its pid.

    Nothing of the runner's own ending (handlers, buffers, `finally` clauses
    further up) happens in the child.

    Raises:
        OSError: there is no room for another process.
        RuntimeError: a file of the store is open here. A child that inherits
            SQLite's table of locks can commit into a write-ahead log that another
            process has removed; the commit reports success and the row is gone.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    code = EXIT_UNEXPECTED
    try:
        code = task()
    except MemoryError:
        code = EXIT_OUT_OF_MEMORY
    except BaseException:  # noqa: BLE001 (whatever it is must not unwind into the runner's frames)
        traceback.print_exc()
    finally:
        os._exit(code)


def refuse_open_store(store: Path) -> None:
    """Make sure that no descriptor of this process is open on a file of the store.

    Raises:
        RuntimeError: one is; a fork now could lose a committed result, see `fork`.
    """
    for descriptor in _descriptors():
        if descriptor.startswith(str(store)):
            raise RuntimeError(f"{descriptor} is still open; nothing may be forked before it is closed")


def departure(pid: int) -> Departure | None:
    """Return how the child ended, None while it lives; it stays unreaped, so that its pid stays its own."""
    seen = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    if seen is None:
        return None
    if seen.si_code == os.CLD_EXITED:
        return Departure(code=seen.si_status)
    return Departure(signal=seen.si_status)


def reap(pid: int) -> None:
    """Let the operating system forget a child that has ended."""
    os.waitpid(pid, 0)


def end_strangers(known: set[int]) -> int:
    """Kill and reap the processes that became ours when the worker that started them ended.

    Those are all children but the `known` ones, see `gather_orphans`; what they
    in turn started becomes ours too. Returns how many there were.
    """
    ended = 0
    while found := [pid for pid in children_of(os.getpid()) if pid not in known]:
        for pid in found:
            os.kill(pid, signal.SIGKILL)
        for pid in found:
            reap(pid)
        ended += len(found)
    return ended


def _killed(number: int) -> str:
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = "unnamed"
    return f"killed by signal {int(number)} ({name})"


def _descriptors() -> list[str]:
    folder = Path("/proc/self/fd")
    if not folder.is_dir():
        import psutil

        return [file.path for file in psutil.Process().open_files()]
    found = []
    for entry in folder.iterdir():
        try:
            found.append(str(entry.readlink()))
        except FileNotFoundError:
            continue  # the descriptor of the listing itself
    return found
