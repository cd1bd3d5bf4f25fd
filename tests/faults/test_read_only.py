"""A data folder that can only be read (F23), or parts of it: one sentence, no traceback."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
import pytest

from tests.disks import Disk, small_disk
from tests.e2e.terminal import Terminal
from tests.homes import end_everything, market_home
from tests.tui.commands.program import ROOT, Said, program

NOBODY = 65534

COMMANDS = [
    ("runs",),
    ("show", "1"),
    ("watch", "1"),
    ("strategies",),
    ("data",),
    ("data", "--delete", "SYNTHETIC", "H1"),
    ("run", "sma_cross", "SYNTHETIC", "H1"),
    ("import", __file__),
    ("demo",),
    ("cancel", "1"),
    ("delete", "1"),
    ("undo",),
]


def refused(said: Said) -> None:
    """Check that a command has said in one sentence what is wrong and what to do, and left with 2."""
    assert (said.code, said.out) == (2, ""), said
    assert said.err.count("\n") == 1
    assert "make it writable or name another one in BACKTAPE_HOME" in said.err


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    """A disk with a data folder on it, one run in it, that can only be read."""
    with small_disk(tmp_path_factory.mktemp("read_only") / "disk", 64) as made:
        with market_home(made.path / "home"):
            assert program("run", "sma_cross", "SYNTHETIC", "H1", "--to", "2021-03-01").code == 0
        made.make_read_only()
        yield made


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_disk_that_can_only_be_read(disk: Disk, command: tuple[str, ...]) -> None:
    refused(program(*command, BACKTAPE_HOME=str(disk.path / "home")))


def test_a_data_folder_that_cannot_be_made(disk: Disk) -> None:
    refused(program("runs", BACKTAPE_HOME=str(disk.path / "another")))


def test_the_screens_on_a_disk_that_can_only_be_read(disk: Disk) -> None:
    # Wide, since the sentence must not be wrapped.
    with Terminal(environment={"BACKTAPE_HOME": str(disk.path / "home")}, columns=240) as terminal:
        terminal.wait_for("its disk can only be read")
        assert terminal.wait_for_exit() == 2
        assert terminal.is_whole
        assert "Traceback" not in terminal.text


# As an ordinary user, whom permissions bind


@contextmanager
def nobodys_home() -> Iterator[Path]:
    """A data folder with a run in it that belongs to an ordinary user: `nobody` where we are root."""
    # Not below the test's own folder, which other users cannot reach.
    above = Path(tempfile.mkdtemp(prefix="backtape-"))
    try:
        with market_home(above / "home") as home:
            assert program("run", "sma_cross", "SYNTHETIC", "H1", "--to", "2021-03-01").code == 0
            end_everything(home)
        if os.geteuid() == 0:
            above.chmod(0o711)
            for path in ((above / "home"), *(above / "home").rglob("*")):
                os.chown(path, NOBODY, NOBODY)
        yield above / "home"
    finally:
        subprocess.run(["chmod", "-R", "u+rwX", str(above)], check=True)
        shutil.rmtree(above)


@pytest.fixture(scope="module")
def ordinary() -> Iterator[Path]:
    """A data folder of an ordinary user who can run the program; skip where there is none."""
    if os.geteuid() == 0:
        try:
            as_user(
                "-c", "import numba, plotext, pyarrow, textual, tui.cli", home=Path("/nonexistent")
            ).check_returncode()
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("an ordinary user cannot run this Python or read this checkout")
    with nobodys_home() as home:
        yield home


def as_user(*arguments: str, home: Path) -> "subprocess.CompletedProcess[str]":
    """Run Python as an ordinary user."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment_of(home),
        capture_output=True,
        text=True,
        check=False,
        user=NOBODY if os.geteuid() == 0 else None,
        group=NOBODY if os.geteuid() == 0 else None,
    )


def environment_of(home: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return kept | {"LANG": "C.UTF-8", "HOME": "/nonexistent", "BACKTAPE_HOME": str(home)}


def said_to_user(*arguments: str, home: Path) -> Said:
    ran = as_user("-m", "tui.cli", *arguments, home=home)
    return Said(ran.returncode, ran.stdout, ran.stderr)


@contextmanager
def without_writing(*paths: Path) -> Iterator[None]:
    """Take the right to write away from files and folders for the block."""
    before = [(path, path.stat().st_mode) for path in paths]
    for path, mode in before:
        path.chmod(mode & ~0o222)
    try:
        yield
    finally:
        for path, mode in before:
            path.chmod(mode)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_folder_without_the_right_to_write(ordinary: Path, command: tuple[str, ...]) -> None:
    with without_writing(ordinary):
        refused(said_to_user(*command, home=ordinary))


def test_a_store_without_the_right_to_write_is_shown_and_not_written(ordinary: Path) -> None:
    with without_writing(*ordinary.glob("store.db*")):
        assert said_to_user("runs", home=ordinary).code == 0
        said = said_to_user("delete", "1", home=ordinary)
    assert said.code == 1
    assert "cannot be written; make it and its folder writable" in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("name", ["logs", "spool", "library", "strategies", "backups"])
def test_what_is_there_is_shown_though_a_folder_cannot_be_written(ordinary: Path, name: str) -> None:
    with without_writing(ordinary / name):
        for command in (("runs",), ("show", "1"), ("data",), ("strategies",)):
            said = said_to_user(*command, home=ordinary)
            assert (said.code, said.err) == (0, ""), said


def test_the_screens_in_a_folder_without_the_right_to_write(ordinary: Path) -> None:
    with without_writing(ordinary):
        child = pexpect.spawn(
            sys.executable,
            ["-m", "tui.cli"],
            cwd=str(ROOT),
            env=environment_of(ordinary) | {"TERM": "xterm"},
            preexec_fn=(lambda: os.setuid(NOBODY)) if os.geteuid() == 0 else None,
        )
        child.expect("make it writable", timeout=30)
        child.expect(pexpect.EOF, timeout=30)
        child.close()
    assert child.exitstatus == 2
