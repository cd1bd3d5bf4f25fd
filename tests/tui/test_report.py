from typing import Any

from core.results.groups import Group
from tests.records import START, STATISTICS, run
from tui.formats import UNDEFINED as DASH
from tui.report import one_line, report

UNDEFINED = {
    "win_rate": None,
    "profit_factor": None,
    "expectancy": None,
    "recovery_factor": None,
    "sharpe_ratio": None,
    "sortino_ratio": None,
    "avg_win": None,
    "avg_loss": None,
}


def test_a_report_says_what_was_run_and_what_came_out() -> None:
    text = report(run(), None)
    for words in (
        "Run 7 · donchian_breakout · EURUSD M15 · 2020-01-01 to 2020-12-31",
        "done in 2.0 s",
        "lookback 20 · stop_pips 30",
        "10,000.00 USD · 0.1 lots · spread 1.5 · intra_candle",
        "-4,006.30",
        "-40.06 %",
        "1,359",
        "31.4 %",
    ):
        assert words in text


def test_ambiguous_exits_and_refused_entries_are_always_shown() -> None:
    lines = report(run(), None).splitlines()
    assert any(line.endswith("14") and "ambiguous exits" in line for line in lines)
    assert any(line.endswith(" 0") and "refused entries" in line for line in lines)


def test_refused_entries_come_with_their_reasons() -> None:
    text = report(
        run(statistics=STATISTICS | {"refused_margin": 2, "refused_size": 0, "refused_stop": 1}), None
    )
    assert "Refused entries: 2 for lack of margin, 1 for a stop that the price had reached already." in text
    assert "Refused entries:" not in report(run(), None)


def test_what_is_undefined_is_a_dash_and_never_zero_or_nan() -> None:
    text = report(run(total_trades=0, **UNDEFINED), None)
    for name in ("profit factor", "sharpe", "sortino", "win rate", "average win", "expectancy"):
        line = next(line for line in text.splitlines() if name in line)
        assert DASH in line.partition(name)[2][:30]
    assert "nan" not in text.lower()
    assert f"{DASH} %" not in text


def test_the_two_columns_stand_under_each_other() -> None:
    lines = [line for line in report(run(), None).splitlines() if "trades" in line or "win rate" in line]
    assert len({len(line) for line in lines}) == 1


def test_recorded_spreads_carry_the_warning_that_they_flatter() -> None:
    assert "flatters" in report(run(settings={"spread_source": "data"}), None)
    assert "flatters" not in report(run(), None)


def test_an_account_that_went_broke_is_said_in_words() -> None:
    assert "went broke" in report(run(statistics=STATISTICS | {"stopped_out": True}), None)
    assert "went broke" not in report(run(), None)


def test_the_sample_market_is_labelled_synthetic() -> None:
    assert "SYNTHETIC prices: made by a formula" in report(run(symbol="SYNTHETIC"), None)
    assert "SYNTHETIC" not in report(run(), None)


def test_a_failed_run_says_why_and_shows_no_figures() -> None:
    failed = run(status="failed", total_trades=None, statistics={}, error_message="killed by signal 9")
    text = report(failed, None)
    assert "Failed: killed by signal 9" in text
    assert "profit factor" not in text


def test_hostile_text_of_a_strategy_is_shown_harmless() -> None:
    text = report(run(status="failed", error_message="\x1b[2J\u202egone", params={"\x1b]0;x": "\x07"}), None)
    assert not {"\x1b", "\u202e", "\x07"} & set(text)


def test_the_equity_curve_and_its_drawdown_are_drawn() -> None:
    times = [START.timestamp() + hour * 3600 for hour in range(1000)]
    values = [10_000 + hour * 3 - (hour % 100) * 5 for hour in range(1000)]
    text = report(run(), (times, values), width=80, ascii_only=True)
    assert "equity" in text
    assert "drawdown %" in text
    assert text.count("|") + text.count("+") > 14
    assert max(len(line) for line in text.splitlines()) <= 110
    assert text.translate(str.maketrans("", "", "·✓")).isascii()


def test_the_curve_of_a_run_that_was_cancelled_stands_on_its_whole_period() -> None:
    times = [START.timestamp() + hour * 3600 for hour in range(1000)]
    curve = (times, [10_000.0 + hour for hour in range(1000)])
    whole, part = (report(run(status=status), curve) for status in ("completed", "cancelled"))
    assert "02-05" in whole
    assert "2020-10" not in whole
    assert part.count("2020-10") == 2
    rows = part.partition("\nequity")[2].partition("drawdown %")[0].splitlines()[1:-1]
    assert max(len(row.rstrip()) for row in rows) < 30


