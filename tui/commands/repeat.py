"""Make runs again: as they were, or with the strategy and price history of today."""

import argparse

from core.home import Home
from db.connection import Connection, transaction
from tui.commands import parsing
from tui.commands.opening import opened_store
from tui.commands.output import remark
from tui.commands.results import known
from tui.commands.submitted import bring_on


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("ids", type=parsing.run_id, nargs="+", metavar="ID", help=parsing.RUN_IDS)
    parser.add_argument(
        "--latest",
        action="store_true",
        help="with the strategy and the price history of today (default: those that the run used)",
    )
    parser.add_argument(
        "--fresh",
        action="store_true",
        help="ask the language model anew (default: what was asked is replayed, and nobody is called)",
    )
    parser.add_argument(
        "--detach", action="store_true", help="print the numbers of the new runs and leave; they go on"
    )
    parsing.add_json(parser)
    parser.epilog = parsing.examples("repeat 7", "repeat 7 8 --latest")


def execute(options: argparse.Namespace) -> int:
    """Store a new run for each of those named, all or none, and follow them to their end."""
    with opened_store() as (home, connection):
        store = _store_latest if options.latest else _store_same
        ids = store(home, connection, list(dict.fromkeys(options.ids)), fresh=options.fresh)
    return bring_on(home, ids, detach=options.detach, as_json=options.json)


def _store_same(home: Home, connection: Connection, ids: list[int], *, fresh: bool) -> list[int]:
    from core.jobs.repeat import plan_repeat, store_repeat

    plans = [plan_repeat(connection, home, known(connection, run_id), fresh=fresh) for run_id in ids]
    with transaction(connection):
        new = [store_repeat(connection, plan) for plan in plans]
    for plan, run_id in zip(plans, new, strict=True):
        latest = ["With --latest it takes today's."] if plan.newer else []
        remark(" ".join([f"Run {run_id} repeats run {plan.of}.", *plan.remarks, *latest]))
    return new


def _store_latest(home: Home, connection: Connection, ids: list[int], *, fresh: bool) -> list[int]:
    from core.jobs.repeat import request_of
    from core.jobs.submit import prepare, submit_all

    requests = [
        request_of(connection, known(connection, run_id)).model_copy(update={"fresh": fresh})
        for run_id in ids
    ]
    for request in requests:
        for note in prepare(connection, home, request).notes:
            remark(note)
    new = submit_all(connection, home, requests)
    for of, run_id in zip(ids, new, strict=True):
        remark(f"Run {run_id} is run {of} with the strategy and price history of today.")
    return new
