"""Making a forked worker a process of its own, before it does anything else.

It must not hold the runner's lock, answer the runner's signals, hang on a
terminal or fill a disk with what a strategy prints.
"""

import ctypes
import faulthandler
import io
import logging
import os
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from core.jobs.lock import RunnerLock
from core.jobs.logs import LOG_LIMIT
from core.own_code import own_environment

_CUT = "\n[the rest of the output is not kept]\n"
KEYS = ("BACKTAPE_LLM_API_KEY", "OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_WEBHOOK_SECRET")
_NICENESS = 10
_OUT_OF_MEMORY_SCORE = 500  # of 1000
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def isolate(log: Path, lock: RunnerLock, descriptors: Iterable[int]) -> None:
    """Cut a fresh fork loose from the runner; its output goes to `log`, bounded.

    Without a terminal of its own session, /dev/tty cannot be opened either. Where
    the machine is short of time or memory, the screens and the runner come first.
    """
    lock.abandon()
    signal.set_wakeup_fd(-1)
    for descriptor in descriptors:
        os.close(descriptor)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD, signal.SIGUSR1):
        signal.signal(number, signal.SIG_DFL)
    os.setsid()
    gather_orphans()
    logging.getLogger().handlers.clear()
    _stand_back()
    _forget_keys()
    _redirect(log)


def _stand_back() -> None:
    """Let others go first: the processor by a nicer priority, memory by being the one that is ended."""
    os.nice(_NICENESS)
    with suppress(OSError):  # only Linux has it, and a container may forbid it
        Path("/proc/self/oom_score_adj").write_text(str(_OUT_OF_MEMORY_SCORE))


def _forget_keys() -> None:
    """Take the model's keys out of the environment: what a strategy prints of it is kept in a log."""
    for name in KEYS:
        os.environ.pop(name, None)


def environment_without_keys() -> dict[str, str]:
    """Return the environment for a process with a strategy: this very code, none of the model's keys."""
    environment = own_environment({name: value for name, value in os.environ.items() if name not in KEYS})
    return environment | {"OPENBLAS_NUM_THREADS": "1"}


def end_with_parent() -> None:
    """Let the system end this process when the one that started it is gone (Linux)."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def gather_orphans() -> bool:
    """Make processes that our children leave behind ours, so that they can be found and ended.

    Returns False where the system has no such thing (all but Linux).
    """
    if not sys.platform.startswith("linux"):
        return False
    return bool(ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)


class BoundedOutput(io.TextIOBase):
    """A text stream into a file descriptor that stops keeping after `limit` bytes, and says so once."""

    def __init__(self, descriptor: int, limit: int = LOG_LIMIT) -> None:
        self._descriptor = descriptor
        self._left = limit

    def writable(self) -> bool:
        """Return True: strategies print here."""
        return True

    def fileno(self) -> int:
        """Return the descriptor, for whoever writes natively."""
        return self._descriptor

    def write(self, text: str) -> int:
        """Keep `text` as far as there is room and claim to have kept it all."""
        if self._left > 0:
            # Cut before encoding: a gigabyte in one call must not be held twice.
            data = text[: self._left].encode("utf-8", "backslashreplace")[: self._left]
            self._left -= len(data)
            self._put(data if self._left > 0 else data + _CUT.encode())
        return len(text)

    def _put(self, data: bytes) -> None:
        try:
            os.write(self._descriptor, data)
        except OSError:
            self._left = 0  # a full disk must not end a run for the sake of its log


def _redirect(log: Path) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    try:
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    except OSError:
        output = os.open(os.devnull, os.O_WRONLY)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    os.close(nothing)
    os.close(output)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 (stays open for the process's life)
    sys.stdout = sys.stderr = BoundedOutput(1)
    faulthandler.enable(file=2)
