"""When a worker stops because its time is up, on a clock that is moved by hand."""

import numpy as np
import pytest

from core.engine.simulation import Progress
from core.jobs.beats import Beats, TimeUp
from db import jobs, runs
from tests.core.jobs.bench import Bench
from tests.core.jobs.test_lasting import Clock


def beats(bench: Bench, clock: Clock, limit: int | None) -> Beats:
    """Return the signs of life of a run that begins now."""
    bench.submit()
    assert jobs.claim_next(bench.connection, "attempt") is not None
    assert jobs.attach(bench.connection, "attempt", 1, 0.0, "boot")
    return Beats(bench.connection, "attempt", limit, now=clock)


def progress(done: int) -> Progress:
    return Progress(done, 10, 0, 10_000.0, np.ones(10))


def test_a_run_goes_on_up_to_its_time_and_stops_at_it(bench: Bench) -> None:
    clock = Clock(1000.0)
    signs = beats(bench, clock, 300)
    clock.seconds = 1299.9
    signs.progress(progress(1))
    clock.seconds = 1300.0
    with pytest.raises(TimeUp):
        signs.progress(progress(2))


def test_a_run_stops_at_its_time_though_no_sign_of_life_is_due(bench: Bench) -> None:
    clock = Clock(1000.0)
    signs = beats(bench, clock, 300)
    clock.seconds = 1299.95
    signs.progress(progress(1))
    clock.seconds = 1300.05  # a tenth of a second later
    with pytest.raises(TimeUp):
        signs.progress(progress(2))


def test_a_result_that_is_computed_may_be_stored_after_the_time(bench: Bench) -> None:
    clock = Clock(1000.0)
    signs = beats(bench, clock, 300)
    clock.seconds = 2000.0
    signs.phase(jobs.STORING)
    record = jobs.active(bench.connection)[0]
    assert record.phase == "storing"


def test_without_a_limit_there_is_no_end(bench: Bench) -> None:
    clock = Clock(1000.0)
    signs = beats(bench, clock, None)
    clock.seconds = 1e9
    signs.progress(progress(1))
    assert jobs.active(bench.connection)[0].bars_done == 1


def test_whoever_waits_says_so_when_it_is_time_and_stops_at_its_time_too(bench: Bench) -> None:
    clock = Clock(1000.0)
    signs = beats(bench, clock, 300)
    signs.progress(progress(3))
    signs.waiting("waiting for the model")
    assert jobs.active(bench.connection)[0].phase == "simulating"  # only just said
    clock.seconds = 1001.0
    signs.waiting("waiting for the model")
    record = jobs.active(bench.connection)[0]
    assert (record.phase, record.bars_done) == ("waiting for the model", 3)
    clock.seconds = 1300.0
    with pytest.raises(TimeUp):
        signs.waiting("waiting for the model")


def test_what_it_was_too_soon_to_say_is_said_before_a_run_ends_without_a_result(bench: Bench) -> None:
    clock = Clock(1000.0)
    signs = beats(bench, clock, None)
    signs.progress(progress(1))
    clock.seconds = 1000.1
    signs.progress(progress(4))
    assert jobs.active(bench.connection)[0].bars_done == 1
    signs.catch_up()
    assert jobs.active(bench.connection)[0].bars_done == 4
    signs.catch_up()  # there is nothing more to say


def test_how_far_a_run_came_that_broke_off_is_said_once_it_is_known_why(bench: Bench) -> None:
    clock = Clock(1000.0)
    signs = beats(bench, clock, None)
    signs.progress(progress(1))
    signs.broken_off(progress(7))
    assert jobs.active(bench.connection)[0].bars_done == 1
    signs.catch_up()
    assert jobs.active(bench.connection)[0].bars_done == 7


def test_a_cancel_that_is_heard_of_too_late_changes_nothing(bench: Bench) -> None:
    clock = Clock(1000.0)
    signs = beats(bench, clock, None)
    signs.progress(progress(1))
    signs.progress(progress(2))
    (job,) = jobs.active(bench.connection)
    runs.request_cancel(bench.connection, [job.run_id])
    signs.catch_up()
    assert jobs.active(bench.connection)[0].bars_done == 2
