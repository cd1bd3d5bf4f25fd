"""A store with as many runs as wanted, made within seconds: for budgets and benchmarks."""

import math
import random
from array import array
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

from core.home import Home
from db import strategies
from db.columns import METRICS
from db.connection import StoreConnection, connect, transaction
from db.times import utc_text
from db.upgrade import open_store
from db.values import marks

FIRST_MADE = datetime(2024, 1, 1, tzinfo=UTC)
BEGIN, END = datetime(2020, 1, 27, tzinfo=UTC), datetime(2022, 1, 26, tzinfo=UTC)

_STRATEGIES = ("sma_cross", "donchian_breakout", "rsi_reversion", "bollinger_reversion", "macd_trend")
_SYMBOLS = ("EURUSD", "GBPUSD", "USDJPY", "XAUUSD", "EURJPY", "AUDUSD", "USDCAD")
_TIMEFRAMES = ("M15", "M30", "H1", "H4")
_COLUMNS = (
    "id", "strategy_id", "symbol", "timeframe", "start_date", "end_date", "execution_mode", "primary_tf",
    "status", "progress_pct", *METRICS, "params", "settings", "strategy_version", "dataset_version",
    "notes", "created_at", "started_at", "finished_at",
)  # fmt: skip
_POINTS = 60
_KINDS_OF_CURVES = 97


def fill_many(home: Home, count: int) -> None:
    """Make the store with so many runs that have ended, the last of them the newest."""
    home.create()
    open_store(home.store)
    with closing(connect(home.store)) as connection:
        for name in _STRATEGIES:
            strategies.register(connection, name, f"{name:0<64}"[:64], "{}", "[]", builtin=True)
        with transaction(connection):
            _insert(connection, count)


def _insert(connection: StoreConnection, count: int) -> None:
    chance = random.Random(11)
    connection.executemany(
        f"INSERT INTO backtest_runs ({', '.join(_COLUMNS)}) VALUES ({marks(len(_COLUMNS))})",  # noqa: S608
        (_run(number, chance) for number in range(1, count + 1)),
    )
    connection.execute(
        "INSERT INTO run_jobs (run_id, bars_done, bars_total) SELECT id, 49777, 49777 FROM backtest_runs"
    )
    connection.executemany(
        "INSERT INTO run_curves (run_id, points, preview, curve) VALUES (?, ?, ?, x'')", _previews(count)
    )
    connection.execute("INSERT INTO numbers (name, last) VALUES ('backtest_runs', ?)", (count,))


def _run(number: int, chance: random.Random) -> tuple[Any, ...]:
    made = FIRST_MADE + timedelta(minutes=7 * number)
    status = _status(number)
    figures = _figures(chance) if status == "completed" else (None,) * len(METRICS)
    return (
        number, 1 + number % len(_STRATEGIES), _SYMBOLS[number % len(_SYMBOLS)],
        _TIMEFRAMES[number % len(_TIMEFRAMES)], utc_text(BEGIN), utc_text(END), "intra_candle", "M15",
        status, 100, *figures, '{"fast":20,"slow":50}', '{"leverage":100}', "a" * 64, "d" * 64,
        "before the holidays" if number % 500 == 0 else None, utc_text(made),
        utc_text(made + timedelta(seconds=1)), utc_text(made + timedelta(seconds=13)),
    )  # fmt: skip


def _status(number: int) -> str:
    return "failed" if number % 29 == 0 else "cancelled" if number % 41 == 0 else "completed"


def _figures(chance: random.Random) -> tuple[Any, ...]:
    total = round(chance.gauss(5, 20), 4)
    trades = chance.randrange(50, 4_000)
    sharpe = None if chance.random() < 0.05 else round(total / 20, 4)
    return (
        trades, round(chance.uniform(0.3, 0.6), 4), round(math.exp(total / 100), 4), total * 100 / trades,
        round(chance.uniform(3, 40), 3), round(total / 12, 3), sharpe, round(total / 14, 4), total,
        round(chance.uniform(5, 30), 2), -round(chance.uniform(5, 30), 2), chance.randrange(2, 15),
        chance.randrange(2, 20), 1.5,
    )  # fmt: skip


def _previews(count: int) -> Iterator[tuple[int, int, bytes]]:
    chance = random.Random(5)
    curves = [
        array("f", accumulate((chance.gauss(3, 60) for _ in range(_POINTS)), initial=10_000.0)).tobytes()
        for _ in range(_KINDS_OF_CURVES)
    ]
    return (
        (number, _POINTS + 1, curves[number % len(curves)])
        for number in range(1, count + 1)
        if _status(number) == "completed"
    )
