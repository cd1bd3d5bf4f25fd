"""Make runs again: as they were, or with the strategy and price history of today."""

import argparse

from core.home import Home
from db.connection import Connection, transaction
from tui.commands import parsing
from tui.commands.endings import DONE, going_on
from tui.commands.opening import opened_store
from tui.commands.output import remark, write
from tui.commands.results import known, show_documents, show_ended


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("ids", type=parsing.run_id, nargs="+", metavar="ID")
    parser.add_argument(
        "--latest",
        action="store_true",
        help="with the strategy and the price history of today (default: those that the run used)",
    )
    parser.add_argument(
        "--detach", action="store_true", help="print the numbers of the new runs and leave; they go on"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")


def execute(options: argparse.Namespace) -> int:
    """Store a new run for each of those named, all or none, and follow them to their end."""
    with opened_store() as (home, connection):
        store = _store_latest if options.latest else _store_same
        ids = store(home, connection, list(dict.fromkeys(options.ids)))
    if options.detach:
        return _leave(home, ids, as_json=options.json)
    with going_on(ids):
        from tui.commands.following import follow

        follow(home, ids)
    return show_ended(home, ids, as_json=options.json)


def _store_same(home: Home, connection: Connection, ids: list[int]) -> list[int]:
    from core.jobs.repeat import plan_repeat, store_repeat

    plans = [plan_repeat(connection, home, known(connection, run_id)) for run_id in ids]
    with transaction(connection):
        new = [store_repeat(connection, plan) for plan in plans]
    for plan, run_id in zip(plans, new, strict=True):
        remark(" ".join([f"Run {run_id} repeats run {plan.of}.", *plan.remarks]))
    return new


def _store_latest(home: Home, connection: Connection, ids: list[int]) -> list[int]:
    from core.jobs.repeat import request_of
    from core.jobs.submit import prepare, submit

    requests = [request_of(connection, known(connection, run_id)) for run_id in ids]
    for request in requests:
        prepare(connection, home, request)
    new = [submit(connection, home, request) for request in requests]
    for of, run_id in zip(ids, new, strict=True):
        remark(f"Run {run_id} is run {of} with the strategy and price history of today.")
    return new


def _leave(home: Home, ids: list[int], *, as_json: bool) -> int:
    from core.jobs.launch import ensure_runner

    ensure_runner(home)
    if as_json:
        show_documents(ids)
    else:
        write("\n".join(str(number) for number in ids))
    return DONE
