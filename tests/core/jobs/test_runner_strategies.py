"""Strategies that leave, hang or leave something behind, under a real runner."""

import psutil
import pytest

from core.jobs.logs import read_run_log
from core.jobs.process import identity
from db import runs, trades
from tests.core.jobs.bench import Bench
from tests.processes import wait_until

pytestmark = pytest.mark.slow


ENDLESS = """
import signal
import subprocess
import time

from core.strategies import Strategy


class Endless(Strategy):
    def on_bar(self, context):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = subprocess.Popen(["sleep", "3600"], start_new_session=True)
        print(child.pid, flush=True)
        while True:
            pass
"""


def test_an_endless_run_that_ignores_signals_is_ended_with_what_it_started(bench: Bench) -> None:
    bench.write_strategy(ENDLESS)
    run_id = bench.submit("endless")
    bench.start()
    said = wait_until(lambda: read_run_log(bench.home, run_id), "the strategy is under way")
    child = identity(int(said[0]))
    assert child is not None
    runs.request_cancel(bench.connection, [run_id])
    assert bench.wait(run_id, 6).status == "cancelled"
    wait_until(lambda: not child.lives(), "the child of the strategy is gone", 5)


LEAVING_CHILDREN = """
import subprocess

from core.strategies import Strategy


class LeavingChildren(Strategy):
    def on_bar(self, context):
        if context.index % 100 == 0:
            print(subprocess.Popen(["sleep", "3600"], start_new_session=True).pid, flush=True)
"""


def test_what_a_strategy_leaves_behind_is_ended_with_its_run(bench: Bench) -> None:
    bench.write_strategy(LEAVING_CHILDREN)
    run_id = bench.submit("leaving_children")
    bench.start()
    bench.finish(run_id)
    pids = [int(pid) for pid in read_run_log(bench.home, run_id)]
    assert len(pids) > 10
    wait_until(lambda: not any(psutil.pid_exists(pid) for pid in pids), "all children are gone", 10)


AT = "At bar 51 (2020-01-06 04:15 UTC): "


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("raise ValueError('no \\x1b]0;luck\\x07')", f"mine.py, line 7: {AT}ValueError: no"),
        ("import sys; sys.exit(0)", f"mine.py, line 7: {AT}The strategy left the program with exit(0)."),
        ("import os; os._exit(0)", "exit code 0 and without a result"),
        ("import os; os._exit(7)", "exit code 7 and without a result"),
        ("raise KeyboardInterrupt", f"mine.py, line 7: {AT}KeyboardInterrupt"),
        ("raise MemoryError", "out of memory"),
        ("context.buy(stop=float('nan'))", "mine.py, line 7"),
    ],
)
def test_a_strategy_that_leaves_fails_with_file_and_line(bench: Bench, code: str, told: str) -> None:
    bench.write_strategy(
        "from core.strategies import Strategy\n\n\nclass Leaving(Strategy):\n"
        f"    def on_bar(self, context):\n        if context.index > 50:\n            {code}\n"
    )
    run_id = bench.submit("leaving")
    bench.start()
    run = bench.wait(run_id)
    assert run.status == "failed"
    assert told in (run.error_message or "")
    assert (run.error_message or "").isprintable()


def test_a_strategy_that_forks_stores_one_result(bench: Bench) -> None:
    bench.write_strategy(
        "import os\n\nfrom core.strategies import Strategy\n\n\nclass Forking(Strategy):\n"
        "    def on_bar(self, context):\n        if context.index == 50:\n            os.fork()\n"
    )
    run_id = bench.submit("forking")
    bench.start()
    bench.finish(run_id)
    assert trades.count(bench.connection, run_id) == 0


def test_what_a_strategy_prints_is_kept_up_to_a_bound(bench: Bench) -> None:
    bench.write_strategy(
        "from core.strategies import Strategy\n\n\nclass Talking(Strategy):\n"
        "    def on_bar(self, context):\n        print('x' * 100_000)\n"
    )
    run_id = bench.submit("talking")
    bench.start()
    bench.finish(run_id)
    log = bench.home.logs / f"run-{run_id}.log"
    assert log.stat().st_size < 1_100_000
    assert log.stat().st_mode & 0o077 == 0


def test_memory_that_is_not_there_fails_the_run_alone(bench: Bench) -> None:
    bench.write_strategy(
        "import numpy as np\nimport resource\n\nfrom core.strategies import Strategy\n\n\n"
        "class Greedy(Strategy):\n    def on_bar(self, context):\n"
        "        size = int(open('/proc/self/statm').read().split()[0]) * 4096\n"
        "        resource.setrlimit(resource.RLIMIT_AS, (size + 10_000_000, size + 10_000_000))\n"
        "        self.much = [bytes(1_000_000) for _ in range(1000)]\n"
    )
    run_id, next_id = bench.submit("greedy"), bench.submit()
    bench.start()
    run = bench.wait(run_id)
    assert run.status == "failed"
    assert "out of memory" in (run.error_message or "")
    bench.finish(next_id)
