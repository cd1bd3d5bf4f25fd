"""New runs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from db.connection import Connection, transaction
from db.errors import StoreError
from db.times import now, utc_text
from db.values import json_text, marks, plain

# The columns that decide a result, beside the strategy and the settings.
DECISIVE = (
    "strategy_version",
    "params",
    "symbol",
    "timeframe",
    "dataset_version",
    "start_date",
    "end_date",
    "context_tfs",
    "execution_mode",
    "initial_balance",
    "spread_pips",
    "commission_per_lot",
    "tp_partial_close_ratio",
    "volume",
    "risk_pct",
)


@dataclass(frozen=True, slots=True)
class NewRun:
    """The whole configuration of a run that is to be made; times aware, the end exclusive."""

    strategy: str
    symbol: str
    timeframe: str
    start_date: datetime
    end_date: datetime
    initial_balance: float = 10000.0
    spread_pips: float = 1.5
    execution_mode: str = "close_price"
    primary_tf: str | None = None
    context_tfs: Sequence[str] = ()
    max_llm_calls: int = 100
    commission_per_lot: float = 0.0
    tp_partial_close_ratio: float = 0.5
    volume: float = 0.1
    risk_pct: float | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    strategy_version: str | None = None
    dataset_version: str | None = None
    code_version: str | None = None
    data_file_path: str | None = None
    notes: str | None = None
    uses_model: bool = False
    time_limit: int | None = None  # seconds


def insert(connection: Connection, new: NewRun) -> int:
    """Make a pending run and its live side; return its number, which no other run ever had.

    Raises:
        StoreError: the strategy has not been registered.
    """
    with transaction(connection):
        strategy = connection.execute(
            "SELECT id FROM strategies WHERE name = ? AND deleted_at IS NULL", (new.strategy,)
        ).fetchone()
        if strategy is None:
            raise StoreError(f"The store knows no strategy {new.strategy}; register it first.")
        values = {"id": _next_number(connection), "strategy_id": strategy[0], **_columns(new)}
        connection.execute(
            f"INSERT INTO backtest_runs ({', '.join(values)}) VALUES ({marks(len(values))})",
            tuple(values.values()),
        )
        connection.execute(
            "INSERT INTO run_jobs (run_id, uses_model, time_limit) VALUES (?, ?, ?)",
            (values["id"], int(new.uses_model), plain(new.time_limit)),
        )
    return int(values["id"])


def settings_of_alike(connection: Connection, new: NewRun) -> list[dict[str, Any]]:
    """Return the settings of the runs, deleted ones too, that differ from this one in nothing but them.

    Budget, note, versions of the code and places of files are no difference.
    """
    columns = {name: value for name, value in _columns(new).items() if name in DECISIVE}
    conditions = " AND ".join(f"r.{name} IS ?" for name in columns)
    rows = connection.execute(
        "SELECT r.settings FROM backtest_runs r JOIN strategies s ON s.id = r.strategy_id"
        f" WHERE s.name = ? AND {conditions}",
        (new.strategy, *columns.values()),
    ).fetchall()
    return [found for row in rows if isinstance(found := _object(row[0]), dict)]


def _object(text: object) -> object:
    try:
        return json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _next_number(connection: Connection) -> int:
    row = connection.execute(
        "INSERT INTO numbers (name, last) VALUES"
        " ('backtest_runs', coalesce((SELECT max(id) FROM backtest_runs), 0) + 1)"
        " ON CONFLICT (name) DO UPDATE SET"
        " last = max(last, coalesce((SELECT max(id) FROM backtest_runs), 0)) + 1 RETURNING last"
    ).fetchone()
    return int(row[0])


def _columns(new: NewRun) -> dict[str, Any]:
    return {
        "symbol": new.symbol,
        "timeframe": new.timeframe,
        "start_date": utc_text(new.start_date),
        "end_date": utc_text(new.end_date),
        "initial_balance": plain(new.initial_balance),
        "spread_pips": plain(new.spread_pips),
        "execution_mode": new.execution_mode,
        "primary_tf": new.primary_tf or new.timeframe,
        "context_tfs": json_text(list(new.context_tfs)),
        "max_llm_calls": plain(new.max_llm_calls),
        "commission_per_lot": plain(new.commission_per_lot),
        "tp_partial_close_ratio": plain(new.tp_partial_close_ratio),
        "volume": plain(new.volume),
        "risk_pct": plain(new.risk_pct),
        "params": json_text(new.params),
        "settings": json_text(new.settings),
        "strategy_version": new.strategy_version,
        "dataset_version": new.dataset_version,
        "code_version": new.code_version,
        "data_file_path": new.data_file_path,
        "notes": new.notes,
        "status": "pending",
        "progress_pct": 0,
        "created_at": utc_text(now()),
    }


def write_note(connection: Connection, run_id: int, text: str | None) -> bool:
    """Replace the note of a run; False when there is no such run."""
    with transaction(connection):
        cursor = connection.execute(
            "UPDATE backtest_runs SET notes = ? WHERE id = ? AND deleted_at IS NULL", (text or None, run_id)
        )
        return cursor.rowcount == 1
