"""List the runs, newest first or sorted by a column."""

import argparse

from core.text import clean
from db import runs
from db.connection import Connection
from db.runs import Order, RunFilter, RunSummary
from tui.commands import parsing
from tui.commands.endings import DONE
from tui.commands.opening import opened_store
from tui.commands.output import remark, table, terminal_width, write, write_json
from tui.formats import count, day, last_moment, number, percent_of_one, plural, status_word

_LIMIT = 50
_STATUSES = {"waiting": "pending", "done": "completed"}
_STATUS_NAMES = ("waiting", "running", "done", "failed", "cancelled", "pending", "completed")
_HEADER = ("id", "status", "strategy", "symbol", "tf", "from", "to")
_FIGURES = ("trades", "win %", "PF", "return %", "dd %", "sharpe")
_RIGHT = (0, 7, 8, 9, 10, 11, 12)
# Which columns go first where the terminal is narrow.
_FOLDING = (8, 6, 5, 12, 7, 11, 9, 10)
# The words of the header, for the columns of the store.
_SORTED_BY = {
    "tf": "timeframe",
    "from": "start_date",
    "to": "end_date",
    "trades": "total_trades",
    "win": "win_rate",
    "pf": "profit_factor",
    "return": "total_return_pct",
    "dd": "max_drawdown_pct",
    "sharpe": "sharpe_ratio",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument(
        "--status",
        choices=_STATUS_NAMES,
        metavar="STATUS",
        help="only these: waiting, running, done, failed or cancelled; pending is waiting, completed is done",
    )
    parser.add_argument("--symbol", help="only runs on this one, such as EURUSD")
    parser.add_argument("--strategy", help="only runs of this one, such as sma_cross")
    parser.add_argument(
        "--sort",
        metavar="COLUMN",
        help=f"{', '.join(_SORTED_BY)} or a column of --json, largest first; COLUMN:asc for smallest first "
        "(default: newest first)",
    )
    parser.add_argument(
        "--limit",
        type=parsing.count,
        metavar="N",
        help=f"at most N rows (default: {_LIMIT} as text, all as JSON)",
    )
    parsing.add_json(parser)
    parser.epilog = parsing.examples(
        "runs --symbol EURUSD --status done --sort sharpe", "runs --limit 10 --json"
    )


def execute(options: argparse.Namespace) -> int:
    """List them; what is undefined comes last."""
    status = _STATUSES.get(options.status, options.status)
    wanted = RunFilter.exactly(status=status, symbol=options.symbol, strategy=options.strategy)
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
    rows = [_row(run) for run in runs.summaries(connection, ids[:limit])]
    write(table((*_HEADER, *_FIGURES), rows, _RIGHT, folding=_FOLDING, width=terminal_width()))
    if len(ids) > limit:
        remark(f"{limit:,} of {plural(len(ids), 'run')}; --limit shows more.")


def _order(text: str | None) -> Order:
    if text is None:
        return Order()
    word, _, way = text.partition(":")
    column = _SORTED_BY.get(word.lower(), word)
    if column not in runs.SORTABLE:
        columns = ", ".join([*_SORTED_BY, *runs.SORTABLE])
        raise parsing.UsageError(f"--sort knows no column '{clean(word, limit=60)}'; there are {columns}.")
    if way not in {"", "asc", "desc"}:
        raise parsing.UsageError(
            f"--sort knows no order '{clean(way, limit=60)}'; there are {word}:asc and {word}:desc."
        )
    return Order(column, descending=way != "asc")


def _status(run: RunSummary) -> str:
    """Return how a run stands, in the words of the screens."""
    if run.status != "running":
        return status_word(run.status)
    if run.cancel_requested:
        return "cancelling"
    return f"running {run.progress_pct} %" if run.bars_done else clean(run.phase or "starting", limit=20)


def _row(run: RunSummary) -> tuple[str, ...]:
    return (
        str(run.id),
        _status(run),
        clean(run.strategy, limit=40),
        clean(run.symbol, limit=20),
        run.timeframe,
        day(run.start_date),
        day(last_moment(run.start_date, run.end_date)),
        count(_trades(run)),
        percent_of_one(run.win_rate),
        number(run.profit_factor),
        number(_return(run), signed=True),
        number(run.max_drawdown_pct, 1),
        number(run.sharpe_ratio),
    )


def _trades(run: RunSummary) -> int | None:
    """Return the trades of a run, those so far while it is under way."""
    return run.live_trades if run.status == "running" and run.live_trades else run.total_trades


def _return(run: RunSummary) -> float | None:
    """Return the return of a run in percent, that so far while it is under way."""
    if run.total_return_pct is None and run.status == "running" and run.live_equity is not None:
        return (run.live_equity / run.initial_balance - 1) * 100
    return run.total_return_pct
