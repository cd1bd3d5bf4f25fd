import re
from array import array
from datetime import date

import pytest

from core.datasets import import_bars
from core.home import Home
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from db import jobs, runs
from db.columns import RUN_COLUMNS
from db.connection import StoreConnection
from db.jobs import Beat
from db.trades import TRADE_COLUMNS
from tests.db.samples import add_run, claimed
from tests.homes import import_sample
from tests.tui.commands.conftest import completed, failed
from tests.tui.commands.program import call

Capture = pytest.CaptureFixture[str]


def test_a_run_is_one_object_with_every_column(store: StoreConnection, capsys: Capture) -> None:
    row = call(capsys, "show", str(completed(store)), "--json").document
    assert set(RUN_COLUMNS) <= set(row)
    assert row["final_equity"] == 10_298.5
    assert row["refused_entries"] == 1
    assert row["finished_at"].endswith("+00:00")
    assert not {"trades", "equity", "worker_pid"} & set(row)


def test_trades_come_by_their_column_names(store: StoreConnection, capsys: Capture) -> None:
    row = call(capsys, "show", str(completed(store)), "--trades", "--json").document
    first, second = row["trades"]
    assert set(first) == {"id", "run_id", *TRADE_COLUMNS}
    assert first["entry_time"] == "2020-01-27T13:00:00+00:00"
    assert (first["direction"], second["direction"]) == ("BUY", "SELL")
    assert first["take_profit"] is None


def test_equity_comes_as_times_and_values(store: StoreConnection, capsys: Capture) -> None:
    row = call(capsys, "show", str(completed(store)), "--equity", "--json").document
    assert len(row["equity"]) == 200
    assert row["equity"][0] == ["2020-01-01T00:00:00+00:00", 10_000.0]
    assert row["equity"][-1] == ["2020-01-09T07:00:00+00:00", 10_298.5]


def test_the_report_has_figures_a_curve_and_the_trades(store: StoreConnection, capsys: Capture) -> None:
    said = call(capsys, "show", str(completed(store)), "--trades", "--equity")
    assert said.code == 0
    assert "ambiguous exits" in said.out
    assert "+12.50" in said.out
    assert "2020-01-09 07:00" in said.out
    assert "\x1b" not in said.out


def test_the_report_draws_buy_and_hold_where_the_bars_are_in_the_library(
    store: StoreConnection, home: Home, capsys: Capture
) -> None:
    bars = synthetic_bars(timeframe=Timeframe.H1, start=date(2020, 1, 1), years=1)
    record = import_bars(home, store, bars, dialect="synthetic").record
    held = completed(store, symbol=record.symbol, timeframe="H1", dataset_version=record.digest)
    assert re.search(r"\nequity   . buy and hold [+-]\d", call(capsys, "show", str(held)).out)
    assert "\nequity\n" in call(capsys, "show", str(completed(store))).out


def test_a_run_under_way_tells_its_worker(store: StoreConnection, capsys: Capture) -> None:
    add_run(store)
    row = call(capsys, "show", str(claimed(store)), "--json").document
    assert (row["status"], row["worker_pid"]) == ("running", 100)


def test_a_waiting_run_is_shown_without_figures(store: StoreConnection, capsys: Capture) -> None:
    said = call(capsys, "show", str(add_run(store)), "--equity", "--trades")
    assert "waiting" in said.out
    assert "profit factor" not in said.out
    assert "No trades." in said.out
    assert "No equity curve yet." in said.out


def test_a_failed_run_is_shown_with_its_reason(store: StoreConnection, capsys: Capture) -> None:
    said = call(capsys, "show", str(failed(store, "killed by signal 9")))
    assert (said.code, said.err) == (0, "")
    assert "Failed: killed by signal 9" in said.out


