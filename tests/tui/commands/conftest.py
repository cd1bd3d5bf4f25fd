"""A store with runs in it, without the engine: what commands that read and mark need."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import numpy as np
import pytest

from core.home import Home
from core.results.curve import pack, preview
from db import jobs
from db.connection import StoreConnection, connect
from db.curves import CurveRecord
from db.jobs import RunResult
from db.upgrade import open_store
from tests.db.samples import add_run, claimed, trade_row

CURVE_TIMES = np.datetime64("2020-01-01T00:00:00", "s") + np.arange(200) * np.timedelta64(3600, "s")
CURVE_VALUES = 10_000.0 + np.arange(200, dtype=np.float64) * 1.5
METRICS = {"total_trades": 2, "win_rate": 0.5, "total_return_pct": 2.985, "max_drawdown_pct": 0.0}
STATISTICS = {"final_equity": 10_298.5, "net_profit": 298.5, "ambiguous_exits": 4, "refused_entries": 1}


@pytest.fixture(autouse=True)
def ensured() -> None:
    """Commands start real runners, where the tests of the screens start none."""


@pytest.fixture
def store(home: Home) -> Iterator[StoreConnection]:
    """The store of this test's data folder."""
    open_store(home.store)
    with closing(connect(home.store)) as connection:
        yield connection


def completed(store: StoreConnection, sharpe: float | None = 0.75, **changes: Any) -> int:  # noqa: ANN401
    """Store a run with two trades and a curve of 200 points; return its id."""
    run_id = add_run(store, **changes)
    token = f"token-{run_id}"
    assert claimed(store, token) == run_id
    small = preview(CURVE_VALUES)
    curve = CurveRecord(points=200, preview=small, curve=pack(CURVE_TIMES, CURVE_VALUES))
    trades = [trade_row(1), trade_row(2, -4.0, direction="SELL")]
    assert jobs.store_result(
        store, token, RunResult(METRICS | {"sharpe_ratio": sharpe}, trades, curve, STATISTICS)
    )
    return run_id


def failed(store: StoreConnection, reason: str) -> int:
    """Store a run that failed."""
    run_id = add_run(store)
    token = f"token-{run_id}"
    assert claimed(store, token) == run_id
    assert jobs.end(store, run_id, token, "failed", reason)
    return run_id
