"""Runs that take longer, or more memory, than they were given."""

import os
import signal
from contextlib import closing

import pytest

from core.jobs.logs import read_run_log
from core.jobs.repeat import plan_repeat, store_repeat
from core.jobs.supervision import TIME_PATIENCE
from db.connection import connect
from db.runs import RunRecord
from tests.core.jobs.bench import Bench
from tests.faults.test_misbehaviour import taken_by
from tests.processes import wait_until

SECONDS = 2
MINUTES = SECONDS / 60
TOO_LONG = (
    f"It took longer than the {SECONDS} seconds it was given; give it more with --time or shorten the period."
)
BY_FORCE = "its time is up and it does not stop, ended by force"

BAR_BY_BAR = """
import ctypes
import itertools
import os
import subprocess
import sys
import threading
import time

import numpy as np

from core.strategies import Strategy


class Mine(Strategy):
    def on_bar(self, context):
        if context.index == 60:
            print("here", flush=True)
{lines}
"""
ALL_AT_ONCE = BAR_BY_BAR.replace("import Strategy", "import Signals, Strategy").replace(
    "    def on_bar(self, context):\n        if context.index == 60:\n",
    "    def signals(self, bars):\n        if True:\n",
)
NO_SIGNALS = "            return Signals()"
FORMS = {"on_bar": BAR_BY_BAR, "signals": ALL_AT_ONCE}


def doing(bench: Bench, lines: str, form: str = "on_bar", **values: object) -> int:
    """Store a run of a strategy that does this once, in `on_bar` or in `signals`."""
    text = "\n".join(f"            {line}" for line in lines.splitlines())
    end = f"\n{NO_SIGNALS}" if form == "signals" else ""
    bench.write_strategy(FORMS[form].replace("{lines}", text) + end)
    return bench.submit("mine", **values)


def failed(bench: Bench, run_id: int, seconds: float = 30.0) -> RunRecord:
    """Return a run that has failed."""
    run = bench.wait(run_id, seconds)
    assert run.status == "failed", run_log(bench, run_id)
    return run


def run_log(bench: Bench, run_id: int) -> list[str]:
    return read_run_log(bench.home, run_id)


# Time

ENDLESS = {
    "python": "while True: pass",
    "deaf": "while True:\n    try: time.sleep(0.01)\n    except BaseException: pass",
    "C": "sum(itertools.repeat(0))",
    "asleep": "time.sleep(1e9)",
}


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("what", ENDLESS)
def test_a_strategy_without_an_end_has_the_time_it_was_given(bench: Bench, what: str, form: str) -> None:
    run_id = doing(bench, ENDLESS[what], form, time_limit_minutes=MINUTES)
    bench.start()
    worker = taken_by(bench, run_id)
    assert failed(bench, run_id).error_message == TOO_LONG
    wait_until(lambda: not worker.lives(), "the worker is gone")
    assert BY_FORCE in bench.log()


def test_a_slow_strategy_stops_by_itself_when_its_time_is_up(bench: Bench) -> None:
    run_id = bench.slow(0.01, time_limit_minutes=MINUTES)
    bench.start()
    run = failed(bench, run_id)
    assert run.error_message == TOO_LONG
    assert 0 < run.progress_pct < 100
    assert BY_FORCE not in bench.log()


@pytest.mark.slow
def test_a_frozen_worker_is_ended_when_its_time_is_up(bench: Bench) -> None:
    run_id = bench.slow(0.01, time_limit_minutes=3 * MINUTES)
    bench.start()
    worker = bench.worker(run_id)
    os.kill(worker.pid, signal.SIGSTOP)
    assert "longer than the 6 seconds" in (failed(bench, run_id).error_message or "")
    assert not worker.lives()


@pytest.mark.slow
def test_a_worker_that_a_new_runner_finds_has_no_more_time_for_that(bench: Bench) -> None:
    run_id = doing(bench, "while True: pass", time_limit_minutes=2 * MINUTES)
    first = bench.start()
    worker = taken_by(bench, run_id)
    os.kill(first.pid, signal.SIGKILL)
    wait_until(lambda: not first.lives(), "the runner is dead")
    bench.start()
    assert "longer than the 4 seconds" in (failed(bench, run_id).error_message or "")
    wait_until(lambda: not worker.lives(), "the worker is gone")
    assert bench.log().count(BY_FORCE) == 1


