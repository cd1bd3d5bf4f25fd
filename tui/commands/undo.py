"""Bring back the runs that the last deletion took."""

import argparse

from core.errors import BacktapeError
from db import runs
from db.connection import transaction
from tui.commands.endings import DONE
from tui.commands.opening import opened_store
from tui.commands.output import write
from tui.formats import plural


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare nothing: the command takes no options."""


def execute(options: argparse.Namespace) -> int:  # noqa: ARG001 - every command takes its options
    """Undo the last deletion; again, and the one before it comes back."""
    with opened_store() as (_, connection), transaction(connection):
        back = runs.undelete(connection, runs.last_deleted(connection))
    if not back:
        raise BacktapeError("There is no deletion to undo; a removal with --now cannot be undone.")
    named = ", ".join(str(run_id) for run_id in back)
    write(f"{plural(len(back), 'run')} brought back: {named}.")
    return DONE
