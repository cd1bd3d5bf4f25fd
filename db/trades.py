"""The trades of a run."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.connection import Connection, transaction
from db.reading import record
from db.values import batches, marks, require_plain

# What a row for `insert_many` holds, in this order; times as texts of `db.times`.
TRADE_COLUMNS = (
    "position",
    "symbol",
    "direction",
    "entry_time",
    "entry_price",
    "exit_time",
    "exit_price",
    "stop_loss",
    "take_profit",
    "volume",
    "profit",
    "commission",
    "exit_reason",
    "equity_after",
    "mae",
    "mfe",
)

# How far the price went the trade's way; rounded, so that equal moves are equal wherever prices are.
_MOVED = "round((exit_price - entry_price) * CASE direction WHEN 'BUY' THEN 1 ELSE -1 END, 9)"
# What trades are sorted by under other names than those of their columns. One position is open at a
# time, so trades lie in the order of their positions.
_ORDERS = {
    "position": "id",
    "pips": _MOVED,
    "r": f"round({_MOVED} / nullif(abs(entry_price - stop_loss), 0), 9)",
}

_SELECT = f"SELECT id, run_id, {', '.join(TRADE_COLUMNS)} FROM backtest_trades"
_INSERT = (
    f"INSERT INTO backtest_trades (run_id, {', '.join(TRADE_COLUMNS)})"
    f" VALUES ({marks(1 + len(TRADE_COLUMNS))})"
)


@dataclass(frozen=True, slots=True)
class TradeTimes:
    """When each trade of a run was entered and left, in closing order; seconds since 1970, UTC."""

    ids: "array[int]"
    entered: "array[int]"
    left: "array[int]"


@dataclass(frozen=True, slots=True)
class TradeRecord:
    """One closing of a position or of part of it."""

    id: int
    run_id: int
    position: int
    symbol: str
    direction: str
    entry_time: datetime
    entry_price: float
    exit_time: datetime
    exit_price: float
    stop_loss: float | None
    take_profit: float | None
    volume: float
    profit: float
    commission: float
    exit_reason: str
    equity_after: float
    mae: float | None
    mfe: float | None

    @property
    def moved(self) -> float:
        """How far the price went the trade's way, in price; commission is no part of it."""
        return (self.exit_price - self.entry_price) * (1 if self.direction == "BUY" else -1)

    @property
    def in_risks(self) -> float | None:
        """The same in distances of the stop that is kept; None where there is none."""
        risk = 0.0 if self.stop_loss is None else abs(self.entry_price - self.stop_loss)
        return self.moved / risk if risk else None


def insert_many(connection: Connection, run_id: int, rows: Sequence[Sequence[Any]]) -> int:
    """Insert trades given as rows in the order of `TRADE_COLUMNS`; return how many.

    Raises:
        TypeError: a value is not plain Python (numpy numbers would be kept as BLOBs).
    """
    require_plain(rows)
    if rows:
        with transaction(connection):
            connection.executemany(_INSERT, [(run_id, *row) for row in rows])
    return len(rows)


def count(connection: Connection, run_id: int) -> int:
    """Return how many trades a run has."""
    return int(
        connection.execute("SELECT count(*) FROM backtest_trades WHERE run_id = ?", (run_id,)).fetchone()[0]
    )


def have_stops(connection: Connection, run_id: int) -> bool:
    """Return whether any trade of a run has a stop."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM backtest_trades WHERE run_id = ? AND stop_loss IS NOT NULL)", (run_id,)
    ).fetchone()
    return bool(row[0])


def ids(connection: Connection, run_id: int, column: str = "id", *, descending: bool = False) -> "array[int]":
    """Return the ids of a run's trades sorted by one column, by `pips` or by `r`, undefined values last.

    Raises:
        ValueError: there is no such column.
    """
    if column not in ("id", *TRADE_COLUMNS, *_ORDERS):
        raise ValueError(f"trades have no column {column}")
    by = _ORDERS.get(column, column)
    way = "DESC" if descending else "ASC"
    rows = connection.execute(
        f"SELECT id FROM backtest_trades WHERE run_id = ? ORDER BY {by} {way} NULLS LAST, id {way}",
        (run_id,),
    ).fetchall()
    return array("q", [row[0] for row in rows])


def times(connection: Connection, run_id: int) -> TradeTimes:
    """Return the times of every trade of a run, as plain numbers: there may be a million."""
    rows = connection.execute(
        "SELECT id, coalesce(CAST(strftime('%s', entry_time) AS INTEGER), 0),"
        " coalesce(CAST(strftime('%s', exit_time) AS INTEGER), 0)"
        " FROM backtest_trades WHERE run_id = ? ORDER BY id",
        (run_id,),
    ).fetchall()
    columns = zip(*rows, strict=True) if rows else ((), (), ())
    return TradeTimes(*(array("q", column) for column in columns))


def by_ids(connection: Connection, trade_ids: Sequence[int]) -> list[TradeRecord]:
    """Return these trades in this order; those that are gone are left out."""
    found: dict[int, TradeRecord] = {}
    for batch in batches(trade_ids):
        rows = connection.execute(f"{_SELECT} WHERE id IN ({marks(len(batch))})", batch).fetchall()
        found.update((row[0], record(TradeRecord, row)) for row in rows)
    return [found[int(key)] for key in trade_ids if int(key) in found]


def page(connection: Connection, run_id: int, after: int = 0, limit: int = 500) -> list[TradeRecord]:
    """Return the trades of a run whose ids follow `after`, in closing order."""
    rows = connection.execute(
        f"{_SELECT} WHERE run_id = ? AND id > ? ORDER BY id LIMIT ?", (run_id, after, limit)
    ).fetchall()
    return [record(TradeRecord, row) for row in rows]


def all_of(connection: Connection, run_id: int) -> list[TradeRecord]:
    """Return every trade of a run in closing order."""
    rows = connection.execute(f"{_SELECT} WHERE run_id = ? ORDER BY id", (run_id,)).fetchall()
    return [record(TradeRecord, row) for row in rows]
