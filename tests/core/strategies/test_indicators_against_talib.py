"""Every indicator that TA-Lib has as well gives what TA-Lib gives, from the same row on."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pytest
import talib
from hypothesis import given, settings
from hypothesis import strategies as st

from core.market.reading import read_market_file
from core.strategies.indicators import (
    adx,
    atr,
    bollinger,
    cci,
    ema,
    highest,
    lowest,
    macd,
    minus_di,
    plus_di,
    rate_of_change,
    rsi,
    sma,
    stddev,
    stochastic,
    true_range,
    wma,
)

Floats: TypeAlias = npt.NDArray[np.float64]
Market: TypeAlias = tuple[Floats, Floats, Floats]
Indicator: TypeAlias = Callable[[Market, int], Floats | Sequence[Floats]]

FILES = {
    "EURUSD": ("mt5-export-bars/EURUSD_M15.csv", "M15"),
    "USDJPY": ("mt4-history-center-b/USDJPY60_cut.csv", "H1"),
    "XAUUSD": ("mt4-history-center-a/XAUUSD15.csv", "M15"),
}


def from_the_first(values: Floats) -> Floats:
    """Return how far prices are from the first one, in whole thousandths of a point of a FX pair.

    TA-Lib keeps running sums of squares, whose error is as large as what they
    should be; of small whole numbers they are exact.
    """
    return np.rint((values - values[:1]) * 1e6)


def talib_bands(values: Floats, bars: int) -> list[Floats]:
    middle = talib.SMA(values, bars)
    distance = 2.5 * talib.STDDEV(from_the_first(values), bars) / 1e6
    return [middle - distance, middle, middle + distance]


# What both give for high, low and close and a number of bars, and how few bars each takes.
PAIRS: dict[str, tuple[Indicator, Indicator, int]] = {
    "sma": (lambda m, n: sma(m[2], n), lambda m, n: talib.SMA(m[2], n), 2),
    "ema": (lambda m, n: ema(m[2], n), lambda m, n: talib.EMA(m[2], n), 2),
    "wma": (lambda m, n: wma(m[2], n), lambda m, n: talib.WMA(m[2], n), 2),
    "highest": (lambda m, n: highest(m[0], n), lambda m, n: talib.MAX(m[0], n), 2),
    "lowest": (lambda m, n: lowest(m[1], n), lambda m, n: talib.MIN(m[1], n), 2),
    "rsi": (lambda m, n: rsi(m[2], n), lambda m, n: talib.RSI(m[2], n), 2),
    "true range": (lambda m, _: true_range(*m), lambda m, _: talib.TRANGE(*m), 1),
    "atr": (lambda m, n: atr(*m, n), lambda m, n: talib.ATR(*m, n), 1),
    "stddev": (
        lambda m, n: stddev(m[2], n),
        lambda m, n: talib.STDDEV(from_the_first(m[2]), n) / 1e6,
        2,
    ),
    "adx": (lambda m, n: adx(*m, n), lambda m, n: talib.ADX(*m, n), 2),
    "plus di": (lambda m, n: plus_di(*m, n), lambda m, n: talib.PLUS_DI(*m, n), 2),
    "minus di": (lambda m, n: minus_di(*m, n), lambda m, n: talib.MINUS_DI(*m, n), 2),
    "cci": (lambda m, n: cci(*m, n), lambda m, n: talib.CCI(*m, n), 2),
    "rate of change": (lambda m, n: rate_of_change(m[2], n), lambda m, n: talib.ROC(m[2], n), 1),
    "bollinger": (lambda m, n: bollinger(m[2], n, 2.5), lambda m, n: talib_bands(m[2], n), 2),
    "macd": (
        lambda m, n: macd(m[2], n, 2 * n + 1, n + 3),
        lambda m, n: talib.MACD(m[2], n, 2 * n + 1, n + 3),
        2,
    ),
    "macd, the slow one first": (
        lambda m, n: macd(m[2], n + 5, n, 9),
        lambda m, n: talib.MACD(m[2], n + 5, n, 9),
        2,
    ),
    "stochastic": (
        lambda m, n: stochastic(*m, n, 3, 4),
        lambda m, n: talib.STOCH(*m, fastk_period=n, slowk_period=3, slowd_period=4),
        1,
    ),
}

# Both reckon in floats of about this size, and differ by the last bits of those.
SIZES = dict.fromkeys(("rsi", "adx", "plus di", "minus di", "cci", "rate of change", "stochastic"), 100.0)


def agree(name: str, prices: Market, bars: int, *, ours: Floats | Sequence[Floats] | None = None) -> None:
    mine, theirs, _ = PAIRS[name]
    found = np.atleast_2d(mine(prices, bars) if ours is None else ours)
    wanted = np.atleast_2d(theirs(prices, bars))
    assert np.array_equal(np.isnan(found), np.isnan(wanted))
    # Shares of moves of one point have lost five digits in the subtraction of prices, in both.
    noise = max(1e-10 * SIZES.get(name, 0.0), 1e-11 * float(np.max(prices[2], initial=0.0)))
    if name == "cci":
        # Of equal prices TA-Lib's mean misses by a bit, which it divides by a bit: we give zero.
        flat = np.atleast_2d(highest(prices[0], bars) == lowest(prices[1], bars))
        assert (found[flat] == 0).all()
        found, wanted, noise = found[~flat], wanted[~flat], 1e-6
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=noise)


def market(seed: int, count: int, *, steps: float) -> Market:
    """Return highs, lows and closes in whole points; small steps leave many bars equal."""
    drawn = np.random.default_rng(seed)
    close = 110_000 + np.rint(drawn.normal(0, steps, count).cumsum())
    high = close + np.rint(drawn.exponential(steps, count))
    low = close - np.rint(drawn.exponential(steps, count))
    return high / 1e5, low / 1e5, close / 1e5


@pytest.mark.parametrize("steps", [40.0, 0.4], ids=["lively", "dull"])
@pytest.mark.parametrize("name", PAIRS)
def test_an_indicator_gives_what_talib_gives(name: str, steps: float) -> None:
    fewest = PAIRS[name][2]
    for seed, bars in enumerate(sorted({fewest, 2, 3, 5, 14, 50} - set(range(fewest)))):
        agree(name, market(seed, 1500, steps=steps), bars)


@pytest.mark.parametrize("name", PAIRS)
@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 2**32), count=st.integers(0, 300), bars=st.integers(2, 60), steps=st.floats(0.2, 90)
)
def test_it_does_on_markets_of_all_kinds_and_lengths(
    name: str, seed: int, count: int, bars: int, steps: float
) -> None:
    agree(name, market(seed, max(count, 1), steps=steps), bars)


@pytest.mark.parametrize("name", ["plus di", "minus di", "adx"])
def test_directions_keep_their_digits_while_nothing_moves(name: str) -> None:
    agree(name, market(0, 52, steps=0.25), 2)


@cache
def real_market(folder: Path, symbol: str) -> Market:
    name, timeframe = FILES[symbol]
    bars = read_market_file(folder / name, symbol=symbol, timeframe=timeframe, timezone="UTC").bars
    return bars.high, bars.low, bars.close


@pytest.mark.parametrize("symbol", FILES)
@pytest.mark.parametrize("name", PAIRS)
def test_it_does_on_real_bars(name: str, symbol: str, market_files: Path) -> None:
    for bars in (14, 200):
        agree(name, real_market(market_files, symbol), bars)


@pytest.mark.parametrize("name", PAIRS)
def test_a_history_too_short_for_an_indicator_has_none(name: str) -> None:
    ours, _, fewest = PAIRS[name]
    for count in range(4):
        found = np.atleast_2d(ours(market(count, count, steps=40.0), fewest + 30))
        assert found.shape[1] == count
        assert np.isnan(found[:, : 1 if name == "true range" else count]).all()


@pytest.mark.parametrize("name", PAIRS)
def test_a_row_is_made_of_the_rows_up_to_it(name: str) -> None:
    ours, _, fewest = PAIRS[name]
    prices = market(7, 2600, steps=40.0)
    whole = np.atleast_2d(ours(prices, fewest + 5))
    for cut in (1, 30, 77, 250, 1030, 2599):
        part = np.atleast_2d(ours((prices[0][:cut], prices[1][:cut], prices[2][:cut]), fewest + 5))
        assert np.array_equal(part, whole[:, :cut], equal_nan=True)


# A rate of change looks at two bars, and so leaps over one that is missing between them.
@pytest.mark.parametrize("name", sorted({*PAIRS} - {"rate of change"}))
def test_a_missing_bar_makes_it_begin_afresh(name: str) -> None:
    ours, _, fewest = PAIRS[name]
    prices = market(9, 400, steps=40.0)
    for column in prices:
        column[150] = np.nan
    found = np.atleast_2d(ours(prices, fewest + 5))
    assert np.isnan(found[:, 150]).all()
    before = (prices[0][:150], prices[1][:150], prices[2][:150])
    after = (prices[0][151:], prices[1][151:], prices[2][151:])
    agree(name, before, fewest + 5, ours=found[:, :150])
    agree(name, after, fewest + 5, ours=found[:, 151:])
