"""Cancel runs that wait or are under way."""

import argparse

from db import runs
from db.runs import RunRecord
from tui.commands import parsing
from tui.commands.endings import DONE, REFUSED
from tui.commands.opening import opened_store
from tui.commands.output import complain, write
from tui.commands.results import known
from tui.formats import status_said, status_word

# A worker stops at its next chunk; after three seconds the runner ends it by force.
_PATIENCE = 10.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("ids", type=parsing.run_id, nargs="+", metavar="ID", help=parsing.RUN_IDS)


def execute(options: argparse.Namespace) -> int:
    """Ask for their end and wait for it; what has ended already stays what it is."""
    ids = list(dict.fromkeys(options.ids))
    with opened_store() as (home, connection):
        for run_id in ids:
            known(connection, run_id)
        asked = runs.request_cancel(connection, ids)
        if asked:
            from tui.commands.following import await_end

            await_end(home, connection, asked, _PATIENCE)
        # All are told before the exit code is decided.
        return max([_tell(known(connection, run_id), asked) for run_id in ids])


def _tell(run: RunRecord, asked: list[int]) -> int:
    if run.status == "cancelled" and run.id in asked:
        write(f"Run {run.id} is cancelled.")
        return DONE
    if run.id not in asked:
        complain(f"Run {run.id} {status_said(run.status)} already; nothing is left to cancel.")
    elif run.status == "running":
        complain(f"Run {run.id} has been told to end but still runs; 'backtape watch {run.id}' follows it.")
    else:
        complain(f"Run {run.id} was {status_word(run.status)} before it could be cancelled.")
    return REFUSED
