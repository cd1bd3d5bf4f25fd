"""The process that runs a strategy to check it, forked from nothing and ended by its caller.

    python -m core.jobs.checking_worker --home FOLDER < TASK

It takes one JSON object from its input and writes JSON objects to its output, a
line each: `progress` as often as it changes, at most ten times a second, then
`report` (and `decided`, for another process to repeat) or `refused`. What the
strategy prints goes nowhere, and whatever it starts is ended with it.
"""

import json
import os
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import BacktapeError
from core.home import Home
from core.jobs.described import kept_for_the_answer
from core.jobs.isolation import end_with_parent, gather_orphans
from core.jobs.process import end_descendants
from db.errors import StoreError

if TYPE_CHECKING:
    from core.market.bars import Bars
    from core.strategies.strategy import Options

_EVERY = 0.1
_NICENESS = 10


def main(arguments: list[str]) -> int:
    """Do the task on stdin for the data folder named; the exit code is 0 whatever comes of it."""
    end_with_parent()
    task = json.loads(sys.stdin.read())
    output = _Output(kept_for_the_answer())
    gather_orphans()
    os.nice(_NICENESS)
    try:
        output.write(_done(Home(Path(arguments[1])), task, output))
    except (BacktapeError, StoreError) as error:
        output.write({"refused": str(error)})
    except Exception as error:  # noqa: BLE001 (the caller must be told what went wrong here)
        output.write({"refused": f"The check itself failed ({type(error).__name__}: {error})."})
    finally:
        end_descendants()
    # Threads that the strategy has started and its own last words are not waited for.
    os._exit(0)


class _Output:
    """Writes the lines that the caller reads."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._told = -_EVERY
        self._phase = ""

    def progress(self, what: str, done: int, total: int) -> None:
        """Tell how far the check is, if it is time or something else has begun."""
        now = time.monotonic()
        if what != self._phase or now - self._told >= _EVERY:
            self._phase, self._told = what, now
            self.write({"progress": [what, done, total]})

    def write(self, message: dict[str, Any]) -> None:
        """Write one line, whole."""
        data = memoryview(json.dumps(message).encode() + b"\n")
        while data:
            data = data[os.write(self._descriptor, data) :]


def _done(home: Home, task: dict[str, Any], output: _Output) -> dict[str, Any]:
    """Return the last line: what the check has found."""
    from core.checking import clock
    from core.checking.decided import Decided
    from core.checking.examination import Examination
    from core.checking.findings import CheckReport, Finding
    from core.checking.subject import Subject
    from core.checking.witness import witness
    from core.strategies.errors import StrategyError

    output.progress("loading", 0, 1)
    subject = Subject(task["strategy"], task["source"], task["params"])
    subject.load_pandas()
    clock.stand_still()
    try:
        options = subject.fresh().options()
    except StrategyError as error:
        return {"report": CheckReport((Finding("error", str(error)),), 0, 0, 0, 0.0).as_json()}
    bars, first, left_out = _window(home, task, options)
    if "decided" in task:
        found = witness(subject, bars, Decided.unpacked(task["decided"]))
        return {"report": CheckReport((found,) if found else (), 0, 0, 0, 0.0).as_json()}
    examination = Examination(subject, bars, first, output.progress)
    if left_out:
        examination.notes.append(
            f"Only the last {task['bars']:,} bars of the period were checked, {left_out:,} before them were "
            "not; 'backtape check' with --bars checks more."
        )
    report = examination.report()
    repeats = examination.full is not None and all(one.kind != "randomness" for one in report.findings)
    decided = examination.full.packed() if examination.full is not None and repeats else None
    return {"report": report.as_json(), "decided": decided}


def _window(home: Home, task: dict[str, Any], options: "Options") -> "tuple[Bars, int, int]":
    """Return the bars as a run is given them, where they begin to decide, and how many are left out."""
    import datetime as dt

    from core.jobs.period import bounds
    from core.market.timeframes import parse_timeframe

    whole = _open(home, task["dataset"], task["timeframe"])
    start, end = (dt.datetime.fromisoformat(task[name]) for name in ("start", "end"))
    earliest, last = bounds(whole, start, end)
    first = max(earliest, last - task["bars"])
    contexts = {parse_timeframe(name): _open(home, digest, name) for name, digest in task["contexts"].items()}
    for name in {*options.context_timeframes} - {*contexts}:
        contexts[parse_timeframe(name)] = _open(home, task["dataset"], name)
    warmup = min(options.warmup, first)
    return whole.with_context(contexts).slice(first - warmup, last), warmup, first - earliest


def _open(home: Home, digest: str, timeframe: str) -> "Bars":
    from core.datasets import open_bars
    from db import datasets
    from db.connection import connect

    with closing(connect(home.store)) as connection:
        record = datasets.by_digest(connection, digest)
    if record is None:
        raise BacktapeError("The price history to be checked on was deleted meanwhile.")
    return open_bars(home, record, timeframe)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
