"""One run, whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db import jobs
from db.columns import RUN_COLUMNS
from db.connection import Connection
from db.jobs import JobRecord
from db.reading import record, unreadable


@dataclass(frozen=True, slots=True)
class RunRecord:
    """Every column of a run, the name of its strategy, its further figures and its live side.

    `unreadable` names the columns whose values no version of this program wrote;
    they are undefined here.
    """

    id: int
    strategy_id: int
    symbol: str
    timeframe: str
    start_date: datetime
    end_date: datetime
    initial_balance: float
    spread_pips: float
    execution_mode: str
    primary_tf: str
    context_tfs: list[str]
    max_llm_calls: int
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
    commission_per_lot: float
    tp_partial_close_ratio: float
    data_file_path: str | None
    created_at: datetime
    volume: float
    risk_pct: float | None
    params: Mapping[str, Any]
    settings: Mapping[str, Any]
    strategy_version: str | None
    dataset_version: str | None
    code_version: str | None
    notes: str | None
    started_at: datetime | None
    finished_at: datetime | None
    deleted_at: datetime | None
    strategy: str
    statistics: Mapping[str, Any]
    job: JobRecord | None
    unreadable: tuple[str, ...] = ()

    def columns(self) -> dict[str, Any]:
        """Return the row by its column names, in the order of the table."""
        return {name: getattr(self, name) for name in RUN_COLUMNS}


_SELECT = (
    f"SELECT {', '.join('r.' + name for name in RUN_COLUMNS)}, s.name, coalesce(t.statistics, '{{}}')"
    " FROM backtest_runs r JOIN strategies s ON s.id = r.strategy_id"
    " LEFT JOIN run_statistics t ON t.run_id = r.id"
)


def get(connection: Connection, run_id: int, *, deleted: bool = False) -> RunRecord | None:
    """Return a run; one that is deleted only when asked for."""
    row = connection.execute(
        f"{_SELECT} WHERE r.id = ? AND (? OR r.deleted_at IS NULL)", (run_id, deleted)
    ).fetchone()
    if row is None:
        return None
    return record(RunRecord, row, job=jobs.get(connection, run_id), unreadable=unreadable(RunRecord, row))
