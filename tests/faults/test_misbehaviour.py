"""Strategies that print without end, shout at the terminal or leave something behind (F14)."""

import os
import signal
import stat
import threading
from pathlib import Path

import pytest

from core.jobs.logs import LOG_LIMIT, read_run_log, run_log
from core.jobs.process import Identity, identity
from tests.core.jobs.bench import Bench
from tests.e2e.terminal import Terminal
from tests.processes import wait_until

pytestmark = pytest.mark.slow

PRINTED = 1_000_000_000

ONCE = """
import os
import subprocess
import time

from core.strategies import Strategy


class Misbehaving(Strategy):
    def on_bar(self, context):
        if context.index == 60:
{lines}
"""


def misbehaving(bench: Bench, *lines: str, **values: object) -> int:
    """Store a run of a strategy that does this once, at one of its bars."""
    text = "\n".join(f"            {line}" for line in lines)
    bench.write_strategy(ONCE.replace("{lines}", text))
    return bench.submit("misbehaving", **values)


class Watched:
    """The largest size that a file had while somebody looked."""

    def __init__(self, path: Path) -> None:
        self.largest = 0
        self._path = path
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "Watched":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(0.002):
            if self._path.exists():
                self.largest = max(self.largest, self._path.stat().st_size)


def is_cut(log: Path) -> bool:
    """Return whether a log is within its bound and says that something is missing, wherever in it."""
    if log.stat().st_size > 2 * LOG_LIMIT:
        return False
    said = log.read_bytes()
    return b"not kept" in said or b"more than is kept" in said


GIGABYTE = {
    "print": ["for _ in range(1000): print('x' * 1_000_000)"],
    "natively": ["for _ in range(1000): os.write(1, b'x' * 1_000_000)"],
    "as errors": ["for _ in range(1000): os.write(2, b'x' * 1_000_000)"],
    "by another program": ["subprocess.run(['head', '-c', '1000000000', '/dev/zero'])"],
}


@pytest.mark.parametrize("how", GIGABYTE)
def test_a_gigabyte_of_output_is_kept_up_to_a_bound_and_the_cut_is_said(bench: Bench, how: str) -> None:
    run_id = misbehaving(bench, *GIGABYTE[how])
    log = run_log(bench.home, run_id)
    with Watched(log) as watched:
        bench.start()
        bench.finish(run_id)
        wait_until(lambda: is_cut(log), "the log is cut and says so")
    assert watched.largest < PRINTED / 2  # it is cut while it grows, about thirty times a second
    assert log.stat().st_size >= LOG_LIMIT
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def taken_by(bench: Bench, run_id: int) -> Identity:
    """Wait until a worker has a run; return who it is."""

    def worker() -> Identity | None:
        job = bench.run(run_id).job
        return None if job is None or job.pid is None else identity(job.pid)

    who = wait_until(worker, "a worker has the run")
    assert who is not None
    return who


def test_output_without_end_is_bounded_whoever_is_the_runner(bench: Bench) -> None:
    run_id = misbehaving(bench, "while True: os.write(1, b'x' * 1000); time.sleep(0.00002)")
    first = bench.start()
    worker = taken_by(bench, run_id)
    os.kill(first.pid, signal.SIGKILL)
    wait_until(lambda: not first.lives(), "the runner is dead")
    log = run_log(bench.home, run_id)
    wait_until(lambda: log.exists() and log.stat().st_size > 4 * LOG_LIMIT, "nobody cuts the log")
    bench.start()
    wait_until(lambda: log.stat().st_size < 2 * LOG_LIMIT, "the new runner cuts the log")
    assert worker.lives()


def test_nothing_that_a_strategy_says_reaches_the_terminal_it_was_started_from(bench: Bench) -> None:
    shouted = "\\x1b]0;owned\\x07"
    bench.write_strategy(
        ONCE.replace(
            "{lines}",
            f"            print('{shouted}')\n"
            f"            os.write(2, b'{shouted}')\n"
            "            try:\n"
            f"                open('/dev/tty', 'w').write('{shouted}')\n"
            "            except OSError as error:\n"
            "                print('no terminal:', error.strerror)\n"
            "            done = subprocess.run(['sh', '-c', 'echo owned > /dev/tty'])\n"
            "            print('the shell left with', done.returncode)\n",
        )
    )
    arguments = ["run", "misbehaving", "SYNTHETIC", "M5", "--from", "2020-01-06", "--to", "2020-01-11"]
    with Terminal(arguments) as terminal:
        assert terminal.wait_for_exit() == 0
        assert b"owned" not in terminal.received
    said = read_run_log(bench.home, 2)
    assert any("no terminal: " in line for line in said)
    assert "the shell left with 0" not in said
    assert all(line.isprintable() for line in said)


DAEMON = [
    "program = 'import os, time; os.setsid(); print(os.getpid(), flush=True);'",
    "program += '[(print(1, flush=True), time.sleep(0.01)) for _ in range(10**6)]'",
    "program = f'import os\\nif os.fork() == 0:\\n exec({program!r})'",
    "subprocess.run([__import__('sys').executable, '-c', program])",
    "time.sleep(1)",
]


def test_a_child_left_behind_is_ended_and_its_log_grows_no_more(bench: Bench) -> None:
    run_id = misbehaving(bench, *DAEMON)
    bench.start()
    pid = int(wait_until(lambda: read_run_log(bench.home, run_id), "the child speaks")[0])
    child = identity(pid)
    assert child is not None
    bench.finish(run_id)
    wait_until(lambda: not child.lives(), "the child is gone", 10)
    size = run_log(bench.home, run_id).stat().st_size
    bench.wait_until_empty()
    assert run_log(bench.home, run_id).stat().st_size == size


@pytest.mark.parametrize(
    "line",
    [
        "os.close(1); os.close(2); print('gone')",
        "import sys; sys.stdout = None; sys.stderr = None",
        "import sys; sys.stdout.close()",
        "os.umask(0); os.chdir('/')",
        "os.closerange(0, 3)",
        "os.dup2(os.open('/dev/null', os.O_WRONLY), 1)",
    ],
)
def test_a_strategy_that_takes_its_own_output_away_still_has_its_result(bench: Bench, line: str) -> None:
    run_id = misbehaving(bench, line)
    bench.start()
    bench.finish(run_id)


@pytest.mark.parametrize("line", ["os.replace(log, log + '.moved')", "os.remove(log); os.mkfifo(log)"])
def test_a_strategy_that_puts_something_else_in_place_of_its_log_harms_nobody(
    bench: Bench, line: str
) -> None:
    log = bench.home.logs / "run-2.log"
    run_id = misbehaving(bench, f"log = {str(log)!r}", line, "print('x' * 3_000_000)")
    other = bench.submit()
    bench.start()
    bench.finish(run_id)
    bench.finish(other)
