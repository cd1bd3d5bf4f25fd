"""List the runs, newest first or sorted by a column."""

import argparse

from core.text import clean
from db import runs
from db.connection import Connection
from db.runs import Order, RunFilter, RunSummary
from tui.commands import parsing
from tui.commands.endings import DONE
from tui.commands.opening import opened_store
from tui.commands.output import remark, table, write, write_json
from tui.formats import count, day, last_moment, number, percent_of_one, plural

_LIMIT = 50
_STATUSES = ("pending", "running", "completed", "failed", "cancelled")
_HEADER = ("id", "status", "strategy", "symbol", "tf", "from", "to")
_FIGURES = ("trades", "win %", "PF", "return %", "dd %", "sharpe")
_RIGHT = (0, 7, 8, 9, 10, 11, 12)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("--status", choices=_STATUSES)
    parser.add_argument("--symbol")
    parser.add_argument("--strategy")
    parser.add_argument("--sort", metavar="COLUMN", help="largest first; COLUMN:asc for smallest first")
    parser.add_argument(
        "--limit", type=parsing.count, metavar="N", help=f"{_LIMIT} rows as text, all as JSON"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def execute(options: argparse.Namespace) -> int:
    """List them; what is undefined comes last."""
    wanted = RunFilter.exactly(status=options.status, symbol=options.symbol, strategy=options.strategy)
    order = _order(options.sort)
    with opened_store() as (_, connection):
        ids = runs.ids(connection, wanted, order)
        if options.json:
            from tui.commands.results import documents_of

            write_json(documents_of(connection, ids[: options.limit]))
        else:
            _write_table(connection, list(ids), options.limit or _LIMIT, filtered=bool(wanted.words))
    return DONE


def _write_table(connection: Connection, ids: list[int], limit: int, *, filtered: bool) -> None:
    if not ids:
        advice = "none like that; 'backtape runs' lists all" if filtered else "try 'backtape demo'"
        remark(f"No runs: {advice}.")
        return
    write(
        table((*_HEADER, *_FIGURES), [_row(run) for run in runs.summaries(connection, ids[:limit])], _RIGHT)
    )
    if len(ids) > limit:
        remark(f"{limit:,} of {plural(len(ids), 'run')}; --limit shows more.")


def _order(text: str | None) -> Order:
    if text is None:
        return Order()
    column, _, way = text.partition(":")
    if column not in runs.SORTABLE or way not in {"", "asc", "desc"}:
        columns = ", ".join(runs.SORTABLE)
        raise parsing.UsageError(f"--sort knows no column '{clean(text, limit=60)}'; there are {columns}.")
    return Order(column, descending=way != "asc")


def _row(run: RunSummary) -> tuple[str, ...]:
    status = f"{run.status} {run.progress_pct} %" if run.status == "running" else run.status
    return (
        str(run.id),
        status,
        clean(run.strategy, limit=40),
        clean(run.symbol, limit=20),
        run.timeframe,
        day(run.start_date),
        day(last_moment(run.start_date, run.end_date)),
        count(run.total_trades),
        percent_of_one(run.win_rate),
        number(run.profit_factor),
        number(run.total_return_pct, signed=True),
        number(run.max_drawdown_pct, 1),
        number(run.sharpe_ratio),
    )
