from typing import Any

from tests.tui.test_report import STATISTICS, run
from tui.formats import UNDEFINED as DASH
from tui.further import further_figures, monthly_table
from tui.report import report

FURTHER: dict[str, Any] = STATISTICS | {
    "calmar_ratio": -0.96,
    "ulcer_index": 21.5,
    "max_drawdown": 4200.5,
    "time_under_water_pct": 99.75,
    "longest_under_water_days": 365.25,
    "gross_profit": 13_577.0,
    "gross_loss": 17_583.3,
    "commission": 95.13,
    "probabilistic_sharpe": 0.0123,
    "positions": 1200,
    "position_win_rate": 0.3333,
    "avg_bars_held": 19.4,
    "best_trade": 60.0,
    "worst_trade": -45.5,
    "best_five_share": 0.0221,
    "avg_mae": -17.25,
    "avg_mfe": 22.75,
    "sqn": -2.5,
    "z_score": 0.4,
    "monthly_returns": [
        {"month": "2020-11", "profit": 1000.0, "return_pct": 10.0},
        {"month": "2020-12", "profit": -1100.0, "return_pct": -10.0},
        {"month": "2021-02", "profit": -9900.0, "return_pct": -100.0},
        {"month": "2021-03", "profit": 0.0, "return_pct": None},
    ],
}


def figures(**changed: Any) -> dict[str, str]:  # noqa: ANN401
    """The further figures by their labels."""
    found = {}
    for line in further_figures(run(statistics=FURTHER | changed)):
        found[line[:18].strip()] = line[18:34].strip()
        found[line[40:60].strip()] = line[60:].strip()
    return found


def test_every_further_figure_stands_beside_its_name() -> None:
    found = figures()
    assert {name: found[name] for name in ("calmar", "ulcer index", "under water", "longest, days")} == {
        "calmar": "-0.96",
        "ulcer index": "21.50",
        "under water": "99.8 %",
        "longest, days": "365.2",
    }
    assert (found["positions"], found["positions won"], found["bars held"]) == ("1,200", "33.3 %", "19.4")
    assert (found["average worst (MAE)"], found["average best (MFE)"]) == ("-17.25", "+22.75")
    assert (found["five best, of profit"], found["SQN, z-score"]) == ("2.2 %", "-2.50, 0.40")
    assert found["chance sharpe > 0"] == "1.2 %"


def test_what_is_undefined_is_a_dash() -> None:
    found = figures(**dict.fromkeys(FURTHER, None))
    assert set(found.values()) == {DASH, f"{DASH}, {DASH}"}


def test_the_months_make_a_line_a_year_with_the_year_compounded() -> None:
    heading, first, second = monthly_table(run(statistics=FURTHER))
    assert heading.split()[::6] == ["%", "Jun", "Dec"]
    assert first.split() == ["2020", "10.0", "-10.0", "-1.00"]
    assert (first.index("10.0") + 4, heading.index("Nov") + 3) == (70, 70)
    assert second.split() == ["2021", "-100.0", DASH, DASH]


def test_a_run_without_months_has_no_table() -> None:
    assert monthly_table(run(statistics={})) == []
    assert "\n\n\n" not in report(run(statistics={}), None, full=True)


def test_only_the_full_report_has_the_further_figures() -> None:
    both = run(statistics=FURTHER)
    assert "positions won" not in report(both, None)
    assert "Jan" not in report(both, None)
    full = report(both, None, full=True)
    assert "more figures" in full
    assert "2020" in full
    assert "SQN" not in report(run(status="failed", total_trades=None, statistics={}), None, full=True)


def test_the_settings_of_conversion_and_finer_bars_are_told() -> None:
    settings = {
        "account_currency": "USD",
        "rates": {"USDJPY": 150.0},
        "finer": "M1",
        "finer_version": "d" * 64,
    }
    told = report(run(settings=settings, context_tfs=["H1", "H4"]), None)
    assert "USDJPY fixed at 150 · context H1 H4 · inside bars by M1" in told
    assert "ambiguous exits" in told
