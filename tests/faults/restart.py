"""A machine that is restarted while runs are under way, for a person to try.

    python -m tests.faults.restart begin FOLDER     then restart the machine, without warning if you dare
    python -m tests.faults.restart check FOLDER

No test does this by itself: a container of a test machine cannot be restarted under
the test that watches it, and what counts is the real disk and the real boot.
"""

import argparse
import os
import sys
from contextlib import closing
from pathlib import Path

from core.home import Home
from core.jobs.launch import ensure_runner
from core.market.synthetic import synthetic_bars
from db import jobs, runs
from db.connection import connect
from tests.core.jobs.bench import Bench, open_bench
from tests.faults.aftermath import contradictions, without_worker
from tests.processes import wait_until

_DONE, _UNDER_WAY, _WAITING = 5, 2, 5


def begin(home: Home) -> None:
    """Leave completed runs, runs under way and waiting runs behind; say what to do next."""
    os.environ["BACKTAPE_WORKERS"] = str(_UNDER_WAY)
    with open_bench(home, synthetic_bars(seed=7, years=1).slice(0, 18_000)) as bench:
        week = {"start": "2021-01-04", "end": "2021-01-09"}
        for run_id in [bench.submit(**week) for _ in range(_DONE)]:
            bench.start()
            bench.finish(run_id)
        under_way = [bench.slow(60.0, **week) for _ in range(_UNDER_WAY)]
        for _ in range(_WAITING):
            bench.submit(**week)
        bench.start()
        wait_until(lambda: all(_has_worker(bench, run_id) for run_id in under_way), "both are under way")
        # Not through the bench's own end, which would kill what is to be under way.
        print(f"Restart the machine now, then: python -m tests.faults.restart check {home.path}", flush=True)
        os._exit(0)


def check(home: Home) -> list[str]:
    """Return a sentence for everything that is not as it should be after the restart."""
    with closing(connect(home.store)) as connection:
        ensure_runner(home)
        wait_until(lambda: not jobs.waiting(connection) and not jobs.active(connection), "all runs end", 120)
        ends = [run.status for number in range(1, 100) if (run := runs.get(connection, number)) is not None]
        told = connection.execute(
            "SELECT count(*) FROM backtest_runs WHERE error_message LIKE '%machine was restarted%'"
        ).fetchone()[0]
        problems = [f"{ends.count('completed')} runs are completed"] * (
            ends.count("completed") != _DONE + _WAITING
        )
        problems += [f"{told} runs say that the machine was restarted"] * (told != _UNDER_WAY)
        problems += [f"run {row[0]} contradicts itself" for row in contradictions(connection)]
        problems += [f"run {run_id} has no worker" for run_id in without_worker(connection)]
        found = connection.execute("PRAGMA integrity_check").fetchall()
        return problems + [f"integrity: {row[0]}" for row in found if row[0] != "ok"]


def main() -> int:
    """Do the half that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.restart")
    parser.add_argument("half", choices=("begin", "check"))
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    home = Home(options.folder.absolute())
    os.environ["BACKTAPE_HOME"] = str(home.path)
    if options.half == "begin":
        begin(home.create())
    problems = check(home)
    print("\n".join(problems) or "Everything is as it should be.")
    return 1 if problems else 0


def _has_worker(bench: Bench, run_id: int) -> bool:
    job = bench.run(run_id).job
    return job is not None and job.pid is not None


if __name__ == "__main__":
    sys.exit(main())
