"""Random markets and decisions that meet every rule often."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from core.engine.decision import Decision
from core.engine.terms import Terms
from core.market.bars import Bars
from core.market.timeframes import Timeframe
from tests.core.engine.market import MONDAY, Case, bars_of
from tests.core.engine.plain_records import Habits

BARS = 70
POINT = {
    "EURUSD": 0.00001,
    "USDJPY": 0.001,
    "XAUUSD": 0.01,
    "EURGBP": 0.00001,
    "EURJPY": 0.001,
    "GBPUSD": 0.00001,
}
LEVEL = {
    "EURUSD": 1.1,
    "USDJPY": 150.0,
    "XAUUSD": 1900.0,
    "EURGBP": 0.85,
    "EURJPY": 160.0,
    "GBPUSD": 1.25,
}


def random_bars(seed: int, symbol: str, *, count: int = BARS, gaps: bool = True) -> Bars:
    """A walk on a coarse grid, so that prices meet levels exactly, with gaps in price and time."""
    chance = np.random.default_rng(seed)
    unit = POINT[symbol] * 10 * 5
    base = round(LEVEL[symbol] / unit)
    table = []
    close = base
    for _ in range(count):
        opening = close + (int(chance.integers(-4, 5)) if gaps and chance.random() < 0.3 else 0)
        close = opening + int(chance.integers(-3, 4))
        high = max(opening, close) + int(chance.integers(0, 4))
        low = min(opening, close) - int(chance.integers(0, 4))
        table.append((opening, high, low, close))
    prices = np.round(np.array(table) * unit, 6)
    hours = np.cumsum(np.where(chance.random(count) < 0.05, chance.integers(2, 60, count), 1))
    times = MONDAY + hours * np.timedelta64(3600, "s")
    spread = chance.integers(0, 80, count).tolist()
    return bars_of([tuple(row) for row in prices.tolist()], symbol=symbol, times=times, spread=spread)


def random_decisions(
    seed: int, bars: Bars, *, orders: bool, needs_stop: bool, often: float
) -> dict[int, Decision]:
    """Decisions of every kind on some of the bars."""
    chance = np.random.default_rng(seed)
    unit = POINT[bars.symbol] * 10 * 5
    decisions: dict[int, Decision] = {}
    for bar in range(len(bars)):
        if chance.random() > often:
            continue
        direction = int(chance.choice([1, -1, 1, -1, 0]))
        extra: dict[str, Any] = {}
        if direction and orders and chance.random() < 0.5:
            price = float(bars.close[bar] + chance.integers(-6, 7) * unit)
            extra = {str(chance.choice(["at_stop", "at_limit"])): price, "expiry": int(chance.integers(0, 6))}
        exits = chance.random(2) < 0.15
        stop = float(chance.integers(1 if needs_stop else 0, 9)) * unit
        distances = chance.integers(0, 10, chance.integers(0, 4)) * unit
        decisions[bar] = Decision(
            direction=direction,
            exit_buy=bool(exits[0] or direction == 0),
            exit_sell=bool(exits[1] or (direction == 0 and exits[0])),
            stop=stop,
            targets=tuple(float(distance) for distance in distances),
            **extra,
        )
    return decisions


def random_conversion(seed: int, pair: str, bars: Bars, *, missing: bool) -> Bars:
    """Hours of a conversion pair from a day before these bars on; `missing` leaves most of them out."""
    chance = np.random.default_rng(seed)
    hour = np.timedelta64(3600, "s")
    span = int((bars.time[-1] - bars.time[0]) / hour) + 30
    present = chance.random(span) < (0.03 if missing else 0.9)
    present[0] = True
    times = (bars.time[0] - 25 * hour + np.arange(span) * hour)[present]
    walk = random_bars(seed, pair, count=len(times))
    table = np.stack([walk.open, walk.high, walk.low, walk.close], axis=1).tolist()
    return bars_of([tuple(row) for row in table], symbol=pair, times=times)


def random_finer(seed: int, bars: Bars) -> Bars:
    """Bars of fifteen minutes that make up these hours, some of them missing."""
    chance = np.random.default_rng(seed)
    quarter = np.timedelta64(900, "s")
    table, times = [], []
    for hour in range(len(bars)):
        low, high = float(bars.low[hour]), float(bars.high[hour])
        path = [float(bars.open[hour]), low, high, float(bars.close[hour])]
        if chance.random() < 0.5:
            path[1:3] = [high, low]
        path.insert(2, float(chance.choice([low, high, path[0]])))
        for part in range(4):
            if chance.random() < 0.1:
                continue
            start, end = path[part], path[part + 1]
            table.append((start, max(start, end), min(start, end), end))
            times.append(bars.time[hour] + part * quarter)
    if not table:
        table, times = [(1.0, 1.0, 1.0, 1.0)], [bars.time[0]]
    return bars_of(table, symbol=bars.symbol, timeframe=Timeframe.M15, times=np.array(times))


@st.composite
def cases(draw: st.DrawFn, *, everything: bool = True) -> Case:
    """A random market with random decisions under random terms."""
    seed = draw(st.integers(0, 2**31))
    symbols = ["EURUSD", "USDJPY", "XAUUSD", "EURGBP", "EURJPY"] if everything else ["EURUSD"]
    symbol = draw(st.sampled_from(symbols))
    bars = random_bars(seed, symbol)
    risk = draw(st.sampled_from([None, None, 0.5, 2.0])) if everything else None
    pair = {"EURGBP": "GBPUSD", "EURJPY": "USDJPY"}.get(symbol)
    rates: dict[str, float] = {}
    conversion = None
    if pair is not None and draw(st.booleans()):
        rates = {pair: LEVEL[pair]}
    elif pair is not None:
        missing = draw(st.integers(0, 3)) == 0
        conversion = random_conversion(seed + 1, pair, bars, missing=missing)
    terms = Terms(
        mode=draw(st.sampled_from(["intra_candle", "close_price"])),
        initial_balance=draw(st.sampled_from([10_000.0, 10_000.0, 700.0, 40.0])),
        spread_pips=draw(st.sampled_from([0.0, 0.5, 1.5, 5.0, None])),
        volume=draw(st.sampled_from([0.01, 0.03, 0.1, 0.25, 1.0])),
        risk_pct=risk,
        commission_per_lot=draw(st.sampled_from([0.0, 7.0])),
        partial_ratio=draw(st.sampled_from([0.3, 0.5, 1.0])),
        leverage=draw(st.sampled_from([30.0, 500.0, 5000.0])),
        fixed_rates=rates,
        slippage_pips=draw(st.sampled_from([0.0, 0.0, 0.7])) if everything else 0.0,
        swap_long=draw(st.sampled_from([0.0, -6.0])) if everything else 0.0,
        swap_short=draw(st.sampled_from([0.0, 2.5])) if everything else 0.0,
    )
    habits = Habits(
        trailing_pips=draw(st.sampled_from([0.0, 0.0, 8.0])),
        breakeven=draw(st.booleans()),
        max_bars=draw(st.sampled_from([0, 0, 3, 9])),
    )
    decisions = random_decisions(
        seed + 2,
        bars,
        orders=everything and draw(st.integers(0, 2)) > 0,
        needs_stop=risk is not None,
        often=draw(st.sampled_from([0.08, 0.3, 0.8])),
    )
    finer = random_finer(seed + 3, bars) if everything and draw(st.integers(0, 3)) == 0 else None
    first = draw(st.sampled_from([0, 0, 7]))
    return Case(bars, decisions, terms, habits, first, conversion, finer)
