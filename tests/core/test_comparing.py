from datetime import timedelta
from typing import Any

import pytest

from core.comparing import (
    ComparedFigure,
    compared_figures,
    differing_settings,
    in_percent,
    telling_first,
    unlike,
)
from core.formats import UNDEFINED
from tests.records import END, START, STATISTICS, run


def compared(*runs: dict[str, Any]) -> dict[str, ComparedFigure]:
    """The figures of some runs by what people call them."""
    return {one.label: one for one in compared_figures([run(**changed) for changed in runs])}


def test_only_the_settings_that_differ_are_told_a_text_per_run() -> None:
    found = differing_settings(
        [run(), run(params={"lookback": 50, "stop_pips": 30.0}, settings={"leverage": 30.0}), run()]
    )
    assert found == [("lookback", ["20", "50", "20"]), ("leverage", ["1:100", "1:30", "1:100"])]


def test_runs_that_were_set_alike_differ_in_nothing() -> None:
    assert differing_settings([run(id=1), run(id=2, notes="again", status="failed")]) == []


def test_a_parameter_that_only_one_strategy_has_is_a_dash_for_the_other() -> None:
    found = dict(
        differing_settings([run(), run(strategy="sma_cross", params={"fast": 5, "stop_pips": 30.0})])
    )
    assert found["strategy"] == ["donchian_breakout", "sma_cross"]
    assert (found["lookback"], found["fast"]) == (["20", UNDEFINED], [UNDEFINED, "5"])
    assert list(found) == ["strategy", "lookback", "fast"]


def test_parameters_stand_together_and_versions_last_where_settings_are_read_from_the_top() -> None:
    changed = {"strategy": "sma_cross", "strategy_version": "f" * 64, "params": {"fast": 5}}
    found = telling_first(differing_settings([run(), run(**changed, symbol="USDJPY")]))
    names = [name for name, _ in found]
    assert names == ["strategy", "lookback", "stop_pips", "fast", "symbol", "strategy version"]


def test_the_best_run_is_named_where_more_or_less_is_better() -> None:
    found = compared({}, {"sharpe_ratio": 1.5, "max_drawdown_pct": 60.0}, {"sharpe_ratio": None})
    assert (found["sharpe"].texts, found["sharpe"].best) == (["-2.47", "1.50", UNDEFINED], 1)
    assert (found["max drawdown"].values, found["max drawdown"].best) == ([41.588, 60.0, 41.588], None)
    assert compared({}, {"max_drawdown_pct": 60.0})["max drawdown"].best == 0
    assert compared({}, {"avg_loss": -5.0})["average loss"].best == 1


def test_nothing_is_best_where_neither_is_better_or_both_are_the_same() -> None:
    found = compared({}, {"total_trades": 3})
    assert (found["trades"].best, found["sharpe"].best) == (None, None)
    assert compared({"sharpe_ratio": None}, {})["sharpe"].best is None


def test_the_last_bits_make_nothing_better() -> None:
    assert compared({"avg_win": 60.0}, {"avg_win": 60.00000000000006})["average win"].best is None


def test_nothing_is_best_where_the_figures_are_the_same_in_print() -> None:
    found = compared({"profit_factor": 0.931}, {"profit_factor": 0.934}, {"profit_factor": 0.7})
    assert (found["profit factor"].texts, found["profit factor"].best) == (["0.93", "0.93", "0.70"], None)
    assert compared({"profit_factor": 0.931}, {"profit_factor": 0.936})["profit factor"].best == 1


def test_runs_of_one_market_and_period_are_like_for_like() -> None:
    later_the_same_day = END - timedelta(hours=6)
    assert unlike([run(), run(timeframe="H1", end_date=later_the_same_day, initial_balance=5.0)]) == ""


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"symbol": "USDJPY"}, "markets"),
        ({"start_date": START + timedelta(days=1)}, "periods"),
        ({"settings": {"account_currency": "EUR"}}, "currencies"),
        ({"symbol": "USDJPY", "end_date": END + timedelta(days=1)}, "markets and periods"),
        (
            {"symbol": "X", "end_date": END + timedelta(days=1), "settings": {"account_currency": "EUR"}},
            "markets, periods and currencies",
        ),
    ],
)
def test_what_keeps_runs_from_being_like_for_like_is_said(changed: dict[str, Any], named: str) -> None:
    assert unlike([run(), run(**changed)]) == f"Different {named}: money and returns are not like for like."


def test_money_is_only_compared_between_accounts_that_began_alike() -> None:
    richer = {"statistics": STATISTICS | {"net_profit": 500.0}}
    assert compared({}, richer)["net profit"].best == 1
    assert compared({}, richer | {"initial_balance": 50_000.0})["net profit"].best is None
    assert compared({}, richer | {"settings": {"account_currency": "EUR"}})["net profit"].best is None
    assert compared({}, {"initial_balance": 50_000.0, "total_return_pct": 1.0})["return"].best == 1


def test_figures_that_no_run_has_are_left_out() -> None:
    assert "SQN" not in compared({}, {})
    assert compared({}, {"statistics": {"sqn": 2.0}})["SQN"].texts == [UNDEFINED, "2.00"]


def test_curves_are_compared_in_percent_of_their_own_beginning() -> None:
    assert in_percent(([0.0, 1.0], [5_000.0, 5_500.0]), 5_000.0) == (
        [0.0, 1.0],
        [100.0, pytest.approx(110.0)],
    )
    assert in_percent(None, 5_000.0) == ([], [])
