import errno
import subprocess
import sys

import pytest

from core.jobs.memory import wanted_memory
from tests.conftest import ROOT

linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="memory of one's own counts on Linux only"
)

LIMITED = """
import mmap
import resource
import subprocess
import sys
from core.jobs.memory import MemoryLimit

def could_have(megabytes):
    try:
        return bytes(megabytes * 1_000_000) is not None
    except MemoryError:
        return False

ballast = bytearray(300_000_000)
before = resource.getrlimit(resource.RLIMIT_DATA)
limit = MemoryLimit(100)
"""


def said(lines: str) -> list[str]:
    """Return what a process under a limit of 100 MB, with 300 MB of its own from before, prints."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED + lines], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stdout.split()


@linux
def test_what_a_process_had_before_is_not_counted() -> None:
    assert said("print(could_have(90), could_have(110))") == ["True", "False"]


@linux
def test_a_limit_that_is_lifted_leaves_what_was_before() -> None:
    lines = "limit.lift(); print(could_have(110), resource.getrlimit(resource.RLIMIT_DATA) == before)"
    assert said(lines) == ["True", "True"]


@linux
def test_a_limit_that_the_system_has_already_is_not_raised() -> None:
    lines = (
        "limit.lift()\n"
        "resource.setrlimit(resource.RLIMIT_DATA, (400_000_000, before[1]))\n"
        "MemoryLimit(5000)\n"
        "print(resource.getrlimit(resource.RLIMIT_DATA)[0])"
    )
    assert said(lines) == ["400000000"]


@linux
def test_files_that_are_mapped_do_not_count() -> None:
    lines = (
        "import tempfile\n"
        "file = tempfile.TemporaryFile(); file.truncate(500_000_000)\n"
        "print(len(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)))"
    )
    assert said(lines) == ["500000000"]


@linux
def test_a_child_has_the_same_limit_for_itself() -> None:
    program = "import sys\ntry: bytes(500_000_000)\nexcept MemoryError: print('refused')"
    assert said(f"subprocess.run([sys.executable, '-c', {program!r}])") == ["refused"]


def raised(error: BaseException, cause: BaseException | None) -> BaseException:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OSError(errno.ENOMEM, "no memory"),
        raised(ValueError("own words"), MemoryError()),
        raised(RuntimeError(), raised(ImportError("libx"), OSError(errno.ENOMEM, "no memory"))),
    ],
)
def test_an_error_that_comes_of_a_want_of_memory_is_known(error: BaseException) -> None:
    assert wanted_memory(error)


def test_other_errors_are_not_taken_for_a_want_of_memory() -> None:
    assert not wanted_memory(raised(ValueError(), OSError(errno.ENOSPC, "full")))
    loop = ValueError()
    loop.__cause__ = raised(KeyError(), loop)
    assert not wanted_memory(loop)
