"""Write runs that are done as files: tables or a document for other programs, a report for people."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.home import Home
from core.text import plural
from db.connection import Connection
from db.runs import RunRecord
from tui.commands import parsing
from tui.commands.endings import DONE
from tui.commands.opening import opened_store
from tui.commands.output import write, write_json
from tui.commands.progress import ProgressLine
from tui.commands.results import known

if TYPE_CHECKING:
    from core.exporting import Exported

_FORMS = ("csv", "json", "html", "text")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("ids", type=parsing.run_id, nargs="+", metavar="ID")
    parser.add_argument(
        "--to", type=parsing.path, required=True, metavar="FOLDER", help="where to; made if it is missing"
    )
    parser.add_argument(
        "--format",
        choices=_FORMS,
        default=_FORMS[0],
        help="csv: three tables a run (default), a fourth where it asks a model; json: one document a run, "
        "as 'backtape show' prints it; html: one page a run that can be mailed; text: the report for a chat",
    )
    parser.add_argument("--replace", action="store_true", help="write over files of an earlier export")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def execute(options: argparse.Namespace) -> int:
    """Write all of them or, if one cannot be written, none, and say where they are."""
    with opened_store() as (home, connection):
        found = [known(connection, run_id) for run_id in dict.fromkeys(options.ids)]
        done = _export(home, connection, found, options)
    if options.json:
        write_json([{"run": one.run, "files": one.files} for one in done])
        return DONE
    for one in done:
        names = ", ".join(path.name for path in one.files)
        write(f"Run {one.run} is in {one.files[0].parent}: {names}")
    return DONE


def _export(
    home: Home, connection: Connection, found: Sequence[RunRecord], options: argparse.Namespace
) -> "list[Exported]":
    from core.exporting import Source, export
    from tui.export_forms import FORMS

    line = ProgressLine()

    def tell(run: RunRecord, written: int) -> None:
        line.show(f"run {run.id}: {written:,} of {plural(run.total_trades or written, 'trade')} written")

    folder: Path = options.to
    try:
        return export(
            Source(home, connection),
            found,
            folder,
            FORMS[options.format],
            replacing=options.replace,
            tell=tell,
        )
    finally:
        line.clear()
