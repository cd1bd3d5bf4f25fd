"""The memory that a run may take, and how it is seen that it wanted more.

On Linux what counts is memory that is a process's own and can be written to
(`RLIMIT_DATA`): price history that is mapped from files does not. What the worker
has from the runner it was forked from, such as the compiled engine, is added, so
that the limit is what the run itself may take. Each process that a strategy starts
has the same limit for itself.
"""

import errno
import os
import resource
import sys
from pathlib import Path

MEGABYTE = 1_000_000

_STATUS = Path("/proc/self/status")
_DATA = "VmData:"
# Causes of causes that are looked at.
_DEPTH = 50


class MemoryLimit:
    """The limit of this process: set when it is made, lifted when the run is over."""

    def __init__(self, megabytes: int) -> None:
        # The others set hundreds of megabytes aside, whether they are needed or not.
        os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
        kind, taken = _kind_and_taken()
        self._kind, (self._before, self._hard) = kind, resource.getrlimit(kind)
        wanted = taken + megabytes * MEGABYTE
        # The hard limit stays: to say how the run ended needs memory too.
        resource.setrlimit(kind, (_least(wanted, self._before, self._hard), self._hard))

    def lift(self) -> None:
        """Let this process have what it could have before."""
        resource.setrlimit(self._kind, (self._before, self._hard))


def wanted_memory(error: BaseException) -> bool:
    """Return whether an error, or one that it came of, says that there was no memory."""
    chain: list[BaseException] = [error]
    for one in chain:
        if isinstance(one, MemoryError) or (isinstance(one, OSError) and one.errno == errno.ENOMEM):
            return True
        chain += [cause for cause in (one.__cause__, one.__context__) if cause and cause not in chain]
        if len(chain) > _DEPTH:
            break
    return False


def _kind_and_taken() -> tuple[int, int]:
    """Return which limit is set here, and the bytes that count for it already."""
    if sys.platform.startswith("linux"):
        (line,) = (
            line for line in _STATUS.read_text("utf-8", "replace").splitlines() if line.startswith(_DATA)
        )
        return resource.RLIMIT_DATA, int(line.split()[1]) * 1024
    import psutil

    return resource.RLIMIT_AS, psutil.Process().memory_info().vms


def _least(*limits: int) -> int:
    return min((limit for limit in limits if limit != resource.RLIM_INFINITY), default=resource.RLIM_INFINITY)
