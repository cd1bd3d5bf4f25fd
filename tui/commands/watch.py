"""Follow runs until they have ended, then show what came out."""

import argparse

from tui.commands import parsing
from tui.commands.endings import going_on
from tui.commands.following import follow
from tui.commands.opening import opened_store
from tui.commands.results import known, show_ended


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("ids", type=parsing.run_id, nargs="+", metavar="ID", help=parsing.RUN_IDS)
    parsing.add_json(parser)
    parser.epilog = parsing.examples("watch 7", "watch 7 8 --json")


def execute(options: argparse.Namespace) -> int:
    """Follow them; leaving early stops nothing."""
    ids = list(dict.fromkeys(options.ids))
    with opened_store() as (home, connection):
        for run_id in ids:
            known(connection, run_id)
    with going_on(ids):
        follow(home, ids)
    return show_ended(home, ids, as_json=options.json)
