"""What commands show of runs: a report, or the row with what hangs on it as JSON."""

import shutil
from collections.abc import Sequence
from typing import Any

from core.errors import BacktapeError
from core.home import Home
from core.run_documents import equity_of, row_document
from core.text import clean
from db import runs, trades
from db.connection import Connection
from db.runs import RunRecord
from tui.commands.endings import DONE, REFUSED
from tui.commands.opening import opened_store
from tui.commands.output import ascii_only, complain, table, terminal_width, write, write_json
from tui.folding import folded
from tui.formats import minute, number
from tui.run_curve import curve_of, packed_curve

_WIDTHS = (60, 110)
_TRADE_HEADER = ("#", "side", "entered", "at", "left", "at", "lots", "profit", "reason", "balance")
_TRADE_RIGHT = (0, 3, 5, 6, 7, 9)
_TRADE_FOLDING = (9, 6, 3, 5, 4)


def known(connection: Connection, run_id: int) -> RunRecord:
    """Return a run.

    Raises:
        BacktapeError: there is none of that number, or it is deleted.
    """
    run = runs.get(connection, run_id)
    if run is not None:
        return run
    if runs.get(connection, run_id, deleted=True) is not None:
        raise BacktapeError(f"Run {run_id} is deleted; 'backtape undo' brings back what was deleted last.")
    raise BacktapeError(f"There is no run {run_id}; 'backtape runs' lists the runs.")


def show_ended(home: Home, ids: Sequence[int], *, as_json: bool) -> int:
    """Print what became of runs that have ended; the exit code is 1 unless all are completed."""
    with opened_store() as (_, connection):
        ended = [known(connection, run_id) for run_id in ids]
        if as_json:
            _write_documents(ended)
        else:
            for run in ended:
                write(_report_or_line(home, connection, run, alone=len(ended) == 1))
    for run in ended:
        if run.status != "completed":
            complain(_why_not(home, run))
    return DONE if all(run.status == "completed" for run in ended) else REFUSED


def show_documents(ids: Sequence[int]) -> None:
    """Print runs as they are now: one object, or a list of several."""
    with opened_store() as (_, connection):
        _write_documents([known(connection, run_id) for run_id in ids])


def documents_of(connection: Connection, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return runs as JSON objects, those that are gone meanwhile left out."""
    found = (runs.get(connection, run_id) for run_id in ids)
    return [row_document(run) for run in found if run is not None]


def report_of(
    home: Home, connection: Connection, run: RunRecord, *, full: bool = False, with_reason: bool = True
) -> str:
    """Return the report of a run, as wide as the terminal is; under way, with the curve so far.

    With `full` the further figures and the months come too; `with_reason` is
    false where the reason of a failure is told elsewhere.
    """
    from core.jobs.holding import holding_if_there
    from core.run_breakdowns import sides_of
    from tui.report import report

    least, most = _WIDTHS
    width = min(max(shutil.get_terminal_size((100, 40)).columns - 1, least), most)
    try:
        is_done = run.status == "completed"
        curve = equity_of(connection, run) if is_done else curve_of(run, packed_curve(connection, run))
    except BacktapeError as error:
        complain(str(error))
        curve = None
    held = holding_if_there(connection, home, run) if curve is not None else None
    sides = sides_of(connection, run.id) if full else None
    return report(
        run,
        curve,
        held,
        sides=sides,
        width=width,
        prose=terminal_width(),
        ascii_only=ascii_only(),
        full=full,
        with_reason=with_reason,
    )


def trades_of(home: Home, connection: Connection, run: RunRecord) -> str:
    """Return the trades of a run as a table, as wide as the terminal is."""
    digits = _price_digits(home, run.symbol)
    rows = [
        (
            str(trade.position),
            trade.direction.lower(),
            minute(trade.entry_time),
            number(trade.entry_price, digits),
            minute(trade.exit_time),
            number(trade.exit_price, digits),
            f"{trade.volume:g}",
            number(trade.profit, signed=True),
            clean(trade.exit_reason, limit=20),
            number(trade.equity_after),
        )
        for trade in trades.all_of(connection, run.id)
    ]
    if not rows:
        return "No trades."
    return table(_TRADE_HEADER, rows, _TRADE_RIGHT, folding=_TRADE_FOLDING, width=terminal_width())


def _price_digits(home: Home, symbol: str) -> int:
    """Return how many decimals the prices of an instrument are quoted with; 5 if it is unknown."""
    from core.config import own_instruments
    from core.market.instruments import find_instrument

    try:
        return find_instrument(symbol, own_instruments(home)).digits
    except BacktapeError:
        return 5


def _write_documents(found: Sequence[RunRecord]) -> None:
    documents = [row_document(run) for run in found]
    write_json(documents if len(documents) > 1 else documents[0])


def _report_or_line(home: Home, connection: Connection, run: RunRecord, *, alone: bool) -> str:
    if alone:
        return report_of(home, connection, run, with_reason=False)
    from tui.report import one_line

    return folded(one_line(run), terminal_width(), "  ")


def _why_not(home: Home, run: RunRecord) -> str:
    if run.status == "cancelled":
        return f"Run {run.id} was cancelled."
    from core.jobs.logs import run_log, told_in_run_log

    reason = clean(run.error_message or "no reason is known", limit=1000).rstrip(".")
    told = told_in_run_log(home, run.id, run.error_message or "")
    log = "" if told is None else f"; {told} in {run_log(home, run.id)}"
    return f"Run {run.id} failed: {reason}{log}."
