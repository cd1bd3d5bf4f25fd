"""Delete runs; 'backtape undo' brings them back for 30 days, unless --now removes them for good."""

import argparse
from datetime import timedelta

from core.errors import BacktapeError
from core.home import Home
from db import runs
from db.connection import Connection
from db.times import now
from tui.commands import parsing
from tui.commands.endings import DONE
from tui.commands.opening import opened_store
from tui.commands.output import write
from tui.commands.results import known
from tui.formats import plural

# What a worker that ignores the request is given before the runner ends it, and some more.
_PATIENCE = 15.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("ids", type=parsing.run_id, nargs="+", metavar="ID", help=parsing.RUN_IDS)
    parser.add_argument("--now", action="store_true", help="remove them for good, trades and all")


def execute(options: argparse.Namespace) -> int:
    """Delete all of them or, if one is unknown, none; those under way are cancelled first."""
    ids = list(dict.fromkeys(options.ids))
    with opened_store() as (home, connection):
        if options.now:
            _remove(home, connection, ids)
            write(f"{plural(len(ids), 'run')} removed for good.")
            return DONE
        for run_id in ids:
            known(connection, run_id)
        marked = runs.delete(connection, ids)
    write(f"{plural(len(marked), 'run')} deleted; 'backtape undo' brings back what was deleted last.")
    return DONE


def _remove(home: Home, connection: Connection, ids: list[int]) -> None:
    from tui.commands.following import await_end

    for run_id in ids:
        if runs.get(connection, run_id, deleted=True) is None:
            known(connection, run_id)
    runs.delete(connection, ids)
    await_end(home, connection, ids, _PATIENCE)
    gone = runs.purge(connection, now(), timedelta(0), run_ids=ids)
    left = [run_id for run_id in ids if run_id not in gone]
    if left:
        named = ", ".join(str(run_id) for run_id in left)
        raise BacktapeError(f"Run {named} is still being ended; it is deleted, try --now again in a moment.")
