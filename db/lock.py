"""The lock of whoever makes, migrates or replaces a store; it dies with its process."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.errors import StoreBusyError, StoreError

# Seconds that a start waits for another one that is migrating.
LOCK_PATIENCE = 120.0


@contextmanager
def migration_lock(path: Path, patience: float = LOCK_PATIENCE) -> Iterator[None]:
    """Be the only one who makes, migrates or replaces this store while the block lasts.

    Raises:
        StoreBusyError: another one was at it for too long.
        StoreError: the folder cannot be written.
    """
    try:
        descriptor = os.open(
            path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
        )
    except OSError as error:
        raise StoreError(f"The folder {path.parent} cannot be written ({error.strerror}).") from error
    try:
        _take(descriptor, path, patience)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: Path, patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise StoreBusyError(
                    f"Another program is upgrading or replacing the store {path}; try again in a moment."
                ) from None
            time.sleep(0.02)
        else:
            return
