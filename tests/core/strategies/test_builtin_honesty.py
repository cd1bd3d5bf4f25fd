"""The built-in strategies on whole markets: they trade, look at no later bar, and need only their warm-up."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from core.engine.records import EXIT_REASONS
from core.engine.simulation import simulate
from core.engine.terms import Mode, Terms
from core.market.bars import Bars
from core.market.reading import read_market_file
from core.market.resample import resample
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe, parse_timeframe
from core.strategies import Strategy
from core.strategies.loader import instance, load
from core.strategies.registry import find
from core.strategies.signals import ENTER_BUY, ENTER_SELL, decisions

FILES = {
    "EURUSD": ("mt5-export-bars/EURUSD_M15.csv", "M15"),
    "USDJPY": ("mt4-history-center-b/USDJPY60_cut.csv", "H1"),
    "XAUUSD": ("mt4-history-center-a/XAUUSD15.csv", "M15"),
}

# The bar on which each can enter first: its windows are full there, and were on the bar before
# where it looks for a crossing. Fifty four-hour bars are 200 of an hour.
FIRST = {"rsi_reversion": 15, "bollinger_reversion": 20, "macd_trend": 34, "atr_trend": 196}

# Each as it comes, and with the longest memory that its parameters allow.
LONGEST: dict[str, dict[str, Any]] = {
    "rsi_reversion": {"length": 50, "lower": 45, "upper": 55},
    "bollinger_reversion": {"length": 499},
    "macd_trend": {"fast": 60, "slow": 100, "signal": 50, "range_bars": 50},
    "atr_trend": {"range_bars": 50, "context_timeframes": "D1"},
}
CASES = [(name, values) for name in FIRST for values in ({}, LONGEST[name])]

REACH = 2000


def made(name: str, values: dict[str, Any] | None = None) -> Strategy:
    return instance(load(name, find(name).source), values or {})


def numbers(strategy: Strategy, bars: Bars) -> npt.NDArray[np.float64]:
    """Return what is decided: a row a bar, the action and then the distances where it enters."""
    found = decisions(strategy.signals(bars), bars)
    enters = (found.action & (ENTER_BUY | ENTER_SELL)) != 0
    distances = [np.where(enters, one, 0.0) for one in (found.stop, *found.targets)]
    return np.column_stack([found.action, *distances])


@cache
def synthetic(timeframe: Timeframe, seed: int = 7) -> Bars:
    return synthetic_bars(seed=seed, timeframe=timeframe)


@pytest.mark.parametrize("name", FIRST)
def test_it_enters_nothing_before_its_windows_are_full(name: str) -> None:
    for seed in range(4):
        found = decisions(made(name).signals(synthetic(Timeframe.H1, seed)), synthetic(Timeframe.H1, seed))
        entries = np.flatnonzero(found.action & (ENTER_BUY | ENTER_SELL))
        assert entries[0] >= FIRST[name]
        assert len(entries) > 50


@pytest.mark.parametrize("mode", ["intra_candle", "close_price"])
@pytest.mark.parametrize("name", FIRST)
def test_it_trades_a_whole_market_both_ways(name: str, mode: Mode) -> None:
    bars, strategy = synthetic(Timeframe.M15), made(name)
    outcome = simulate(bars, strategy, Terms(mode=mode), first=strategy.options().warmup)
    assert {-1, 1} == set(np.sign(outcome.trades["direction"]).tolist())
    reasons = {EXIT_REASONS[reason] for reason in outcome.trades["exit_reason"].tolist()}
    assert "sl" in reasons
    assert ("tp_partial" in reasons) == (name == "atr_trend")
    assert np.isfinite(outcome.equity).all()
    assert not outcome.refused["stop"]


@pytest.mark.parametrize(("name", "values"), CASES)
def test_no_later_bar_changes_a_decision(name: str, values: dict[str, Any]) -> None:
    bars, strategy = synthetic(Timeframe.M15).slice(0, 12_000), made(name, values)
    whole = numbers(strategy, bars)
    for cut in (1, 20, 500, *range(3_990, 4_030), 9_001):
        assert np.array_equal(numbers(strategy, bars.slice(0, cut)), whole[:cut])


@cache
def real_market(folder: Path, symbol: str) -> Bars:
    file, timeframe = FILES[symbol]
    return read_market_file(folder / file, symbol=symbol, timeframe=timeframe, timezone="UTC").bars


def agree_after_warming_up(strategy: Strategy, bars: Bars) -> None:
    """Fail unless decisions on no more than the warm-up are those on all history, to the last bit.

    The slower timeframes keep their own history, as they do in a run.
    """
    slower = [parse_timeframe(one) for one in strategy.options().context_timeframes]
    bars = bars.with_context({timeframe: resample(bars, timeframe) for timeframe in slower})
    whole, warmup = numbers(strategy, bars), strategy.options().warmup
    entered = 0
    for start in np.linspace(warmup + 1, len(bars) - REACH, 12).astype(int):
        found = numbers(strategy, bars.slice(start - warmup, start + REACH))[warmup:]
        assert np.array_equal(found, whole[start : start + REACH])
        entered += int(np.count_nonzero(found[:, 1]))
    assert entered > 20


@pytest.mark.parametrize("seed", [7, 8])
@pytest.mark.parametrize(("name", "values"), CASES)
def test_its_warm_up_is_long_enough(name: str, values: dict[str, Any], seed: int) -> None:
    agree_after_warming_up(made(name, values), synthetic(Timeframe.M15, seed))


@pytest.mark.parametrize("symbol", FILES)
@pytest.mark.parametrize(("name", "values"), CASES)
def test_its_warm_up_is_long_enough_on_real_bars(
    name: str, values: dict[str, Any], symbol: str, market_files: Path
) -> None:
    agree_after_warming_up(made(name, values), real_market(market_files, symbol))
