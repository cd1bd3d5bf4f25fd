"""The figures of a run, put together from what the engine returned."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.engine.simulation import Outcome, simulate
from core.engine.terms import Terms
from core.market.bars import Bars
from core.market.reading import read_market_file
from core.market.timeframes import Timeframe
from core.results.metrics import Metrics, measure, warm
from core.strategies.loader import instance, load
from core.strategies.registry import find
from tests.core.results.samples import trades_of
from tests.core.strategies.samples import bars_of

CASES = [
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
]


def outcome_of(equity: Sequence[float], profits: Sequence[float] = (), **parts: Any) -> Outcome:  # noqa: ANN401
    given: dict[str, Any] = {
        "trades": trades_of(profits),
        "equity": np.array(equity, dtype=np.float64),
        "first": 0,
        "spread_mean": 1.5,
        "ambiguous_exits": 0,
        "refused": {"margin": 0, "size": 0, "stop": 0},
        "stopped_at": None,
        "bars_held": 0,
    }
    return Outcome(**(given | parts))


def measured(outcome: Outcome, bars: Bars | None = None) -> Metrics:
    return measure(outcome, bars or bars_of([1.0] * len(outcome.equity)), Terms(initial_balance=100.0))


def test_every_column_of_a_small_run() -> None:
    equity = [100.0, 110.0, 99.0, 120.0]
    found = measured(outcome_of(equity, [10.0, -11.0, 0.0, 21.0]))
    assert found.columns() == {
        "total_trades": 4,
        "win_rate": 0.5,
        "profit_factor": pytest.approx(31 / 11),
        "expectancy": 5.0,
        "max_drawdown_pct": pytest.approx(10.0),
        "recovery_factor": pytest.approx(20 / 11),
        "sharpe_ratio": None,
        "sortino_ratio": None,
        "total_return_pct": pytest.approx(20.0),
        "avg_win": 15.5,
        "avg_loss": -11.0,
        "max_consec_wins": 1,
        "max_consec_losses": 1,
        "avg_spread": 1.5,
    }


def test_a_run_without_trades_says_nothing_about_them() -> None:
    found = measured(outcome_of([100.0] * 300))
    assert found.columns() == {
        "total_trades": 0,
        "win_rate": None,
        "profit_factor": None,
        "expectancy": None,
        "max_drawdown_pct": 0.0,
        "recovery_factor": None,
        "sharpe_ratio": None,
        "sortino_ratio": None,
        "total_return_pct": 0.0,
        "avg_win": None,
        "avg_loss": None,
        "max_consec_wins": 0,
        "max_consec_losses": 0,
        "avg_spread": 1.5,
    }
    undefined = {name for name, value in found.statistics.items() if value is None}
    assert {"best_five_share", "avg_mae", "position_win_rate", "sqn", "z_score", "calmar_ratio"} <= undefined


def test_without_a_losing_trade_there_is_no_profit_factor() -> None:
    found = measured(outcome_of([105.0], [5.0]))
    assert (found.profit_factor, found.win_rate, found.avg_loss, found.avg_win) == (None, 1.0, None, 5.0)
    assert (found.recovery_factor, found.statistics["sqn"]) == (None, None)


def test_without_a_winning_trade_the_profit_factor_is_zero() -> None:
    found = measured(outcome_of([95.0], [-5.0]))
    assert (found.profit_factor, found.avg_win, found.recovery_factor) == (0.0, None, -1.0)
    assert found.statistics["best_five_share"] is None


def test_an_account_that_goes_broke_has_no_sharpe_ratio_even_if_it_recovers() -> None:
    days = bars_of([1.0] * 24 * 40)
    equity = 100.0 + np.sin(np.arange(len(days)))
    assert measured(outcome_of(equity.tolist()), days).sharpe_ratio is not None
    equity[500] = 0.0
    found = measured(outcome_of(equity.tolist(), stopped_at=500), days)
    assert (found.sharpe_ratio, found.sortino_ratio) == (None, None)
    assert (found.max_drawdown_pct, found.statistics["stopped_out"]) == (100.0, True)


def test_sharpe_and_sortino_are_of_daily_returns() -> None:
    days = bars_of([1.0] * 24 * 5 * 4, start="2020-01-06T00:00:00")
    # Equity moves at the first hour of each day only: up two, down one, in percent.
    level, equity = 100.0, []
    rows = {int(row) + 1 for row in range(23, len(days), 24)} | {0}
    ups = 0
    for row in range(len(days)):
        if row in rows:
            level *= 1.02 if ups % 2 == 0 else 0.99
            ups += 1
        equity.append(level)
    found = measured(outcome_of(equity), days)
    returns = [1.02 if day % 2 == 0 else 0.99 for day in range(20)]
    # Saturday and Sunday count to Monday, so their returns are one with it.
    merged = [
        *returns[:5],
        math.prod(returns[5:8]),
        *returns[8:12],
        math.prod(returns[12:15]),
        *returns[15:19],
    ]
    merged.append(returns[19])
    daily = [value - 1 for value in merged]
    mean, count = sum(daily) / len(daily), len(daily)
    deviation = math.sqrt(sum((value - mean) ** 2 for value in daily) / (count - 1))
    downside = math.sqrt(sum(min(value, 0) ** 2 for value in daily) / count)
    assert found.statistics["returns"] == count
    assert found.sharpe_ratio == pytest.approx(mean / deviation * math.sqrt(252))
    assert found.sortino_ratio == pytest.approx(mean / downside * math.sqrt(252))


def test_buying_and_holding_is_from_the_first_open_of_the_period_to_the_last_close() -> None:
    bars = bars_of([1.0, 2.0, 2.5, 3.0])
    whole = measured(outcome_of([100.0] * 4), bars)
    after_warmup = measured(outcome_of([100.0] * 2, first=2), bars)
    assert whole.statistics["buy_and_hold_pct"] == pytest.approx(200.0)
    assert after_warmup.statistics["buy_and_hold_pct"] == pytest.approx(50.0)


@pytest.mark.parametrize("first", [0.0, -37.63, math.nan, math.inf])
def test_at_a_first_open_that_is_no_price_nothing_was_to_be_bought(first: float) -> None:
    bars = bars_of([1.0, 2.0, 3.0])
    bars = replace(bars, open=np.array([first, 2.0, 3.0]))
    assert measured(outcome_of([100.0] * 3), bars).statistics["buy_and_hold_pct"] is None


def test_without_a_trade_nothing_is_told_of_trades() -> None:
    found = measured(outcome_of([100.0] * 30))
    trades = ("win_rate", "profit_factor", "expectancy", "recovery_factor", "avg_win", "avg_loss")
    assert {found.columns()[name] for name in (*trades, "sharpe_ratio", "sortino_ratio")} == {None}
    assert {found.statistics[name] for name in ("best_trade", "worst_trade", "sqn", "avg_bars_held")} == {
        None
    }


def test_the_further_figures_of_a_small_run() -> None:
    trades = trades_of(
        [10.0, -4.0, 6.0],
        positions=[1, 1, 2],
        mae=[-3.0, -6.0, 0.0],
        mfe=[12.0, 0.0, 6.0],
        commission=[0.5] * 3,
    )
    refused = {"margin": 2, "size": 1, "stop": 0}
    found = measured(
        outcome_of([110, 106, 104, 112], trades=trades, bars_held=3, ambiguous_exits=1, refused=refused)
    )
    wanted = {
        "bars": 4,
        "final_equity": 112.0,
        "net_profit": 12.0,
        "max_drawdown": 6.0,
        "cagr_pct": None,
        "buy_and_hold_pct": 0.0,
        "calmar_ratio": None,
        "ulcer_index": pytest.approx(math.sqrt(((4 / 1.1) ** 2 + (6 / 1.1) ** 2) / 4)),
        "time_under_water_pct": 50.0,
        "longest_under_water_bars": 3,
        "longest_under_water_days": 3 / 24,
        "exposure_pct": 75.0,
        "stopped_out": False,
        "refused_entries": 3,
        "refused_margin": 2,
        "refused_size": 1,
        "refused_stop": 0,
        "ambiguous_exits": 1,
        "monthly_returns": [{"month": "2020-01", "profit": 12.0, "return_pct": pytest.approx(12.0)}],
        "gross_profit": 16.0,
        "gross_loss": 4.0,
        "commission": 1.5,
        "best_trade": 10.0,
        "worst_trade": -4.0,
        "best_five_share": 1.0,
        "avg_mae": -3.0,
        "avg_mfe": 6.0,
        "positions": 2,
        "position_win_rate": 1.0,
        "avg_bars_held": 1.5,
        "sqn": None,
        "z_score": None,
        "returns": 1,
        "sharpe_per_return": None,
        "returns_skewness": None,
        "returns_kurtosis": None,
        "probabilistic_sharpe": None,
    }
    assert found.statistics == wanted


def test_growth_and_calmar_are_of_the_time_from_the_first_opening_to_the_last_close() -> None:
    days = bars_of([1.0] * 366, timeframe=Timeframe.D1)
    equity = np.full(366, 110.0)
    equity[100] = 55.0
    found = measured(outcome_of(equity.tolist()), days).statistics
    growth = (1.1 ** (365.25 / 366) - 1) * 100
    assert found["cagr_pct"] == pytest.approx(growth)
    assert found["calmar_ratio"] == pytest.approx(growth / 50.0)
    assert found["longest_under_water_days"] == 2.0


def test_warm_up_bars_are_outside_every_figure() -> None:
    bars = bars_of([1.0] * 30)
    found = measured(outcome_of([100.0, 90.0], first=28), bars)
    assert (found.statistics["bars"], found.max_drawdown_pct) == (2, 10.0)
    assert found.statistics["longest_under_water_days"] == 1 / 24


def test_everything_can_be_written_as_json_and_is_of_plain_types() -> None:
    for outcome in (
        outcome_of([100.0] * 5),
        outcome_of([50.0, -5.0], [-50.0, -55.0]),
        outcome_of([101.0], [1.0]),
    ):
        found = measured(outcome)
        text = json.dumps(asdict(found), allow_nan=False)
        assert json.loads(text) == asdict(found)
        assert all(type(value) in {int, float, type(None)} for value in found.columns().values())


def test_warming_leaves_nothing_behind() -> None:
    warm()
    assert measured(outcome_of([100.0])).total_trades == 0


@pytest.mark.parametrize("case", CASES)
def test_the_metrics_agree_with_an_independent_broker(
    case: str, reference_cases: Path, market_files: Path
) -> None:
    told = json.loads((reference_cases / f"{case}.json").read_text())
    bars = read_market_file(
        market_files / told["file"], symbol=told["symbol"], timezone=told["timezone"]
    ).bars
    terms = Terms(
        mode=told["execution_mode"],
        initial_balance=told["initial_balance"],
        spread_pips=None if told["spread_pips"] == "data" else told["spread_pips"],
        volume=told["volume"],
        commission_per_lot=told["commission_per_lot"],
        partial_ratio=told["tp_partial_close_ratio"],
        leverage=told["leverage"],
    )
    strategy = instance(load(told["strategy"], find(told["strategy"]).source), told["params"])
    found = measure(simulate(bars, strategy, terms), bars, terms)
    columns = found.columns()
    for name, value in told["metrics"].items():
        assert columns[name] == (value if value is None else pytest.approx(value, rel=1e-6)), name
    for name in ("ambiguous_exits", "refused_entries", "final_equity"):
        assert found.statistics[name] == pytest.approx(told[name], rel=1e-6), name
