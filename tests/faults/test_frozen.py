"""A worker that is stopped for long: silent, but not failed."""

import os
import signal

import pytest

from core.jobs.process import Identity
from tests.core.jobs.bench import Bench
from tests.e2e.terminal import Terminal

PATIENCE = 40.0


def freeze(bench: Bench, screens: Terminal, seconds_a_bar: float) -> tuple[int, Identity]:
    """Stop the worker of a run, and wait until the list calls it silent."""
    run_id = bench.slow(seconds_a_bar)
    bench.start()
    worker = bench.worker(run_id)
    screens.wait_for("slow")
    os.kill(worker.pid, signal.SIGSTOP)
    screens.wait_for("no sign", within=PATIENCE)
    return run_id, worker


@pytest.mark.slow
def test_a_frozen_worker_is_called_silent_and_goes_on_when_it_wakes_up(bench: Bench) -> None:
    with Terminal() as screens:
        run_id, worker = freeze(bench, screens, 0.003)
        screens.send("\r")
        screens.wait_for("no sign for", within=PATIENCE)
        assert bench.run(run_id).status == "running"
        os.kill(worker.pid, signal.SIGCONT)
        screens.wait_for(lambda text: "no sign" not in text, within=PATIENCE)
        screens.wait_for("done", within=PATIENCE)
    run = bench.finish(run_id)
    assert run.job is not None
    assert run.job.attempts == 1


@pytest.mark.slow
def test_a_frozen_worker_that_is_silent_can_be_cancelled_from_the_screen(bench: Bench) -> None:
    with Terminal() as screens:
        run_id, worker = freeze(bench, screens, 0.01)
        screens.send("g", "x", "y")
        screens.wait_for("cancelled", within=10)
    assert bench.wait(run_id).status == "cancelled"
    assert not worker.lives()
