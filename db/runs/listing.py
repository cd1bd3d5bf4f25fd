"""Lists of runs: ids for a virtual table, rows for what is on screen, pages by key."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.columns import METRICS, STATUSES
from db.connection import Connection
from db.reading import record
from db.runs.filters import NET_PROFIT, SECONDS_TAKEN, SPREAD_IS_RECORDED, RunFilter
from db.timeframes import minutes, minutes_of
from db.times import utc_text
from db.values import batches, marks

# What a list can be sorted by, and the expression it means.
SORTABLE = {
    "id": "r.id",
    "status": "r.status",
    "strategy": "s.name",
    "symbol": "r.symbol",
    "timeframe": minutes_of("r.timeframe"),
    "start_date": "r.start_date",
    "end_date": "r.end_date",
    "execution_mode": "r.execution_mode",
    "initial_balance": "r.initial_balance",
    "spread_pips": "r.spread_pips",
    "progress_pct": "r.progress_pct",
    **{name: f"r.{name}" for name in METRICS},
    "created_at": "r.created_at",
    "started_at": "r.started_at",
    "finished_at": "r.finished_at",
    "notes": "r.notes",
    "net_profit": NET_PROFIT,
    "seconds_taken": SECONDS_TAKEN,
}

_MAY_BE_UNDEFINED = {*METRICS, "started_at", "finished_at", "notes", "net_profit", "seconds_taken"}
# What a run keeps from beginning to end.
_SETTLED = frozenset(
    {
        "id", "strategy", "symbol", "timeframe", "start_date", "end_date", "execution_mode",
        "initial_balance", "spread_pips", "created_at",
    }
)  # fmt: skip
# What has an index of its own that holds whole lists; see `db.models.runs`.
_INDEXED = frozenset(
    {"id", "status", "sharpe_ratio", "total_return_pct", "profit_factor", "max_drawdown_pct"}
)


@dataclass(frozen=True, slots=True)
class Order:
    """A column of `SORTABLE` and a direction; undefined values come last either way.

    Equal values are in the order of their ids, in the same direction.
    """

    column: str = "id"
    descending: bool = True

    @property
    def expression(self) -> str:
        """The SQL of the column.

        Raises:
            ValueError: lists cannot be sorted by it.
        """
        try:
            return SORTABLE[self.column]
        except KeyError:
            raise ValueError(f"runs cannot be sorted by {self.column}") from None

    @property
    def is_settled(self) -> bool:
        """Whether the place of a run stays the same whatever becomes of it."""
        return self.column in _SETTLED

    @property
    def clause(self) -> str:
        """The SQL after ORDER BY."""
        way = "DESC" if self.descending else "ASC"
        if self.column == "id":
            return f"r.id {way}"
        return f"{self.expression} {way} NULLS LAST, r.id {way}"


@dataclass(frozen=True, slots=True)
class Key:
    """Where a page ended: the value it is sorted by, and the id."""

    value: str | float | None
    id: int


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A row of the list, with the live figures of a run under way."""

    id: int
    strategy: str
    symbol: str
    timeframe: str
    start_date: datetime
    end_date: datetime
    execution_mode: str
    initial_balance: float
    spread_pips: float
    status: str
    progress_pct: int
    error_message: str | None
    total_trades: int | None
    win_rate: float | None
    profit_factor: float | None
    expectancy: float | None
    max_drawdown_pct: float | None
    recovery_factor: float | None
    sharpe_ratio: float | None
    sortino_ratio: float | None
    total_return_pct: float | None
    avg_win: float | None
    avg_loss: float | None
    max_consec_wins: int | None
    max_consec_losses: int | None
    avg_spread: float | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    notes: str | None
    net_profit: float | None
    seconds_taken: float | None
    preview: bytes | None
    bars_done: int
    bars_total: int
    live_trades: int
    live_equity: float | None
    phase: str | None
    heartbeat: datetime | None
    cancel_requested: bool
    spread_is_recorded: bool
    params: Mapping[str, Any]


_FROM = "FROM backtest_runs r JOIN strategies s ON s.id = r.strategy_id"
_SUMMARY = (
    "SELECT r.id, s.name, r.symbol, r.timeframe, r.start_date, r.end_date, r.execution_mode,"
    " r.initial_balance, r.spread_pips, r.status, r.progress_pct, r.error_message,"
    f" {', '.join('r.' + name for name in METRICS)},"
    f" r.created_at, r.started_at, r.finished_at, r.notes, {NET_PROFIT}, {SECONDS_TAKEN}, c.preview,"
    " coalesce(j.bars_done, 0), coalesce(j.bars_total, 0), coalesce(j.trades, 0), j.equity, j.phase,"
    f" j.heartbeat, coalesce(j.cancel_requested, 0), {SPREAD_IS_RECORDED}, r.params {_FROM}"
    " LEFT JOIN run_jobs j ON j.run_id = r.id LEFT JOIN run_curves c ON c.run_id = r.id"
)


def ids(connection: Connection, wanted: RunFilter | None = None, order: Order | None = None) -> "array[int]":
    """Return the ids of the runs wanted, in order; 8 bytes a run."""
    wanted, order = wanted or RunFilter(), order or Order()
    condition, parameters = wanted.where()
    rows = connection.execute(
        f"SELECT r.id {_whole(wanted, order)} WHERE {condition} ORDER BY {order.clause}", parameters
    ).fetchall()
    return array("q", [row[0] for row in rows])


