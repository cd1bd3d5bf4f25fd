"""Follow a run until it has ended, then show its report."""

import argparse

from tui.commands import parsing
from tui.commands.endings import going_on
from tui.commands.following import follow
from tui.commands.opening import opened_store
from tui.commands.results import known, show_ended


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("id", type=parsing.run_id, metavar="ID", help=parsing.RUN_ID)


def execute(options: argparse.Namespace) -> int:
    """Follow the run; leaving early stops nothing."""
    with opened_store() as (home, connection):
        known(connection, options.id)
    with going_on([options.id]):
        follow(home, [options.id])
    return show_ended(home, [options.id], as_json=False)
