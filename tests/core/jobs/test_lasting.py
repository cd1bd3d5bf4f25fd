"""How long a worker has been at it, worked out by hand on clocks that are set here."""

import os
import sys
from dataclasses import dataclass

import pytest

from core.jobs.lasting import Stopwatch, age
from core.jobs.process import Identity, boot

TICKS = os.sysconf("SC_CLK_TCK")
linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="starts are told in ticks on Linux only"
)


def started(seconds: float) -> Identity:
    """Return a process that started so many seconds after the boot, those of the machine's sleep counted."""
    return Identity(pid=4321, start=seconds * TICKS, boot=boot())


@dataclass
class Clock:
    """A monotonic clock that is moved by hand."""

    seconds: float

    def __call__(self) -> float:
        return self.seconds


@linux
def test_a_process_is_as_old_as_the_time_since_it_started() -> None:
    assert age(started(100.0), 160.0) == 60.0


@linux
def test_a_process_that_started_after_an_hour_of_sleep_looks_younger_never_older() -> None:
    # 200 s awake, 3600 s asleep, start, 30 s awake: the clock without the sleep shows 230.
    assert age(started(3800.0), 230.0) == 0.0


@linux
def test_a_machine_that_sleeps_while_a_process_is_there_does_not_age_it() -> None:
    # Start 100 s after the boot, 20 s awake, an hour asleep: the clock shows 120 s.
    assert age(started(100.0), 120.0) == 20.0


@linux
def test_a_process_of_another_boot_has_no_age() -> None:
    assert age(Identity(4321, 100.0 * TICKS, "another boot"), 160.0) == 0.0


@linux
def test_an_attempt_that_another_runner_began_is_as_old_as_its_worker() -> None:
    clock = Clock(160.0)
    watch = Stopwatch(clock)
    assert watch.lasted("one", started(100.0)) == 60.0
    clock.seconds = 170.0
    assert watch.lasted("one", started(100.0)) == 70.0


def test_an_attempt_whose_worker_has_no_age_counts_from_when_it_was_first_seen() -> None:
    clock = Clock(1000.0)
    watch, who = Stopwatch(clock), Identity(4321, 5.0, "another boot")
    assert watch.lasted("one", who) == 0.0
    clock.seconds = 1007.5
    assert watch.lasted("one", who) == 7.5
    assert watch.lasted("two", who) == 0.0


def test_an_attempt_that_is_over_is_forgotten() -> None:
    clock = Clock(1000.0)
    watch, who = Stopwatch(clock), Identity(4321, 5.0, "another boot")
    watch.lasted("one", who)
    watch.lasted("two", who)
    clock.seconds = 1010.0
    watch.forget_all_but({"two"})
    assert watch.lasted("one", who) == 0.0
    assert watch.lasted("two", who) == 10.0