@pytest.mark.slow
def test_a_runner_that_hands_over_tells_why_its_worker_was_ended(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = doing(bench, "while True: pass", time_limit_minutes=3 * MINUTES)
    first = bench.start()
    taken_by(bench, run_id)
    monkeypatch.setenv("BACKTAPE_LLM_MODEL", "another")
    bench.start()
    wait_until(lambda: bench.runner_now() not in (None, first), "another runner serves")
    assert first.lives()  # it waits for its worker
    assert "longer than the 6 seconds" in (failed(bench, run_id).error_message or "")
    wait_until(lambda: not first.lives(), "the first runner leaves")


@pytest.mark.slow
def test_waiting_for_a_place_takes_no_time(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKTAPE_WORKERS", "1")
    long, short = bench.slow(0.01, end="2020-01-08"), bench.submit(time_limit_minutes=MINUTES)
    bench.start()
    waited = bench.run(bench.finish(long).id)
    assert waited.started_at is not None
    assert waited.finished_at is not None
    assert (waited.finished_at - waited.started_at).total_seconds() > SECONDS
    bench.finish(short)


@pytest.mark.slow
def test_a_clock_of_day_that_was_set_does_not_shorten_a_run(bench: Bench) -> None:
    run_id = bench.slow(0.005, end="2020-01-08", time_limit_minutes=1)
    bench.start()
    bench.worker(run_id)
    bench.connection.execute("UPDATE run_jobs SET claimed_at = '2001-01-01 00:00:00.000000'")
    bench.finish(run_id)


@pytest.mark.slow
def test_a_result_that_waits_for_the_store_is_kept_though_the_time_is_up(bench: Bench) -> None:
    given = 10
    run_id = bench.slow(0.001, end="2020-01-08", time_limit_minutes=given / 60)
    bench.start()
    worker = bench.worker(run_id)
    with closing(connect(bench.home.store)) as other:
        other.execute("BEGIN IMMEDIATE")  # from here on nobody can store anything, not even how far it is
        wait_until(lambda: _age(bench, run_id) > given + 2 * TIME_PATIENCE, "its time is long up")
        assert worker.lives()
        other.execute("ROLLBACK")
    bench.finish(run_id)


def _age(bench: Bench, run_id: int) -> float:
    from db.times import now

    job = bench.run(run_id).job
    assert job is not None
    assert job.claimed_at is not None
    return (now() - job.claimed_at).total_seconds()


@pytest.mark.slow
def test_a_run_that_is_ended_for_its_time_takes_nothing_from_the_others(bench: Bench) -> None:
    endless = doing(bench, "while True: pass", time_limit_minutes=MINUTES)
    others = [bench.slow(0.002, end="2020-01-08"), *(bench.submit(time_limit_minutes=1) for _ in range(3))]
    bench.start()
    assert failed(bench, endless).error_message == TOO_LONG
    for other in others:
        bench.finish(other)


@pytest.mark.slow
def test_a_repeat_has_the_limits_of_the_run(bench: Bench) -> None:
    first = failed(bench, _started(bench, bench.slow(0.01, time_limit_minutes=MINUTES, memory_limit_mb=200)))
    again = store_repeat(bench.connection, plan_repeat(bench.connection, bench.home, first))
    bench.start()
    run = failed(bench, again)
    assert run.error_message == TOO_LONG
    assert run.settings["memory_limit_mb"] == 200


def _started(bench: Bench, run_id: int) -> int:
    bench.start()
    return run_id


# Memory

GIVEN = 100
TOO_MUCH = (
    f"The run needed more than the {GIVEN} MB it was given; give it more with --memory or shorten the period."
)
GREEDY = {
    "numpy": "held = np.ones(50_000_000)",
    "objects": "held = [str(number) * 10 for number in range(50_000_000)]",
    "a bit at a time": "held = []\nwhile True: held.append(bytes(100_000))",
    "in own words": "try: bytes(500_000_000)\nexcept MemoryError as error: raise ValueError() from error",
}


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("what", GREEDY)
def test_a_strategy_that_takes_more_memory_than_it_was_given_fails(
    bench: Bench, what: str, form: str
) -> None:
    run_id, other = (
        doing(bench, GREEDY[what], form, memory_limit_mb=GIVEN),
        bench.submit(memory_limit_mb=GIVEN),
    )
    bench.start()
    assert failed(bench, run_id).error_message == TOO_MUCH
    wait_until(lambda: any("mine.py" in line for line in run_log(bench, run_id)), "the log says where")
    bench.finish(other)


@pytest.mark.slow
def test_memory_that_is_given_back_or_never_taken_is_no_fault(bench: Bench) -> None:
    lines = "for _ in range(20): held = np.ones(8_000_000); del held\n"
    lines += "try: bytes(500_000_000)\nexcept MemoryError: pass"
    run_id = doing(bench, lines, memory_limit_mb=GIVEN)
    bench.start()
    bench.finish(run_id)


@pytest.mark.slow
def test_a_child_has_no_more_memory_than_the_run(bench: Bench) -> None:
    lines = (
        "program = 'held = bytes(500_000_000)'\n"
        "done = subprocess.run([sys.executable, '-c', program])\n"
        "print('the child left with', done.returncode, flush=True)"
    )
    run_id = doing(bench, lines, memory_limit_mb=GIVEN)
    bench.start()
    bench.finish(run_id)
    assert "the child left with 1" in run_log(bench, run_id)


CRASHES = {
    "abort": "os.abort()",
    "segment": "ctypes.string_at(0)",
}


@pytest.mark.parametrize("what", ["abort", pytest.param("segment", marks=pytest.mark.slow)])
def test_a_crash_under_a_limit_is_told_with_the_limit(bench: Bench, what: str) -> None:
    run_id = doing(bench, CRASHES[what], memory_limit_mb=GIVEN)
    bench.start()
    reason = failed(bench, run_id).error_message or ""
    assert "was killed by signal" in reason
    assert f"more than the {GIVEN} MB it was given" in reason


COMPILING = """
import numba
import numpy as np

from core.strategies import Signals, Strategy


@numba.njit
def rising(close):
    held = np.empty({held})
    mask = np.zeros(len(close), np.bool_)
    for index in range(1, len(close)):
        mask[index] = close[index] > close[index - 1] + held[0] * 0
    return mask


class Mine(Strategy):
    def signals(self, bars):
        ballast = np.ones({ballast})
        return Signals(buy=rising(bars.close) & (ballast[0] > 0))
"""


@pytest.mark.slow
@pytest.mark.parametrize("megabytes", [50, 100])
def test_a_strategy_that_compiles_code_of_its_own_has_room_for_that(bench: Bench, megabytes: int) -> None:
    bench.write_strategy(COMPILING.replace("{held}", "10").replace("{ballast}", "10"))
    run_id = bench.submit("mine", memory_limit_mb=megabytes)
    bench.start()
    bench.finish(run_id)


@pytest.mark.slow
@pytest.mark.parametrize("left", [2, 5, 10, 15, 20])
def test_a_compiler_without_memory_ends_with_a_reason_that_names_the_limit(bench: Bench, left: int) -> None:
    ballast = (GIVEN - left) * 1_000_000 // 8
    bench.write_strategy(COMPILING.replace("{held}", "10").replace("{ballast}", str(ballast)))
    run_id = bench.submit("mine", memory_limit_mb=GIVEN)
    bench.start()
    run = bench.wait(run_id)
    assert run.status == "completed" or f"{GIVEN} MB it was given" in (run.error_message or "")


@pytest.mark.slow
def test_compiled_code_without_memory_fails_with_the_limit(bench: Bench) -> None:
    bench.write_strategy(COMPILING.replace("{held}", "50_000_000").replace("{ballast}", "10"))
    run_id = bench.submit("mine", memory_limit_mb=GIVEN)
    bench.start()
    assert f"{GIVEN} MB it was given" in (failed(bench, run_id).error_message or "")


@pytest.mark.slow
def test_a_strategy_with_frames_has_its_limit_and_no_surprise(bench: Bench) -> None:
    bench.write_strategy(
        "from core.strategies import Signals, Strategy\n\n\n"
        "class Mine(Strategy):\n"
        "    def signals(self, bars):\n"
        "        close = bars.frame()['close']\n"
        "        return Signals(buy=(close > close.rolling(20).mean()).to_numpy())\n"
    )
    runs = [bench.submit("mine", memory_limit_mb=megabytes) for megabytes in (200, 300, 400)]
    bench.start()
    for run_id in runs:
        bench.finish(run_id)
