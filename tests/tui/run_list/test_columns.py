"""How wide the columns of the run list are, and that no figure is cut."""

from datetime import timedelta

import pytest

from db.runs import RunSummary
from tests.shots.filling import MOMENT
from tui.run_list.columns import Widths, all_columns, run_columns, within
from tui.widgets.columns import fit


def summary(**changed: object) -> RunSummary:
    """Return a run of a strategy and a symbol with long names."""
    values: dict[str, object] = dict.fromkeys(RunSummary.__dataclass_fields__)
    values |= {"params": {}, "strategy": "bollinger_reversion", "symbol": "SYNTHETIC", "status": "completed"}
    return RunSummary(**(values | changed))  # type: ignore[arg-type]


def widths_at(terminal: int, *runs: RunSummary, chosen: tuple[str, ...] = ()) -> dict[str, int]:
    widths = Widths(terminal).seeing(runs)
    columns = run_columns(lambda: MOMENT, ascii_only=False, widths=widths, chosen=chosen)
    return {column.name: column.width for column in fit(columns, terminal - 2)}


@pytest.mark.parametrize("terminal", [120, 160, 200])
def test_names_that_were_seen_are_whole_where_there_is_room(terminal: int) -> None:
    assert widths_at(terminal, summary())["strategy"] == len("bollinger_reversion")
    assert widths_at(terminal, summary())["symbol"] == len("SYNTHETIC")


def test_names_leave_room_that_they_do_not_need() -> None:
    assert widths_at(200, summary(strategy="sma", symbol="EURUSD")) == widths_at(200)
    assert widths_at(200)["symbol"] == len("EURUSD")


def test_a_name_of_any_length_leaves_room_for_the_return() -> None:
    long = summary(strategy="a" * 90, symbol="B" * 20)
    assert "total_return_pct" in widths_at(80, long)
    assert "total_return_pct" in widths_at(60, summary())
    assert widths_at(200, long)["strategy"] == 24


def test_columns_never_become_narrower_again() -> None:
    wide = Widths().seeing([summary()])
    assert wide.seeing([summary(strategy="sma", symbol="EURUSD")]) == wide
    assert wide.seeing([]) == wide


def test_a_note_takes_all_that_is_left() -> None:
    chosen = (*list(all_columns(lambda: MOMENT, ascii_only=False))[:14], "notes")
    shown = widths_at(250, summary(), chosen=chosen)
    assert sum(shown.values()) + 2 * (len(shown) - 1) == 248
    assert shown["notes"] > 80


@pytest.mark.parametrize(
    ("width", "value", "digits", "text"),
    [
        (8, 18.4213, 2, "+18.42"),
        (8, 12_345.678, 2, "+12,346"),
        (8, -1_234_567.0, 2, "-1,235k"),
        (8, -12_345_678.0, 2, "-12,346k"),
        (8, 123_456_789.0, 2, "+123.5M"),
        (5, 123.456, 2, "+123"),
        (5, 99_999.0, 0, "+100k"),
    ],
)
def test_a_figure_that_is_too_wide_has_fewer_digits(width: int, value: float, digits: int, text: str) -> None:
    assert within(width, value, digits, signed=True) == text


@pytest.mark.parametrize("value", [0.0, 1.0, -9.99, 123.4, 98_765.4, 1e7, -3.2e9, 8.7e13])
def test_every_figure_fits_its_column(value: float) -> None:
    run = summary(
        total_return_pct=value, profit_factor=abs(value), sharpe_ratio=value, total_trades=abs(int(value)),
        max_drawdown_pct=abs(value), win_rate=0.5, net_profit=value, expectancy=value, avg_win=value,
        max_consec_wins=abs(int(value)), initial_balance=abs(value), spread_pips=abs(value),
    )  # fmt: skip
    for column in all_columns(lambda: MOMENT, ascii_only=False).values():
        if column.right and column.name != "id":
            assert len(column.cell(run).text) <= column.width, column.name


@pytest.mark.parametrize(
    ("left", "text"), [(90, "▶ 50 %  1:30"), (5_400, "▶ 50 %  1.5 h"), (360_000, "▶ 50 %  100 h")]
)
def test_the_time_left_fits_its_column(left: int, text: str) -> None:
    run = summary(
        status="running", cancel_requested=False, heartbeat=MOMENT, bars_done=50, bars_total=100,
        progress_pct=50, started_at=MOMENT - timedelta(seconds=left),
    )  # fmt: skip
    column = all_columns(lambda: MOMENT, ascii_only=False)["status"]
    assert column.cell(run).text == text
    assert len(text) <= column.width


@pytest.mark.parametrize(("recorded", "shown"), [(False, "1.50"), (True, "data")])
def test_a_recorded_spread_is_called_so_in_its_column(*, recorded: bool, shown: str) -> None:
    column = all_columns(lambda: MOMENT, ascii_only=False)["spread_pips"]
    assert column.cell(summary(spread_pips=1.5, spread_is_recorded=recorded)).text == shown
