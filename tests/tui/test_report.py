from datetime import UTC, datetime
from typing import Any

from db.runs import RunRecord
from tui.formats import UNDEFINED as DASH
from tui.report import one_line, report

START = datetime(2020, 1, 1, tzinfo=UTC)
END = datetime(2021, 1, 1, tzinfo=UTC)
STATISTICS: dict[str, Any] = {
    "final_equity": 5993.7,
    "net_profit": -4006.3,
    "cagr_pct": -40.0,
    "exposure_pct": 82.25,
    "ambiguous_exits": 14,
    "refused_entries": 0,
    "stopped_out": False,
}


def run(**changed: Any) -> RunRecord:  # noqa: ANN401
    """A completed run, but for what is changed."""
    row: dict[str, Any] = {
        "id": 7,
        "strategy_id": 1,
        "symbol": "EURUSD",
        "timeframe": "M15",
        "start_date": START,
        "end_date": END,
        "initial_balance": 10_000.0,
        "spread_pips": 1.5,
        "execution_mode": "intra_candle",
        "primary_tf": "M15",
        "context_tfs": [],
        "max_llm_calls": 100,
        "status": "completed",
        "progress_pct": 100,
        "error_message": None,
        "total_trades": 1359,
        "win_rate": 0.3135,
        "profit_factor": 0.772,
        "expectancy": -2.948,
        "max_drawdown_pct": 41.588,
        "recovery_factor": -0.955,
        "sharpe_ratio": -2.467,
        "sortino_ratio": -2.987,
        "total_return_pct": -40.063,
        "avg_win": 31.87,
        "avg_loss": -18.89,
        "max_consec_wins": 5,
        "max_consec_losses": 15,
        "avg_spread": 1.5,
        "commission_per_lot": 0.0,
        "tp_partial_close_ratio": 0.5,
        "data_file_path": None,
        "created_at": START,
        "volume": 0.1,
        "risk_pct": None,
        "params": {"lookback": 20, "stop_pips": 30.0},
        "settings": {},
        "strategy_version": None,
        "dataset_version": None,
        "code_version": None,
        "notes": None,
        "started_at": START,
        "finished_at": START.replace(second=2),
        "deleted_at": None,
        "strategy": "donchian_breakout",
        "statistics": STATISTICS,
        "job": None,
    }
    return RunRecord(**(row | changed))


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
    for name in ("profit factor", "sharpe", "sortino", "won", "average win", "expectancy"):
        line = next(line for line in text.splitlines() if name in line)
        assert DASH in line.partition(name)[2][:30]
    assert "nan" not in text.lower()
    assert f"{DASH} %" not in text


def test_the_two_columns_stand_under_each_other() -> None:
    lines = [line for line in report(run(), None).splitlines() if "trades" in line or "won" in line]
    assert len({len(line) for line in lines}) == 1


def test_recorded_spreads_carry_the_warning_that_they_flatter() -> None:
    assert "flatters" in report(run(settings={"spread_source": "data"}), None)
    assert "flatters" not in report(run(), None)


def test_an_account_that_went_broke_is_said_in_words() -> None:
    assert "went broke" in report(run(statistics=STATISTICS | {"stopped_out": True}), None)
    assert "went broke" not in report(run(), None)


def test_the_sample_market_is_labelled_synthetic() -> None:
    assert "SYNTHETIC" in report(run(symbol="SYNTHETIC"), None).splitlines()[-1]


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


def test_one_line_is_enough_for_a_run_among_several() -> None:
    line = one_line(run())
    assert "\n" not in line
    assert "#7 donchian_breakout EURUSD M15  ✓ done  1,359 trades  return -40.06 %" in line
    assert one_line(run(status="failed", total_trades=None)).endswith("✗ failed")
