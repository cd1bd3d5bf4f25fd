"""What a strategy starts ends with its worker, however that ends, and whoever watches."""

import os
import signal

import pytest

from core.jobs.logs import LOG_LIMIT, read_run_log, run_log
from core.jobs.process import Identity, identity
from db import runs
from tests.core.jobs.bench import Bench
from tests.faults.test_limits import FORMS, doing
from tests.faults.test_misbehaviour import is_cut, taken_by
from tests.processes import wait_until

CHILDREN = {
    "a child": "child = subprocess.Popen(['sleep', '600']).pid",
    "in a session of its own": "child = subprocess.Popen(['sleep', '600'], start_new_session=True).pid",
    "a grandchild without a parent": (
        "script = 'setsid sleep 600 > /dev/null 2>&1 & echo $!'\n"
        "child = int(subprocess.run(['sh', '-c', script], stdout=-1).stdout)"
    ),
    "a fork of the worker": "child = os.fork()\nif child == 0:\n    os.setsid()\n    time.sleep(600)",
}
SAY = "\nprint('child', child, flush=True)\n"


def child_of(bench: Bench, run_id: int) -> Identity:
    """Wait until the strategy has told of its child; return who that is."""

    def told() -> str:
        lines = [line for line in read_run_log(bench.home, run_id) if line.startswith("child ")]
        return lines[0].removeprefix("child ") if lines else ""

    who = identity(int(wait_until(told, "the strategy tells of its child")))
    assert who is not None
    assert who.lives()
    return who


def wait_for_the_end_of(child: Identity) -> None:
    wait_until(lambda: not child.lives(), "the child is gone", 10)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("what", CHILDREN)
def test_a_child_ends_with_a_run_that_is_done(bench: Bench, what: str, form: str) -> None:
    run_id = doing(bench, CHILDREN[what] + SAY + "time.sleep(1)", form)
    bench.start()
    child = child_of(bench, run_id)
    bench.finish(run_id)
    wait_for_the_end_of(child)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("what", CHILDREN)
def test_a_child_ends_with_a_worker_that_is_killed(bench: Bench, what: str, form: str) -> None:
    run_id = doing(bench, CHILDREN[what] + SAY + "time.sleep(1e9)", form)
    bench.start()
    child = child_of(bench, run_id)
    os.kill(taken_by(bench, run_id).pid, signal.SIGKILL)
    assert bench.wait(run_id).status == "failed"
    wait_for_the_end_of(child)


@pytest.mark.slow
@pytest.mark.parametrize("what", CHILDREN)
def test_a_child_ends_with_a_worker_that_is_killed_under_another_runner(bench: Bench, what: str) -> None:
    run_id = doing(bench, CHILDREN[what] + SAY + "time.sleep(1e9)")
    first = bench.start()
    child = child_of(bench, run_id)
    os.kill(first.pid, signal.SIGKILL)
    wait_until(lambda: not first.lives(), "the runner is dead")
    bench.start()
    after = bench.submit()
    bench.finish(after)  # the new runner has looked around
    os.kill(taken_by(bench, run_id).pid, signal.SIGKILL)
    assert bench.wait(run_id).status == "failed"
    wait_for_the_end_of(child)


@pytest.mark.slow
@pytest.mark.parametrize("what", CHILDREN)
def test_a_child_ends_with_a_run_whose_time_is_up(bench: Bench, what: str) -> None:
    run_id = doing(bench, CHILDREN[what] + SAY + "time.sleep(1e9)", time_limit_minutes=2 / 60)
    bench.start()
    child = child_of(bench, run_id)
    assert "longer than the 2 seconds" in (bench.wait(run_id).error_message or "")
    wait_for_the_end_of(child)


@pytest.mark.slow
def test_a_child_ends_with_a_run_that_is_cancelled(bench: Bench) -> None:
    run_id = doing(bench, CHILDREN["a grandchild without a parent"] + SAY + "time.sleep(1e9)", "signals")
    bench.start()
    child = child_of(bench, run_id)
    runs.request_cancel(bench.connection, [run_id])
    assert bench.wait(run_id).status == "cancelled"
    wait_for_the_end_of(child)


@pytest.mark.slow
@pytest.mark.parametrize("what", ["print('x' * 3_000_000)", "os.write(1, b'x' * 3_000_000); time.sleep(1)"])
def test_what_signals_prints_is_bounded_too(bench: Bench, what: str) -> None:
    run_id = doing(bench, what, "signals")
    bench.start()
    bench.finish(run_id)
    wait_until(lambda: is_cut(run_log(bench.home, run_id)), "the log is cut and says so")
    assert run_log(bench.home, run_id).stat().st_size >= LOG_LIMIT
