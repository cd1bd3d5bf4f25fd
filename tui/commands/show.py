"""Show one run: its configuration, its figures, its equity curve and its trades."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime

from core.home import Home
from core.run_documents import equity_of, run_document
from db.connection import Connection
from db.runs import RunRecord
from tui.commands import parsing
from tui.commands.endings import DONE
from tui.commands.opening import opened_store
from tui.commands.output import table, write, write_json
from tui.commands.results import known, report_of, trades_of
from tui.formats import minute, number


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("id", type=parsing.run_id, metavar="ID")
    parser.add_argument("--trades", action="store_true", help="every trade")
    parser.add_argument("--equity", action="store_true", help="the equity curve, point by point")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def execute(options: argparse.Namespace) -> int:
    """Show it as it is now."""
    with opened_store() as (home, connection):
        run = known(connection, options.id)
        if options.json:
            write_json(run_document(connection, run, with_trades=options.trades, with_equity=options.equity))
            return DONE
        write(report_of(connection, run, full=True))
        if changed := _changed_since(home, connection, run):
            write(f"\n{changed}")
        if options.trades:
            write(f"\n{trades_of(home, connection, run)}")
        if options.equity:
            times, values = equity_of(connection, run) or ((), ())
            write(f"\n{_equity_table(times, values)}")
    return DONE


def _changed_since(home: Home, connection: Connection, run: RunRecord) -> str:
    """Return what is not as it was when the run was made, of its data and its strategy, a line each."""
    from core.jobs.provenance import provenance

    return "\n".join(provenance(connection, home, run).remarks)


def _equity_table(times: Sequence[float], values: Sequence[float]) -> str:
    rows = [
        (minute(datetime.fromtimestamp(time, UTC)), number(value))
        for time, value in zip(times, values, strict=True)
    ]
    return table(("time", "equity"), rows, (1,)) if rows else "No equity curve yet."
