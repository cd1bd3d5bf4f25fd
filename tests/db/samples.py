"""Rows to fill a store with."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from db import jobs, runs, strategies
from db.connection import Connection
from db.curves import CurveRecord
from db.jobs import RunResult
from db.runs import NewRun

NEW_RUN = NewRun(
    strategy="sma_cross",
    symbol="EURUSD",
    timeframe="M15",
    start_date=datetime(2020, 1, 1, tzinfo=UTC),
    end_date=datetime(2022, 1, 1, tzinfo=UTC),
    params={"fast": 20, "slow": 50},
    settings={"leverage": 100},
    strategy_version="a" * 64,
    dataset_version="d" * 64,
)
CURVE = CurveRecord(points=3, preview=b"small", curve=b"large" * 100)


def trade_row(position: int = 1, profit: float = 12.5, *, direction: str = "BUY") -> tuple[Any, ...]:
    """A row for `insert_many`."""
    return (
        position,
        "EURUSD",
        direction,
        "2020-01-27 13:00:00.000000",
        1.1,
        "2020-01-27 15:00:00.000000",
        1.2,
        1.05,
        None,
        0.1,
        profit,
        0.7,
        "tp",
        10000.0 + profit,
        -3.0,
        20.0,
    )


def known_strategy(connection: Connection, name: str = "sma_cross", version: str = "a" * 64) -> int:
    """Register a strategy."""
    return strategies.register(connection, name, version, f'{{"{name}.py": "class"}}', "[]")


def add_run(connection: Connection, /, **changes: Any) -> int:  # noqa: ANN401
    """Insert a pending run that differs from `NEW_RUN` in `changes`."""
    new = replace(NEW_RUN, **changes)
    known_strategy(connection, new.strategy)
    return runs.insert(connection, new)


def claimed(connection: Connection, token: str = "token") -> int:  # noqa: S107
    """Claim the next run and attach a worker of pid 100 to it; return its id."""
    claim = jobs.claim_next(connection, token)
    assert claim is not None
    assert jobs.attach(connection, token, 100, 5.5, "boot")
    return claim.run_id


def result(metrics: Mapping[str, Any] | None = None, trades: int = 2) -> RunResult:
    """A result with some trades."""
    figures = {"total_trades": trades, "sharpe_ratio": 0.75} if metrics is None else metrics
    return RunResult(
        figures, [trade_row(n) for n in range(1, trades + 1)], CURVE, {"ambiguous_exits": 4, "cagr": None}
    )


def finished_run(connection: Connection, /, metrics: Mapping[str, Any] | None = None, **changes: Any) -> int:  # noqa: ANN401
    """Insert a run and store a result for it; return its id. Nothing else may be waiting."""
    run_id = add_run(connection, **changes)
    token = f"token-{run_id}"
    assert claimed(connection, token) == run_id
    assert jobs.store_result(connection, token, result(metrics))
    return run_id
