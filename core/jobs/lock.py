"""The lock that makes a runner the only one of its store.

Runners take it, and for a moment whoever does a runner's work where there is none.
"""

import fcntl
import os
import time
from pathlib import Path

_PAUSE = 0.02


class RunnerLock:
    """A `flock` on a file of the data folder, held by at most one runner.

    The kernel drops it when its holder dies, however that happens, provided no
    child still has the descriptor: a worker's first act is `abandon`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this process holds the lock."""
        return self._descriptor is not None

    def take(self, patience: float = 1.0) -> bool:
        """Try for `patience` seconds to become the runner; return whether it came to that."""
        deadline = time.monotonic() + patience
        while not self._try():
            if time.monotonic() >= deadline:
                return False
            time.sleep(_PAUSE)
        return True

    def release(self) -> None:
        """Let another runner in."""
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
            self.abandon()

    def abandon(self) -> None:
        """Close the descriptor that a fork handed down; the parent's lock stays as it is."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _try(self) -> bool:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        if not self._is_the_file(descriptor):
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def _is_the_file(self, descriptor: int) -> bool:
        """Say whether the locked file still is the one under that name; a removed one locks nobody out."""
        try:
            named = self._path.stat()
        except FileNotFoundError:
            return False
        held = os.fstat(descriptor)
        return (named.st_dev, named.st_ino) == (held.st_dev, held.st_ino)
