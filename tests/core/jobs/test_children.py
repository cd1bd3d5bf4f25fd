import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from core.jobs.children import EXIT_OUT_OF_MEMORY, Departure, refuse_open_store
from core.jobs.handle import StoreHandle
from db.connection import connect
from tests.core.jobs.bench import Bench

FORKING = """
import os, sys
from core.jobs import children

def out_of_memory():
    raise MemoryError

def broken():
    raise ValueError("broken")

tasks = {"done": lambda: 0, "code": lambda: 9, "memory": out_of_memory, "broken": broken,
         "killed": lambda: os.kill(os.getpid(), 9)}
pid = children.fork(tasks[sys.argv[1]])
while (departure := children.departure(pid)) is None:
    pass
print(departure.sentence())
children.reap(pid)
"""


@pytest.mark.parametrize(
    ("task", "sentence"),
    [
        ("done", "The worker left with exit code 0 and without a result."),
        ("code", "The worker left with exit code 9 and without a result."),
        ("memory", "The worker ran out of memory."),
        ("broken", "The worker left with exit code 71 and without a result."),
        ("killed", "The worker was killed by signal 9 (SIGKILL), perhaps for want of memory."),
    ],
)
def test_how_a_child_ended_is_said_in_a_sentence(task: str, sentence: str) -> None:
    done = subprocess.run([sys.executable, "-c", FORKING, task], capture_output=True, text=True, check=True)
    assert done.stdout == sentence + "\n"


def test_a_signal_without_a_name_is_told_by_its_number() -> None:
    assert Departure(signal=99).sentence() == "The worker was killed by signal 99 (unnamed)."


def test_no_fork_while_a_file_of_the_store_is_open(bench: Bench) -> None:
    bench.connection.close()
    refuse_open_store(bench.home.store)
    with closing(connect(bench.home.store)) as connection:
        connection.execute("SELECT count(*) FROM backtest_runs").fetchone()
        with pytest.raises(RuntimeError, match="still open"):
            refuse_open_store(bench.home.store)
    refuse_open_store(bench.home.store)
    bench.connection = connect(bench.home.store)


def test_the_handle_is_closed_while_it_says_so_and_opens_again(bench: Bench) -> None:
    bench.connection.close()
    handle = StoreHandle(bench.home.store)
    assert handle.connection.execute("SELECT 1").fetchone() == (1,)
    with handle.closed():
        assert not [name for name in open_files() if "store.db" in name]
    assert handle.changed()
    assert not handle.changed()
    with closing(connect(bench.home.store)) as other:
        other.execute("UPDATE numbers SET last = last")
        other.execute("PRAGMA user_version = 7")
    assert handle.changed()
    handle.close()
    bench.connection = connect(bench.home.store)


def open_files() -> list[str]:
    folder = Path("/proc/self/fd")
    return [str(entry.readlink()) for entry in folder.iterdir() if entry.exists()]


@pytest.mark.parametrize(
    "departure",
    [Departure(code=EXIT_OUT_OF_MEMORY), Departure(signal=signal.SIGABRT), Departure(signal=signal.SIGSEGV)],
)
def test_an_end_that_may_come_of_a_limit_of_memory_names_it(departure: Departure) -> None:
    assert "the 500 MB it was given" in departure.sentence(500)
    assert "MB" not in departure.sentence()


def test_a_worker_that_somebody_killed_is_not_told_to_have_met_its_limit() -> None:
    assert "MB" not in Departure(signal=signal.SIGKILL).sentence(500)
