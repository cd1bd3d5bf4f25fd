"""Small disks of their own, for tests in which one is full or can only be read."""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_READ_ONLY, _REMOUNT, _DETACH = 1, 32, 2


@dataclass(frozen=True)
class Disk:
    """A disk in memory, and the folder it is mounted on."""

    path: Path

    def make_read_only(self) -> None:
        """Let nobody write to it any more, root neither; files that are open for writing prevent it."""
        _mount(self.path, _REMOUNT | _READ_ONLY)

    def make_writable(self) -> None:
        """Let it be written to again."""
        _mount(self.path, _REMOUNT)

    def fill(self, *, leave: int = 0) -> None:
        """Write a file that leaves so many bytes free, to within a page."""
        with self._ballast.open("ab", buffering=0) as file:
            while (free := self.free() - leave) > 0:
                try:
                    file.write(bytes(min(free, 1 << 20)))
                except OSError:
                    return

    def clear(self) -> None:
        """Make room again."""
        self._ballast.unlink(missing_ok=True)

    @property
    def _ballast(self) -> Path:
        return self.path / "ballast"

    def free(self) -> int:
        """Return how many bytes are free."""
        status = os.statvfs(self.path)
        return status.f_bavail * status.f_frsize


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """Mount a disk of this size on a folder, which is made; skip the test where that is not permitted."""
    folder.mkdir()
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux has disks in memory that a test can mount")
    try:
        _mount(folder, 0, f"size={megabytes}m,mode=0700")
    except OSError as error:
        pytest.skip(f"mounting a small disk is not permitted here ({error.strerror})")
    try:
        yield Disk(folder)
    finally:
        # Detached even while something of ours is still open on it.
        _check(ctypes.CDLL(None, use_errno=True).umount2(os.fsencode(folder), _DETACH))


def _mount(folder: Path, flags: int, options: str = "") -> None:
    mount = ctypes.CDLL(None, use_errno=True).mount
    _check(mount(b"none", os.fsencode(folder), b"tmpfs", ctypes.c_ulong(flags), options.encode() or None))


def _check(result: int) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
