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
from tui.commands.output import terminal_width, write, write_json
from tui.commands.progress import ProgressLine
from tui.commands.results import known

if TYPE_CHECKING:
    from core.exporting import Exported

_FORMS = ("csv", "json", "html", "text")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("ids", type=parsing.run_id, nargs="+", metavar="ID", help=parsing.RUN_IDS)
    parser.add_argument(
        "--to", type=parsing.folder, required=True, metavar="FOLDER", help="where to; made if it is missing"
    )
    parser.add_argument(
        "--format",
        choices=_FORMS,
        default=_FORMS[0],
        help="csv: three tables a run (default), a fourth where it asks a model, their figures rounded to 8 "
        "decimals or 12 digits, whichever is more; json: one document a run, exact to the last digit, "
        "as 'backtape show' prints it, with pips, bars held and R of each trade; html: one page a run "
        "that can be mailed; text: the report for a chat",
    )
    parser.add_argument("--replace", action="store_true", help="write over files of an earlier export")
    parsing.add_json(parser)
    parser.epilog = parsing.examples("export 7 8 --to results", "export 7 --to . --format html")


def execute(options: argparse.Namespace) -> int:
    """Write all of them or, if one cannot be written, none, and say where they are."""
    with opened_store() as (home, connection):
        found = [known(connection, run_id) for run_id in dict.fromkeys(options.ids)]
        done = _export(home, connection, found, options)
    if options.json:
        write_json([{"run": one.run, "files": one.files} for one in done])
        return DONE
    write(_summary(done) if len(done) > 1 and terminal_width() is not None else _listed(done))
    return DONE


def _summary(done: "Sequence[Exported]") -> str:
    """Return how much was written where: who looks at a terminal wants no line for each of many runs."""
    files = sum(len(one.files) for one in done)
    return f"{plural(len(done), 'run')} are written as {plural(files, 'file')} in {done[0].files[0].parent}"


def _listed(done: "Sequence[Exported]") -> str:
    """Return which files each run was written to, a line each."""
    return "\n".join(
        f"Run {one.run} is in {one.files[0].parent}: {', '.join(path.name for path in one.files)}"
        for one in done
    )


def _export(
    home: Home, connection: Connection, found: Sequence[RunRecord], options: argparse.Namespace
) -> "list[Exported]":
    from core.exporting import Source, export
    from tui.acting.export_forms import FORMS

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