def test_buy_and_hold_is_drawn_behind_the_equity_as_far_as_that_goes() -> None:
    times = [START.timestamp() + hour * 3600 for hour in range(1000)]
    values = [10_000.0 + hour for hour in range(1000)]
    held = [10_000.0 + hour * 20 for hour in range(1000)]
    for ascii_only, marker in ((False, "·"), (True, ".")):
        text = report(run(), (times, values), (times, held), width=80, ascii_only=ascii_only)
        chart = text.partition("\nequity   ")[2].partition("drawdown %")[0].splitlines()
        assert chart[0] == f"{marker} buy and hold +199.80 %"
        assert marker in "".join(chart[1:])
        assert max(map(len, chart)) <= 80
    half = report(run(status="running"), (times[:501], values[:501]), (times, held))
    assert "equity   · buy and hold +100.00 %" in half
    assert "buy and hold +" not in report(run(), (times, values), None).partition("\nequity")[2]


def test_one_line_is_enough_for_a_run_among_several() -> None:
    line = one_line(run())
    assert "\n" not in line
    assert "#7 donchian_breakout EURUSD M15  ✓ done  1,359 trades  return -40.06 %" in line
    assert one_line(run(status="failed", total_trades=None)).endswith("✗ failed")


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
    text = report(run(statistics=FURTHER | changed), None, full=True).partition("more figures\n")[2]
    for line in text.partition("\n\n")[0].splitlines():
        found[line[:18].strip()] = line[18:34].strip()
        found[line[40:60].strip()] = line[60:].strip()
    return found


def months(**changed: Any) -> list[str]:  # noqa: ANN401
    """The lines of the months."""
    text = report(run(statistics=FURTHER | changed), None, full=True)
    return text.partition("\n%   ")[2].partition("\n\n")[0].splitlines()


def test_every_further_figure_stands_beside_its_name() -> None:
    found = figures()
    assert {name: found[name] for name in ("calmar", "ulcer index", "under water", "longest fall")} == {
        "calmar": "-0.96",
        "ulcer index": "21.50",
        "under water": "99.8 %",
        "longest fall": "365.2 d",
    }
    assert (found["positions"], found["positions won"], found["bars held"]) == ("1,200", "33.3 %", "19.4")
    assert (found["average MAE"], found["average MFE"]) == ("-17.25", "+22.75")
    assert (found["five best"], found["SQN"], found["z-score"]) == ("2.2 %", "-2.50", "0.40")
    assert found["sharpe above 0"] == "1.2 %"


def test_a_further_figure_that_is_undefined_is_a_dash() -> None:
    assert set(figures(**dict.fromkeys(FURTHER, None)).values()) == {DASH}


def test_the_months_make_a_line_a_year_with_the_year_compounded() -> None:
    heading, first, second = months()
    assert heading.split()[::6] == ["Jan", "Jul", "year"]
    assert first.split() == ["2020", "10.0", "-10.0", "-1.00"]
    assert (first.index("10.0") + 4, heading.index("Nov") + 3) == (70, 66)
    assert second.split() == ["2021", "-100.0", DASH, DASH]


def test_a_run_without_months_has_no_table() -> None:
    assert months(monthly_returns=None) == []
    assert "\n\n\n" not in report(run(statistics={}), None, full=True)


def test_only_the_full_report_has_the_further_figures() -> None:
    both = run(statistics=FURTHER)
    assert "positions won" not in report(both, None)
    assert "Jan" not in report(both, None)
    assert "2020" in report(both, None, full=True)
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


def test_the_note_stands_under_the_settings() -> None:
    assert "\nnote: before the holidays\n" in report(run(notes="before the holidays"), None)
    assert "note:" not in report(run(), None)


def test_a_full_report_tells_buys_from_sells() -> None:
    sides = {"buys": Group(4, 3, 120.0), "sells": Group(2, 0, -50.0)}
    lines = report(run(), None, sides=sides, full=True).splitlines()
    at = next(number for number, text in enumerate(lines) if text.startswith("buys"))
    assert [text.split() for text in lines[at : at + 2]] == [
        ["buys", "4", "75.0", "+120.00", "+30.00"],
        ["sells", "2", "0.0", "-50.00", "-25.00"],
    ]
    assert "buys" not in report(run(), None, sides=sides)


def test_what_makes_the_figures_mean_nothing_stands_above_them_once() -> None:
    lines = report(run(statistics=STATISTICS | {"stopped_out": True}), None).splitlines()
    (at,) = (number for number, text in enumerate(lines) if "went broke" in text)
    assert at < next(number for number, text in enumerate(lines) if text.startswith("net profit"))
