"""A run whose bars are there, with trades and equity that belong to them."""

import zlib
from array import array
from contextlib import closing
from functools import cache
from typing import Any

import numpy as np

from core.datasets import import_bars
from core.home import Home
from core.market.bars import Bars
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from core.strategies import registry
from db import curves, strategies, trades
from db.connection import connect
from db.curves import CurveRecord
from db.times import seconds_texts
from tests.shots.filling import BEGIN, COMPLETED, FAILED, RUNNING

BARS = 3_000
# A trade begins at every so many bars, and ends after so many.
EVERY, HELD = 60, 25
LOTS, CONTRACT, BALANCE = 0.1, 100_000, 10_000.0


def fill_chart(home: Home, *, lines: bool = False) -> Bars:
    """Give three runs of the filled store a month of bars, the completed one trades every 60 bars.

    They are bought and sold in turn at the open and left at an open 25 bars later, with
    neither spread nor cost. With `lines` the strategy's source is there, too.
    """
    bars = _bars()
    with closing(connect(home.store)) as connection:
        record = import_bars(home, connection, bars, dialect="synthetic").record
        connection.execute(
            "UPDATE backtest_runs SET symbol = ?, timeframe = 'M15', spread_pips = 0, dataset_version = ?"
            " WHERE id IN (?, ?, ?)",
            (bars.symbol, record.digest, COMPLETED, RUNNING, FAILED),
        )
        connection.execute("DELETE FROM backtest_trades WHERE run_id = ?", (COMPLETED,))
        trades.insert_many(connection, COMPLETED, _trades(bars))
        equity, seconds = _equity(bars), bars.time.astype(np.int64)
        packed = zlib.compress(array("q", seconds.tolist()).tobytes() + array("d", equity).tobytes(), level=1)
        curves.put(connection, COMPLETED, CurveRecord(len(equity), b"", packed))
        if lines:
            known = registry.find("sma_cross")
            strategies.register(connection, known.name, known.version, known.source, builtin=True)
            connection.execute(
                "UPDATE backtest_runs SET strategy_version = ? WHERE id = ?", (known.version, COMPLETED)
            )
    return bars


@cache
def _bars() -> Bars:
    return synthetic_bars(timeframe=Timeframe.M15, start=BEGIN.date(), years=1).slice(0, BARS)


def _entries() -> range:
    return range(EVERY // 2, BARS - HELD, EVERY)


def _profit(bars: Bars, entry: int, price: float) -> float:
    direction = 1 if entry // EVERY % 2 == 0 else -1
    return round((price - float(bars.open[entry])) * direction * LOTS * CONTRACT, 2)


def _trades(bars: Bars) -> list[tuple[Any, ...]]:
    rows, balance = [], BALANCE
    moments = seconds_texts(bars.time.astype(np.int64).tolist())
    for position, entry in enumerate(_entries(), 1):
        left, price = entry + HELD, float(bars.open[entry])
        leaving = float(bars.open[left])
        profit = _profit(bars, entry, leaving)
        balance = round(balance + profit, 2)
        side = 1 if position % 2 else -1
        stop, target = round(price - side * 0.003, 5), round(price + side * 0.004, 5)
        rows.append(
            (
                *(position, bars.symbol, "BUY" if side > 0 else "SELL", moments[entry], price),
                *(moments[left], leaving, stop, target, LOTS, profit, 0.0, "time", balance, None, None),
            )
        )
    return rows


def _equity(bars: Bars) -> list[float]:
    equity, balance = [], BALANCE
    for index in range(BARS):
        entry = (index - EVERY // 2) // EVERY * EVERY + EVERY // 2
        is_trade = entry in _entries()
        if is_trade and index == entry + HELD:
            balance += _profit(bars, entry, float(bars.open[index]))
        is_open = is_trade and index < entry + HELD
        equity.append(
            round(balance + (_profit(bars, entry, float(bars.close[index])) if is_open else 0.0), 2)
        )
    return equity
