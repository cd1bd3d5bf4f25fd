"""A run as a document: its row by column names, its further figures, its trades and its equity curve.

What `show --json` prints is made here, and what an export keeps is made of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from core.errors import BacktapeError
from core.results.plain_curve import stored_curve
from db import curves, llm_calls, trades
from db.connection import Connection
from db.runs import RunRecord
from db.trades import TradeRecord

Curve = tuple[Sequence[float], Sequence[float]]

_PAGE = 500

TRADE_FIELDS = ("id", "run_id", *trades.TRADE_COLUMNS)
CALL_FIELDS = tuple(one.name for one in fields(llm_calls.CallRecord))

_trade_values = attrgetter(*TRADE_FIELDS)
_call_values = attrgetter(*CALL_FIELDS)


def run_document(
    connection: Connection,
    run: RunRecord,
    *,
    with_trades: bool = False,
    with_equity: bool = False,
    with_calls: bool = False,
) -> dict[str, Any]:
    """Return a run as a JSON object: its row by column names, then its further figures."""
    found = row_document(run)
    if with_trades:
        found["trades"] = [trade_document(trade) for trade in trades.all_of(connection, run.id)]
    if with_equity:
        found["equity"] = list(equity_points(equity_of(connection, run)))
    if with_calls:
        found["calls"] = [call_document(call) for call in calls_of(connection, run.id)]
    return found


def calls_of(connection: Connection, run_id: int) -> Iterator[llm_calls.CallRecord]:
    """Yield all that a run asked of a language model, read a page at a time."""
    after = 0
    while page := llm_calls.calls_of_run(connection, run_id, after=after, limit=_PAGE):
        yield from page
        after = page[-1].number


def row_document(run: RunRecord) -> dict[str, Any]:
    """Return a run without what hangs on it; under way, with its worker and how far it is."""
    found = run.columns() | {"strategy": run.strategy}
    found |= {name: value for name, value in run.statistics.items() if name not in found}
    if run.status == "running" and run.job is not None:
        found |= {
            "worker_pid": run.job.pid,
            "bars_done": run.job.bars_done,
            "bars_total": run.job.bars_total,
        }
    return found


def trade_document(trade: TradeRecord) -> dict[str, Any]:
    """Return a trade by its column names."""
    return dict(zip(TRADE_FIELDS, _trade_values(trade), strict=True))


def trade_row(trade: TradeRecord) -> tuple[Any, ...]:
    """Return the values of a trade in the order of `TRADE_FIELDS`."""
    values: tuple[Any, ...] = _trade_values(trade)
    return values


def call_document(call: llm_calls.CallRecord) -> dict[str, Any]:
    """Return a call to a language model by the names of its fields."""
    return dict(zip(CALL_FIELDS, _call_values(call), strict=True))


def call_row(call: llm_calls.CallRecord) -> tuple[Any, ...]:
    """Return the values of a call in the order of `CALL_FIELDS`."""
    values: tuple[Any, ...] = _call_values(call)
    return values


def equity_points(curve: Curve | None) -> Iterator[tuple[datetime, float]]:
    """Yield the points of a curve, their times aware, in UTC."""
    times, values = curve or ((), ())
    yield from zip(map(_moment, times), values, strict=True)


def equity_of(connection: Connection, run: RunRecord) -> Curve | None:
    """Return a run's equity at every bar that is kept; None before it has a result.

    Raises:
        BacktapeError: what the store holds is no curve.
    """
    kept = curves.get(connection, run.id)
    if kept is None:
        return None
    curve = stored_curve(kept.curve)
    if kept.points and not curve[0]:
        raise BacktapeError(f"The stored equity curve of run {run.id} is damaged; repeat the run.")
    return curve


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
