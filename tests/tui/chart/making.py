"""Bars and trades made by hand."""

from array import array
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from core.market.bars import Bars
from core.market.days import DayRule
from core.market.instruments import find_instrument
from core.market.timeframes import Timeframe
from db.trades import TradeRecord, TradeTimes
from tui.chart.run_trades import RunTrades

BEGIN = 1_580_083_200  # 2020-01-27 00:00 UTC, a Monday
HOUR = 3_600

Prices = tuple[float, float, float, float]


def bars_of(rows: Sequence[Prices], volume: float = 10.0, spread: list[float] | None = None) -> Bars:
    """Return hourly bars of EURUSD with these open, high, low and close."""
    opened, high, low, close = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    seconds = BEGIN + HOUR * np.arange(len(rows))
    return Bars(
        find_instrument("EURUSD"),
        Timeframe.H1,
        DayRule("UTC", 0),
        seconds.astype("datetime64[s]"),
        opened,
        high,
        low,
        close,
        np.full(len(rows), volume),
        None if spread is None else np.array(spread),
    )


def climbing(count: int) -> Bars:
    """Return bars of which each closes where the next opens, 1 higher, with wicks of a half."""
    return bars_of([(100 + i, 101.5 + i, 99.5 + i, 101 + i) for i in range(count)])


def trade(
    number: int,
    entered: int,
    left: int,
    *,
    side: str = "BUY",
    position: int = 0,
    lots: float = 0.1,
    price: float = 100.0,
    profit: float = 10.0,
    after: float = 10_010.0,
) -> TradeRecord:
    """Return a trade between two bars."""
    moments = [datetime.fromtimestamp(BEGIN + HOUR * bar, UTC) for bar in (entered, left)]
    return TradeRecord(
        id=number,
        run_id=1,
        position=position or number,
        symbol="EURUSD",
        direction=side,
        entry_time=moments[0],
        entry_price=price,
        exit_time=moments[1],
        exit_price=price + 1,
        stop_loss=None,
        take_profit=None,
        volume=lots,
        profit=profit,
        commission=0.0,
        exit_reason="tp",
        equity_after=after,
        mae=None,
        mfe=None,
    )


def run_trades(*records: TradeRecord) -> RunTrades:
    """Return the trades of a run, all of them read."""
    times = TradeTimes(
        array("q", [record.id for record in records]),
        array("q", [int(record.entry_time.timestamp()) for record in records]),
        array("q", [int(record.exit_time.timestamp()) for record in records]),
    )
    found = RunTrades(times)
    found.add(records)
    return found
