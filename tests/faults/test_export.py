"""An export that cannot be finished (F20), or whose text is hostile (F40): no half file, nothing raw."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.home import Home
from db import runs, trades
from db.connection import StoreConnection, connect
from db.upgrade import open_store
from tests.db.samples import trade_row
from tests.disks import small_disk
from tests.faults.hostile import PAYLOAD, harmless, told
from tests.processes import wait_until
from tests.tui.commands.conftest import completed
from tests.tui.commands.program import ROOT, Said, program, start

NOBODY = 65534

LIMITED = """
import resource, sys
from tui.cli import main

resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
sys.exit(main())
"""
AS_NOBODY = f"""
import os, sys
from pathlib import Path
from core.errors import BacktapeError
from core.exporting import Source, export
from core.home import Home
from db import runs
from db.connection import connect

with connect(Home.locate().store) as connection:
    found = [runs.get(connection, 1)]
    os.setuid({NOBODY})
    try:
        export(Source(Home.locate(), connection), found, Path(sys.argv[1]))
    except BacktapeError as error:
        print(error)
"""


@pytest.fixture
def store(home: Home) -> Iterator[StoreConnection]:
    """A store whose first run has 5,002 trades: more than a megabyte as a file."""
    open_store(home.store)
    with closing(connect(home.store)) as connection:
        trades.insert_many(connection, completed(connection), [trade_row(n) for n in range(3, 5_003)])
        completed(connection)
        yield connection


def refused(said: Said, sentence: str) -> None:
    """Check that a command has said one sentence, this one, and left with 1."""
    assert (said.code, said.out) == (1, ""), said
    assert said.err.count("\n") == 1
    assert sentence in said.err
    assert "Something went wrong" not in said.err


@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "json", "html"])
def test_a_full_disk_is_told_and_keeps_what_it_had(store: StoreConnection, tmp_path: Path, form: str) -> None:
    with small_disk(tmp_path / "disk", 4) as disk:
        folder = disk.path / "out"
        command = ("export", "2", "1", "--to", str(folder), "--format", form)
        assert program(*command).code == 0
        before = {path: path.read_bytes() for path in folder.iterdir()}
        disk.fill(leave=300_000)
        refused(program(*command, "--replace"), "is full, so nothing was exported; make room")
        assert {path: path.read_bytes() for path in folder.iterdir()} == before
        refused(program(*command[:4], str(disk.path / "new"), *command[5:]), "is full")
        assert list((disk.path / "new").iterdir()) == []
        disk.clear()
        assert program(*command, "--replace").code == 0


def test_the_disk_that_is_always_full_is_no_folder(store: StoreConnection, tmp_path: Path) -> None:
    refused(program("export", "1", "--to", "/dev/full"), "/dev/full (it is not a folder)")
    (tmp_path / "run-1-trades.csv").symlink_to("/dev/full")
    refused(program("export", "1", "--to", str(tmp_path)), "would be written over")
    assert program("export", "1", "--to", str(tmp_path), "--replace").code == 0
    assert (tmp_path / "run-1-trades.csv").read_text().count("\n") == 5_003


def test_a_file_that_may_not_grow_leaves_nothing(store: StoreConnection, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    said = subprocess.run(
        [sys.executable, "-c", LIMITED, "export", "2", "1", "--to", str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    refused(Said(said.returncode, said.stdout, said.stderr), "(File too large)")
    assert list(folder.iterdir()) == []


@pytest.mark.slow
def test_an_export_that_is_killed_leaves_no_file_by_its_name(store: StoreConnection, tmp_path: Path) -> None:
    trades.insert_many(store, 1, [trade_row(number) for number in range(1, 200_000)])
    folder = tmp_path / "out"
    for number in (signal.SIGKILL, signal.SIGINT):
        with start("export", "2", "1", "--to", str(folder)) as process:
            wait_until(lambda: any(growing(folder)), "a draft of the trades grows", 10)
            process.send_signal(number)
            assert process.wait(10) in {-signal.SIGKILL, 130}
        assert all(path.suffix == ".part" for path in folder.iterdir())
        for path in folder.iterdir():
            assert number == signal.SIGKILL, "an interrupted export clears up after itself"
            path.unlink()


def growing(folder: Path) -> Iterator[bool]:
    """Yield which of the files of a folder, once it is there, are of some size."""
    if folder.is_dir():
        yield from (path.stat().st_size > 300_000 for path in folder.iterdir())


def test_a_folder_that_may_not_be_written_is_told(store: StoreConnection) -> None:
    # As an ordinary user: the permissions of a folder do not bind root.
    script = AS_NOBODY if os.geteuid() == 0 else AS_NOBODY.replace(f"os.setuid({NOBODY})", "pass")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "theirs"
        folder.mkdir()
        Path(name).chmod(0o755)
        folder.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", script, str(folder)],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.stderr == ""
        assert done.stdout == (
            f"Nothing was exported to {folder} (Permission denied); name another folder.\n"
        )
        assert list(folder.iterdir()) == []


@pytest.mark.slow
def test_hostile_text_reaches_no_file_and_no_terminal_raw(store: StoreConnection, tmp_path: Path) -> None:
    runs.write_note(store, 1, PAYLOAD)
    hostile = list(trade_row(7_000))
    hostile[1] = hostile[12] = PAYLOAD
    trades.insert_many(store, 1, [hostile])
    folder = tmp_path / "\x1b]0;TITLED\x07"
    for form in ("csv", "json", "html", "text"):
        assert told(program("export", "1", "--to", str(folder), "--format", form, "--json")).code == 0
        assert told(program("export", "1", "--to", str(folder), "--format", form)).code == 1
        assert told(program("export", "1", "--to", str(folder), "--format", form, "--replace")).code == 0
    for path in folder.iterdir():
        assert harmless(path.read_text())
