"""Rows that cannot be, put in by hand: the doctor names them, nothing falls over them, the runner goes on."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from core.home import Home
from core.market.bars import Bars
from db.connection import StoreConnection
from tests.core.jobs.bench import Bench, open_bench
from tests.core.jobs.conftest import sample
from tests.tui.commands.conftest import completed, store
from tests.tui.commands.program import call, program

pytestmark = pytest.mark.slow

__all__ = ["sample", "store"]

Capture = pytest.CaptureFixture[str]

ORPHAN = """
    INSERT INTO backtest_trades SELECT 999999, 77, position, symbol, direction, entry_time, entry_price,
    exit_time, exit_price, stop_loss, take_profit, volume, profit, commission, exit_reason, equity_after,
    mae, mfe FROM backtest_trades LIMIT 1
"""
# What is done to a completed run (1), and a word of what the doctor says of it.
BY_HAND = {
    "status": ("UPDATE backtest_runs SET status = 'finished'", "A status that there is not: run 1;"),
    "no curve": ("DELETE FROM run_curves", "without an equity curve: run 1;"),
    "no figures": ("UPDATE backtest_runs SET total_trades = NULL", "Completed without figures"),
    "trades gone": ("DELETE FROM backtest_trades WHERE id = 1", "more or fewer trades"),
    "pending": (
        "UPDATE backtest_runs SET status = 'pending'",
        "Not completed, and yet with a result: run 1;",
    ),
    "failed": ("UPDATE backtest_runs SET status = 'failed'", "Not completed, and yet with a result: run 1;"),
    "infinite": (
        "UPDATE backtest_runs SET sharpe_ratio = 9e999, win_rate = -9e999",
        "(sharpe_ratio, win_rate)",
    ),
    "word": ("UPDATE backtest_runs SET profit_factor = 'NaN'", "(profit_factor)"),
    "bytes": ("UPDATE backtest_runs SET symbol = x'ff00fe', notes = x'ff'", "(notes, symbol)"),
    "progress": ("UPDATE backtest_runs SET progress_pct = 250", "Progress that is not 0 to 100 %"),
    "period": ("UPDATE backtest_runs SET end_date = start_date", "An end before the start"),
    "ended first": ("UPDATE backtest_runs SET finished_at = '1999-01-01 00:00:00.000000'", "An end before"),
    "no moment": ("UPDATE backtest_runs SET created_at = 'once', start_date = 7", "(created_at, start_date)"),
    "params": ("UPDATE backtest_runs SET params = '{fast', settings = '[]'", "(params, settings)"),
    "null params": ("UPDATE backtest_runs SET context_tfs = 'null'", "(context_tfs)"),
    "statistics": ("UPDATE run_statistics SET statistics = 'NaN'", "(statistics)"),
    "no job": (
        "DELETE FROM run_jobs; UPDATE backtest_runs SET status = 'running'",
        "Under way though nobody was ever given it: run 1;",
    ),
    "trade": ("UPDATE backtest_trades SET profit = 9e999, entry_price = 'x'", "no number: run 1;"),
    "trade moment": ("UPDATE backtest_trades SET entry_time = 'x', exit_reason = x'ff'", ""),
    "orphans": (ORPHAN, "1 rows of backtest_trades belong to rows of backtest_runs that are not there (77)"),
    "model": ("UPDATE backtest_runs SET execution_mode = 'guess', volume = 'much'", "(volume)"),
}


def by_hand(home: Home, script: str) -> None:
    """Write to the store as another program does, which minds no rule."""
    with closing(sqlite3.connect(home.store)) as connection:
        connection.executescript(f"PRAGMA ignore_check_constraints=ON; PRAGMA foreign_keys=OFF; {script};")


@pytest.fixture
def bench(home: Home, sample: Bars, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A store with a sample market whose runner leaves soon when idle."""
    monkeypatch.setenv("BACKTAPE_RUNNER_IDLE", "1")
    with open_bench(home, sample) as opened:
        yield opened


@pytest.mark.parametrize(("script", "told"), BY_HAND.values(), ids=BY_HAND.keys())
def test_what_cannot_be_is_named_and_no_command_falls_over_it(
    home: Home, store: StoreConnection, capsys: Capture, script: str, told: str
) -> None:
    completed(store)
    by_hand(home, script)
    said = call(capsys, "doctor")
    assert told in said.out
    assert said.code == (1 if told else 0), said.out
    for command in (
        ("runs",),
        ("runs", "--json"),
        ("runs", "--sort", "sharpe"),
        ("show", "1"),
        ("show", "1", "--json"),
        ("show", "1", "--trades", "--equity"),
        ("show", "1", "--trades", "--equity", "--json"),
    ):
        said = call(capsys, *command)
        assert (said.code, said.err) == (0, ""), command


@pytest.mark.parametrize("command", ["show", "watch"])
def test_a_damaged_curve_is_told_beside_the_figures(
    home: Home, store: StoreConnection, capsys: Capture, command: str
) -> None:
    completed(store)
    by_hand(home, "UPDATE run_curves SET curve = x'00', preview = 'text', points = 7")
    said = call(capsys, command, "1")
    assert "final equity" in said.out
    assert "The stored equity curve of run 1 is damaged; repeat the run." in said.err
    assert call(capsys, "runs").code == 0


def test_more_than_ten_runs_are_counted(home: Home, store: StoreConnection, capsys: Capture) -> None:
    for _ in range(12):
        completed(store)
    by_hand(home, "DELETE FROM run_curves")
    assert "run 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more;" in call(capsys, "doctor").out.replace(
        "runs", "run"
    )


def test_a_deleted_run_is_no_finding_any_more(home: Home, store: StoreConnection, capsys: Capture) -> None:
    completed(store)
    by_hand(home, "UPDATE backtest_runs SET status = 'finished', progress_pct = 250, params = '{'")
    assert call(capsys, "doctor").code == 1
    assert call(capsys, "delete", "1").code == 0
    assert call(capsys, "doctor").code == 0


@pytest.mark.parametrize(
    "what", ["status", "pending", "no job", "bytes", "period", "params", "orphans", "model"]
)
def test_the_runner_goes_on_beside_what_cannot_be(bench: Bench, what: str) -> None:
    first = bench.submit()
    bench.start()
    bench.finish(first)
    by_hand(bench.home, BY_HAND[what][0])
    after = bench.submit()
    bench.start()
    bench.finish(after)
    assert program("watch", str(first)).code in (0, 1)
    bench.wait_until_empty()
    left = bench.connection.execute("SELECT id FROM backtest_runs WHERE status = 'running'").fetchall()
    assert left == []
