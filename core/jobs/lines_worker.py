"""The short-lived process that asks a run's strategy for the lines of its chart.

    python -m core.jobs.lines_worker --home FOLDER --run ID > FILE

It leaves a JSON object in the first line of its output, `names` and `rows`, and behind
it the values of one line after the other (float64, a row for each bar of the run's
period); or `error` alone. What the strategy prints goes nowhere, and whatever it
starts is ended with it.
"""

import json
import os
import resource
import sys
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
    from core.strategies.signals import Floats

_NICENESS = 10
# Six lines over ten million bars are half of that.
_LARGEST_FILE = 1_000_000_000


def main(arguments: list[str]) -> int:
    """Answer for the run named; the exit code is 0 whatever the answer is."""
    end_with_parent()
    answer = kept_for_the_answer()
    gather_orphans()
    os.nice(_NICENESS)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
    try:
        with os.fdopen(answer, "wb") as file:
            lines: dict[str, Floats] = {}
            try:
                lines = _lines(Home(Path(arguments[1])), int(arguments[3]))
                rows = max(map(len, lines.values()), default=0)
                told: dict[str, Any] = {"names": list(lines), "rows": rows}
            except (BacktapeError, StoreError) as error:
                told = {"error": str(error)}
            file.write(json.dumps(told).encode() + b"\n")
            for values in lines.values():
                file.write(values.data)
    finally:
        end_descendants()
    # Threads that the strategy has started and its own last words are not waited for.
    os._exit(0)


def _lines(home: Home, run_id: int) -> "dict[str, Floats]":
    from core.jobs.memory import MemoryLimit
    from core.jobs.run import strategy_and_bars
    from core.jobs.settings import RunSettings
    from core.strategies.loader import fault
    from core.strategies.returned import lines_of
    from db import runs
    from db.connection import connect

    with closing(connect(home.store)) as connection:
        run = runs.get(connection, run_id, deleted=True)
        if run is None:
            return {}
        limit = RunSettings.of_run(run).memory_limit_mb
        if limit is not None:
            MemoryLimit(limit)
        strategy, bars, first = strategy_and_bars(home, connection, run)
    try:
        return {name: values[first:] for name, values in lines_of(strategy, bars).items()}
    except BaseException as error:
        raise fault(error) from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