def count(connection: Connection, wanted: RunFilter | None = None) -> int:
    """Return how many runs are wanted."""
    wanted = wanted or RunFilter()
    condition, parameters = wanted.where()
    row = connection.execute(
        f"SELECT count(*) {_whole(wanted, Order())} WHERE {condition}", parameters
    ).fetchone()
    return int(row[0])


def counts_by_status(connection: Connection) -> dict[str, int]:
    """Return how many runs there are in every status."""
    rows = connection.execute(
        "SELECT status, count(*) FROM backtest_runs WHERE deleted_at IS NULL GROUP BY status"
    ).fetchall()
    return {**dict.fromkeys(STATUSES, 0), **{row[0]: row[1] for row in rows}}


@dataclass(frozen=True, slots=True)
class ListState:
    """What tells whether a list may have become another one: compared, not looked into."""

    counts: Mapping[str, int]
    newest: int | None
    deletions: tuple[int, str | None]  # how many are deleted, and when the last was

    @property
    def total(self) -> int:
        """How many runs are not deleted."""
        return sum(self.counts.values())

    def has_same_runs(self, other: "ListState") -> bool:
        """Whether no run has come or gone between the two, whatever became of them."""
        return (self.newest, self.deletions) == (other.newest, other.deletions)


def list_state(connection: Connection) -> ListState:
    """Return the state of all lists, from indexes alone."""
    newest = connection.execute("SELECT max(id) FROM backtest_runs WHERE deleted_at IS NULL").fetchone()
    deleted = connection.execute(
        "SELECT count(*), max(deleted_at) FROM backtest_runs WHERE deleted_at IS NOT NULL"
    ).fetchone()
    return ListState(counts_by_status(connection), newest[0], (deleted[0], deleted[1]))


def summaries(connection: Connection, run_ids: Sequence[int]) -> list[RunSummary]:
    """Return these rows in this order; those deleted or gone are left out."""
    found: dict[int, RunSummary] = {}
    for batch in batches(run_ids):
        rows = connection.execute(
            f"{_SUMMARY} WHERE r.id IN ({marks(len(batch))}) AND r.deleted_at IS NULL", batch
        ).fetchall()
        found.update((row[0], record(RunSummary, row)) for row in rows)
    return [found[int(key)] for key in run_ids if int(key) in found]


def page(
    connection: Connection,
    wanted: RunFilter | None = None,
    order: Order | None = None,
    after: Key | None = None,
    limit: int = 100,
) -> list[RunSummary]:
    """Return the rows that follow `after`, at most `limit`; it costs the same on every page."""
    order = order or Order()
    filtered, values = (wanted or RunFilter()).where()
    tables = _tables(wanted, order)
    found: list[int] = []
    for condition, parameters in _ranges(order, after):
        rows = connection.execute(
            f"SELECT r.id {tables} WHERE {filtered} AND {condition} ORDER BY {order.clause} LIMIT ?",
            [*values, *parameters, limit - len(found)],
        ).fetchall()
        found += [row[0] for row in rows]
    return summaries(connection, found)


def key_of(summary: RunSummary, order: Order) -> Key:
    """Return the key of the page that follows this row."""
    value = getattr(summary, order.column)
    if order.column == "timeframe":
        value = minutes(summary.timeframe)
    return Key(utc_text(value) if isinstance(value, datetime) else value, summary.id)


def _whole(wanted: RunFilter, order: Order) -> str:
    """Return the tables for a list that is read whole.

    Where an index does not hold all that is asked for, the rows are read as they lie: SQLite,
    which has no statistics here, would take them in the order of an index, and needs twice as long.
    """
    tables = _tables(wanted, order)
    looked_at = {order.column, *(_COLUMN_OF.get(name, name) for name in wanted.names)}
    if len(looked_at - {"id"}) <= 1 and looked_at <= _INDEXED:
        return tables
    return tables.replace("backtest_runs r", "backtest_runs r NOT INDEXED")


# Filter words that look at an indexed column under another name.
_COLUMN_OF = {
    "sharpe": "sharpe_ratio",
    "return": "total_return_pct",
    "pf": "profit_factor",
    "dd": "max_drawdown_pct",
    "marked": "id",
}


def _tables(wanted: RunFilter | None, order: Order) -> str:
    joined = order.column == "strategy" or (wanted is not None and wanted.needs_strategy)
    return _FROM if joined else "FROM backtest_runs r"


def _ranges(order: Order, after: Key | None) -> list[tuple[str, list[Any]]]:
    """Return what follows the key: first within the defined values, then the undefined ones."""
    sign = "<" if order.descending else ">"
    expression = order.expression
    undefined = f"{expression} IS NULL"
    if after is None:
        return [("1", [])]
    if order.column == "id":
        return [(f"r.id {sign} ?", [after.id])]
    if order.column not in _MAY_BE_UNDEFINED:
        return [(f"({expression}, r.id) {sign} (?, ?)", [after.value, after.id])]
    if after.value is None:
        return [(f"{undefined} AND r.id {sign} ?", [after.id])]
    return [(f"({expression}, r.id) {sign} (?, ?)", [after.value, after.id]), (undefined, [])]
