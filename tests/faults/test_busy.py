"""Another program that holds the store's write lock."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from core.home import Home
from core.jobs.launch import ensure_runner
from db import queue
from db.connection import LONG_PATIENCE, connect
from tests.core.jobs.bench import Bench
from tests.db.samples import add_run
from tests.e2e.terminal import Terminal
from tests.processes import wait_until
from tests.tui.commands.program import program

BUSY = "The store is busy"


@contextmanager
def locked(home: Home) -> Iterator[sqlite3.Connection]:
    """Hold the write lock for the block, as another program does."""
    with closing(sqlite3.connect(home.store, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other
        if other.in_transaction:
            other.execute("ROLLBACK")


def test_the_screens_answer_every_key_and_say_that_the_store_is_busy(bench: Bench) -> None:
    queue.pause(bench.connection, True)
    waiting = bench.submit()
    bench.wait_until_empty()
    with Terminal() as terminal:
        terminal.wait_for("waiting")
        with locked(bench.home):
            terminal.send("d")
            terminal.wait_for("y deletes")
            terminal.send("y")
            terminal.wait_for(BUSY)
            terminal.send("?")
            terminal.wait_for("Keys")
            terminal.send("\x1b")
            terminal.wait_for(lambda text: "Keys" not in text)
        wait_until(
            lambda: bench.connection.execute(
                "SELECT deleted_at FROM backtest_runs WHERE id = ?", (waiting,)
            ).fetchone()[0],
            "what was asked for is done once the store is free",
        )
        terminal.send("q")
        assert terminal.wait_for_exit() == 0
        assert terminal.is_whole
    queue.pause(bench.connection, False)


@pytest.mark.slow
def test_a_write_that_waits_too_long_is_given_up_with_a_sentence(bench: Bench) -> None:
    run_id = bench.submit()
    with Terminal() as terminal:
        terminal.wait_for("sma_cross")
        with locked(bench.home):
            terminal.send("d")
            terminal.wait_for("y deletes")
            terminal.send("y")
            terminal.wait_for("try again in a moment")
            assert bench.run(run_id).deleted_at is None


@pytest.mark.slow
def test_a_command_that_waits_too_long_ends_with_a_sentence(bench: Bench) -> None:
    run_id = bench.submit()
    with locked(bench.home):
        said = program("delete", str(run_id))
    assert said.code == 1
    assert said.err.count("\n") == 1
    assert BUSY in said.err
    assert bench.run(run_id).deleted_at is None


@pytest.mark.slow
def test_a_run_under_way_goes_on_and_its_result_waits_for_the_store(bench: Bench) -> None:
    run_id = bench.slow(0.001, end="2020-01-08")
    bench.start()
    worker = bench.worker(run_id)
    with locked(bench.home):
        time.sleep(3.0)  # much longer than the run takes by itself
        assert worker.lives()
        assert bench.run(run_id).status == "running"
    assert bench.finish(run_id).total_trades is not None


@pytest.mark.slow
def test_a_result_that_finds_no_way_in_is_kept_beside_the_store_and_stored_later(bench: Bench) -> None:
    run_id = bench.slow(0.001, end="2020-01-08")
    bench.start()
    worker = bench.worker(run_id)
    with locked(bench.home):
        spooled = wait_until(
            lambda: list(bench.home.spool.glob("*.spool")), "the result is kept", LONG_PATIENCE + 40
        )
        wait_until(lambda: not worker.lives(), "the worker has left", 20)
        assert len(spooled) == 1
        assert bench.run(run_id).status == "running"
    ensure_runner(bench.home)
    assert bench.finish(run_id).total_trades is not None
    wait_until(lambda: not spooled[0].exists(), "the file is gone once it is stored")


def test_a_store_is_opened_and_read_while_another_program_writes(home: Home) -> None:
    assert program("runs").code == 0
    with closing(connect(home.store)) as connection:
        add_run(connection)
    with locked(home):
        said = program("runs", "--json")
    assert said.code == 0
    assert len(said.document) == 1
