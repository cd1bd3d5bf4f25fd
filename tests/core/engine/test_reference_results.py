"""An independent broker's trades on real files, given beside the checkout."""

import csv
import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.engine.records import EXIT_REASONS
from core.engine.simulation import Outcome, simulate
from core.engine.terms import Terms
from core.market.bars import Bars
from core.market.reading import read_market_file
from core.strategies.builtin.donchian_breakout import DonchianBreakout
from core.strategies.builtin.sma_cross import SmaCross
from core.strategies.strategy import make

CASES = (
    "eurusd-m1-sma-no-stops",
    "eurusd-m15-donchian-close",
    "eurusd-m15-donchian-intra",
    "eurusd-m15-recorded-spread",
    "eurusd-m15-sma",
    "eurusd-m15-two-targets",
    "usdjpy-h1-donchian-intra",
    "xauusd-m15-donchian-intra",
    "xauusd-m15-refused-entries",
    "xauusd-m15-stop-out",
)
STRATEGIES = {"donchian_breakout": DonchianBreakout, "sma_cross": SmaCross}


@cache
def bars_of(path: Path, symbol: str, timeframe: str) -> Bars:
    return read_market_file(path, symbol=symbol, timeframe=timeframe, timezone="UTC").bars


def run(case: dict[str, Any], files: Path) -> tuple[Bars, Outcome]:
    bars = bars_of(files / case["file"], case["symbol"], case["timeframe"])
    spread = case["spread_pips"]
    terms = Terms(
        mode=case["execution_mode"],
        initial_balance=case["initial_balance"],
        spread_pips=None if spread == "data" else spread,
        volume=case["volume"],
        commission_per_lot=case["commission_per_lot"],
        partial_ratio=case["tp_partial_close_ratio"],
        leverage=case["leverage"],
    )
    return bars, simulate(bars, make(STRATEGIES[case["strategy"]], case["params"]), terms)


@pytest.mark.parametrize("name", CASES)
def test_every_trade_is_the_reference_s(name: str, market_files: Path, reference_cases: Path) -> None:
    case = json.loads((reference_cases / f"{name}.json").read_text())
    bars, outcome = run(case, market_files)
    assert len(bars) == case["bars"]
    with (reference_cases / f"{name}.trades.csv").open() as lines:
        expected = list(csv.DictReader(lines))
    assert len(outcome.trades) == len(expected)
    for trade, given in zip(outcome.trades, expected, strict=True):
        assert int(trade["position"]) == int(given["position"])
        assert ("BUY" if trade["direction"] > 0 else "SELL") == given["direction"]
        assert EXIT_REASONS[trade["exit_reason"]] == given["exit_reason"]
        for side in ("entry", "exit"):
            assert time_of(bars, int(trade[f"{side}_index"])) == given[f"{side}_time"]
            assert trade[f"{side}_price"] == pytest.approx(float(given[f"{side}_price"]), rel=1e-9)
        for money in ("volume", "profit", "equity_after"):
            assert trade[money] == pytest.approx(float(given[money]), rel=1e-6, abs=1e-9)
    assert outcome.ambiguous_exits == case["ambiguous_exits"]
    assert outcome.refused_entries == case["refused_entries"]
    assert outcome.equity[-1] == pytest.approx(case["final_equity"], rel=1e-6)


@pytest.mark.parametrize("name", CASES)
def test_the_deepest_fall_of_equity_is_the_reference_s(
    name: str, market_files: Path, reference_cases: Path
) -> None:
    case = json.loads((reference_cases / f"{name}.json").read_text())
    _, outcome = run(case, market_files)
    peak = np.maximum.accumulate(np.concatenate(([case["initial_balance"]], outcome.equity)))[1:]
    fall = ((peak - outcome.equity) / peak).max() * 100
    assert fall == pytest.approx(case["metrics"]["max_drawdown_pct"], rel=1e-6)


def time_of(bars: Bars, index: int) -> str:
    return datetime.fromtimestamp(int(bars.time[index].astype(np.int64)), UTC).isoformat()
