"""Show what a run's strategy printed; without a run, what the runner did."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from db.columns import ACTIVE
from db.runs import RunRecord
from tui.commands import parsing
from tui.commands.endings import DONE
from tui.commands.opening import opened_store, usable_home
from tui.commands.output import remark, write, write_json
from tui.commands.results import known

_LINES = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument(
        "id", type=parsing.run_id, nargs="?", metavar="ID", help=f"{parsing.RUN_ID} (default: the runner)"
    )
    parser.add_argument(
        "--lines", type=parsing.count, default=_LINES, metavar="N", help="the last N lines (default: 200)"
    )
    parsing.add_json(parser)
    parser.epilog = parsing.examples("log 7", "log --lines 50")


def execute(options: argparse.Namespace) -> int:
    """Print the end of a log, or say that there is nothing in it."""
    from core.jobs.logs import read_run_log, read_runner_log, run_log, runner_log

    run = None
    if options.id is None:
        home = usable_home()  # what the runner wrote is wanted most where the store is lost
        file, lines = runner_log(home), read_runner_log(home, options.lines)
    else:
        with opened_store() as (home, connection):
            run = known(connection, options.id)
        file, lines = run_log(home, run.id), read_run_log(home, run.id, options.lines)
    if options.json:
        write_json({"run": options.id, "file": file if file.is_file() else None, "lines": lines})
    else:
        _write(run, file, lines)
    return DONE


def _write(run: RunRecord | None, file: Path, lines: Sequence[str]) -> None:
    """Write the lines alone to stdout; what is to be said of them goes beside it."""
    if not lines:
        remark("No runner has written anything here yet." if run is None else _nothing_printed(run))
        return
    if run is None:
        remark(f"The end of {file}:")
    write("\n".join(lines))


def _nothing_printed(run: RunRecord) -> str:
    """Return that a run has printed nothing, as a sentence."""
    if run.status in ACTIVE:
        return f"Run {run.id} has printed nothing yet."
    return f"Run {run.id} printed nothing."
