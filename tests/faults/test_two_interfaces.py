"""Two interfaces on one store, and many starts at once."""

import pytest

from core.home import Home
from db import jobs
from tests.core.jobs.bench import Bench
from tests.e2e.terminal import Terminal
from tests.processes import wait_until
from tests.tui.commands.program import start

pytestmark = pytest.mark.slow

QUIT = "\x11"


def test_two_screens_show_the_same_and_one_worker_serves_the_run_of_both(bench: Bench) -> None:
    with Terminal() as first, Terminal() as second:
        first.wait_for("sma_cross")
        second.wait_for("sma_cross")
        run_id = bench.slow(0.004)
        for screens in (first, second):
            screens.wait_for(lambda text: "slow" in text and "running" in text)
        job = bench.run(run_id).job
        assert job is not None
        assert job.attempts == 1
        # Both start a runner, and the second leaves again; the screens themselves name no folder.
        wait_until(lambda: len(bench.processes()) == 2, "one runner and one worker are there")
        second.send("g", "x", "y")
        for screens in (first, second):
            screens.wait_for("cancelled")
        for screens in (first, second):
            screens.send(QUIT)
            assert screens.wait_for_exit() == 0
            assert screens.is_whole


def test_the_same_keys_in_two_screens_do_the_thing_once(bench: Bench) -> None:
    run_id = bench.slow(0.004)
    bench.start()
    bench.worker(run_id)
    with Terminal() as first, Terminal() as second:
        for screens in (first, second):
            screens.wait_for(lambda text: "slow" in text and "running" in text)
        for screens in (first, second):
            screens.send("x")
            screens.wait_for("Cancel run")
        first.send("y")
        second.send("y")
        for screens in (first, second):
            screens.wait_for("cancelled")
    assert bench.wait(run_id).status == "cancelled"


def test_screens_that_come_and_go_twenty_times_disturb_neither_run_nor_runner(bench: Bench) -> None:
    run_id = bench.slow(0.2)
    who = bench.start()
    worker = bench.worker(run_id)
    for _ in range(20):
        with Terminal() as screens:
            screens.wait_for("slow")
            screens.send(QUIT)
            assert screens.wait_for_exit() == 0
    assert bench.runner() == who
    assert bench.worker(run_id) == worker
    assert len(jobs.active(bench.connection)) == 1


@pytest.mark.parametrize("command", [("runs",), ("queue",), ("data",)])
def test_five_first_starts_at_once_make_one_store(home: Home, command: tuple[str, ...]) -> None:
    started = [start(*command) for _ in range(5)]
    said = [process.communicate(timeout=60) for process in started]
    assert [process.returncode for process in started] == [0] * 5, said
    assert [text for _, text in said if "Traceback" in text] == []
    assert sorted(path.name for path in home.path.glob("store.db*") if not path.name.endswith(".lock")) in (
        ["store.db"],
        ["store.db", "store.db-shm", "store.db-wal"],
    )
    assert list(home.backups.iterdir()) == []


def test_a_double_submission_by_two_commands_is_two_runs_with_a_worker_each(bench: Bench) -> None:
    arguments = ("run", "sma_cross", "SYNTHETIC", "M5", "--to", "2020-01-11", "--json")
    started = [start(*arguments) for _ in range(2)]
    said = [process.communicate(timeout=60) for process in started]
    assert [process.returncode for process in started] == [0, 0], said
    wait_until(lambda: not jobs.active(bench.connection), "nothing is under way")
    rows = bench.connection.execute(
        "SELECT r.status, j.attempts FROM backtest_runs r JOIN run_jobs j ON j.run_id = r.id"
        " ORDER BY r.id DESC LIMIT 2"
    )
    assert rows.fetchall() == [("completed", 1), ("completed", 1)]
