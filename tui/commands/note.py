"""Write a note on a run, or take it away."""

import argparse

from core.notes import write_note
from tui.commands import parsing
from tui.commands.endings import DONE
from tui.commands.opening import opened_store
from tui.commands.output import write, write_json
from tui.commands.results import known


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("id", type=parsing.run_id, metavar="ID", help=parsing.RUN_ID)
    parser.add_argument("text", nargs="+", metavar="TEXT", help="the note, in words; '' takes it away")
    parsing.add_json(parser)
    parser.epilog = parsing.examples("note 7 wider stop, quiet hours", "note 7 ''")


def execute(options: argparse.Namespace) -> int:
    """Write it in place of the one before."""
    with opened_store() as (_, connection):
        run = known(connection, options.id)
        note = write_note(connection, run.id, " ".join(options.text))
    if options.json:
        write_json({"id": run.id, "notes": note or None})
    else:
        write(f"Run {run.id} is noted: {note}" if note else f"Run {run.id} has no note.")
    return DONE