def test_prices_of_trades_stand_in_the_digits_of_their_instrument(
    store: StoreConnection, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = completed(store)
    table = call(capsys, "show", str(run_id), "--trades").out.split("\n\n")[-1].splitlines()
    prices = [re.findall(r" (\d\.\d+) ", line) for line in table[1:]]
    assert {len(price) for found in prices for price in found[:2]} == {len("1.10000")}
    monkeypatch.setattr("tui.commands.results.terminal_width", lambda: 70)
    folded = call(capsys, "show", str(run_id), "--trades").out.split("\n\n")[-1].splitlines()
    assert max(map(len, folded)) <= 70
    assert "profit" in folded[0]
    assert "balance" not in folded[0]


@pytest.mark.parametrize("number", ["7", "999999999999999999"])
def test_an_unknown_run_is_refused_with_a_sentence(
    number: str, store: StoreConnection, capsys: Capture
) -> None:
    said = call(capsys, "show", number)
    assert (said.code, said.out) == (1, "")
    assert f"There is no run {number}" in said.err


def test_a_deleted_run_is_told_from_one_that_never_was(store: StoreConnection, capsys: Capture) -> None:
    run_id = completed(store)
    runs.delete(store, [run_id])
    assert "is deleted" in call(capsys, "show", str(run_id)).err


def test_impossible_figures_put_in_by_hand_are_undefined(store: StoreConnection, capsys: Capture) -> None:
    run_id = completed(store)
    store.execute(
        "UPDATE backtest_runs SET sharpe_ratio = 9e999, profit_factor = -9e999 WHERE id = ?", (run_id,)
    )
    row = call(capsys, "show", str(run_id), "--json").document
    assert (row["sharpe_ratio"], row["profit_factor"]) == (None, None)


def test_a_damaged_curve_leaves_the_figures_and_is_said(store: StoreConnection, capsys: Capture) -> None:
    run_id = completed(store)
    store.execute("UPDATE run_curves SET curve = x'00' WHERE run_id = ?", (run_id,))
    said = call(capsys, "show", str(run_id))
    assert said.code == 0
    assert "ambiguous exits" in said.out
    assert "curve of run 1 is damaged" in said.err
    as_json = call(capsys, "show", str(run_id), "--equity", "--json")
    assert (as_json.code, as_json.out) == (1, "")
    assert len(as_json.err.splitlines()) == 1


def test_a_run_under_way_shows_its_curve_so_far(store: StoreConnection, capsys: Capture) -> None:
    add_run(store)
    run_id = claimed(store)
    curve = array("d", [10_000.0 + step for step in range(100)]).tobytes()
    jobs.beat(store, "token", Beat(bars_done=500, bars_total=1000, equity=10_099.0, curve=curve))
    said = call(capsys, "show", str(run_id))
    assert "▶ running 50 %" in said.out
    assert "equity" in said.out
    assert call(capsys, "show", str(run_id), "--equity", "--json").document["equity"] == []


SOURCED = '''from core.strategies import Signals, Strategy, parameter


class Mine(Strategy):
    """Does nothing."""

    length: int = parameter(20, minimum=2, maximum=500)

    def signals(self, bars):
        return Signals()
'''


@pytest.fixture
def sourced(home: Home, store: StoreConnection) -> int:
    """A waiting run of a strategy of one's own."""
    from core.jobs.request import parse_request
    from core.jobs.submit import submit

    import_sample(home, store)
    (home.strategies / "mine.py").write_text(SOURCED)
    return submit(store, home, parse_request({"strategy": "mine", "symbol": "SYNTHETIC", "timeframe": "H1"}))


def test_the_source_of_a_run_is_shown_as_it_was(sourced: int, capsys: Capture) -> None:
    said = call(capsys, "show", str(sourced), "--source")
    assert said.code == 0
    assert f"mine is the same today.\n\n{SOURCED}" in said.out
    source = call(capsys, "show", str(sourced), "--source", "--json").document["source"]
    assert (source["state"], source["files"], source["difference"]) == ("same", {"mine.py": SOURCED}, [])
    assert source["version"] == source["today"]


def test_the_difference_to_todays_source_is_shown(home: Home, sourced: int, capsys: Capture) -> None:
    (home.strategies / "mine.py").write_text(SOURCED.replace("maximum=500", "maximum=50"))
    said = call(capsys, "show", str(sourced), "--source")
    assert "mine has been edited since: the run used version" in said.out
    assert SOURCED in said.out
    assert "--- mine.py of the run\n+++ mine.py today\n" in said.out
    assert "\n-    length: int = parameter(20, minimum=2, maximum=500)\n" in said.out
    assert "\n+    length: int = parameter(20, minimum=2, maximum=50)\n" in said.out
    source = call(capsys, "show", str(sourced), "--source", "--json").document["source"]
    assert source["state"] == "changed"
    assert source["version"] != source["today"]
    assert "+++ mine.py today" in source["difference"]


def test_a_strategy_that_is_gone_leaves_the_source_with_its_runs(
    home: Home, sourced: int, capsys: Capture
) -> None:
    (home.strategies / "mine.py").unlink()
    said = call(capsys, "show", str(sourced), "--source")
    assert "There is no strategy mine any more; its source is kept with the run." in said.out
    assert SOURCED in said.out
    source = call(capsys, "show", str(sourced), "--source", "--json").document["source"]
    assert (source["state"], source["today"], source["files"]) == ("missing", None, {"mine.py": SOURCED})


def test_a_run_whose_source_is_damaged_says_so(store: StoreConnection, capsys: Capture) -> None:
    run_id = completed(store)
    store.execute("UPDATE strategy_versions SET source = '['")
    said = call(capsys, "show", str(run_id), "--source")
    assert said.code == 0
    assert "Which source of sma_cross the run used is not known." in said.out
    source = call(capsys, "show", str(run_id), "--source", "--json").document["source"]
    assert (source["state"], source["files"], source["difference"]) == ("unknown", {}, [])


def test_without_being_asked_for_there_is_no_source(sourced: int, capsys: Capture) -> None:
    assert "source" not in call(capsys, "show", str(sourced), "--json").document
    assert "class Mine" not in call(capsys, "show", str(sourced)).out
