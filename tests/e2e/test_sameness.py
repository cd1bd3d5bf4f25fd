"""The same request gives the same bytes, whatever the clock of the machine and however many workers."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from core.home import Home
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from tests.homes import end_everything
from tests.processes import wait_until
from tests.tui.commands.program import program

LAYERED = '''
from core.strategies import Signals, Strategy


class Layered(Strategy):
    """Goes with the last four hours and the last day."""

    context_timeframes = ("H4", "D1")
    warmup = 30
    trailing_pips = 25.0

    def signals(self, bars):
        hours, days = bars.context("H4"), bars.context("D1")
        up = (hours.close > hours.open) & (days.close > days.open)
        down = (hours.close < hours.open) & (days.close < days.open)
        return Signals(buy=up, sell=down, stop=30 * bars.pip, targets=[20 * bars.pip, 50 * bars.pip])
'''

# Everything that a clock might get into: nights, days, weeks, other datasets, contexts.
REQUESTS = (
    ("donchian_breakout", "EURUSD", "H1", "--mode", "intra_candle", "--swap", "-3.5,1.25"),
    ("sma_cross", "EURUSD", "D1", "--set", "fast=3", "--set", "slow=8", "--swap", "-3.5,1.25"),
    ("sma_cross", "EURUSD", "H4", "--currency", "JPY", "--balance", "1000000"),
    ("layered", "EURUSD", "H1", "--mode", "intra_candle", "--slippage", "0.3", "--commission", "7"),
    ("layered", "EURUSD", "H1", "--risk", "1", "--from", "2021-03-02", "--to", "2021-11-02"),
)


@dataclass(frozen=True)
class Machine:
    """What may differ from one machine to the next."""

    zone: str
    workers: int


MACHINES = (Machine("UTC", 1), Machine("Asia/Tokyo", 1), Machine("America/New_York", 2))


@pytest.mark.slow
def test_clocks_and_workers_change_nothing_to_the_last_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [price_file(tmp_path, "EURUSD", 1.0), price_file(tmp_path, "USDJPY", 100.0)]
    results = []
    for machine in MACHINES:
        home = Home(tmp_path / machine.zone.replace("/", "-"))
        monkeypatch.setenv("BACKTAPE_HOME", str(home.path))
        monkeypatch.setenv("TZ", machine.zone)
        monkeypatch.setenv("BACKTAPE_WORKERS", str(machine.workers))
        try:
            results.append(outcome(home, files))
        finally:
            end_everything(home)
    first, *others = results
    assert all(len(trades) > 20 for trades, _ in first)
    for machine, other in zip(MACHINES[1:], others, strict=True):
        assert other == first, machine


def price_file(folder: Path, symbol: str, scale: float) -> Path:
    """A year of hourly bars, on the clock of Athens without saying so."""
    bars = synthetic_bars(timeframe=Timeframe.H1, years=1)
    columns = [np.round(getattr(bars, name) * scale, 5) for name in ("open", "high", "low", "close")]
    lines = [
        f"{str(time).replace('T', ' ')},{','.join(repr(float(price)) for price in prices)},1"
        for time, *prices in zip(bars.time, *columns, strict=True)
    ]
    path = folder / f"{symbol}_H1.csv"
    path.write_text("\n".join(["time,open,high,low,close,volume", *lines]) + "\n")
    return path


def outcome(home: Home, files: list[Path]) -> list[tuple[list[bytes], bytes]]:
    """Import, run all requests at once, and return the trades and the equity of each as stored."""
    home.create()
    (home.strategies / "layered.py").write_text(LAYERED)
    imported = program("import", *map(str, files), "--timezone", "Europe/Athens")
    assert (imported.code, imported.err) == (0, "")
    started = [program("run", *request, "--detach") for request in REQUESTS]
    assert not any(said.code for said in started), started
    numbers = [int(said.out) for said in started]
    with closing(sqlite3.connect(home.store)) as connection:
        wait_until(lambda: completed(connection) == len(numbers), "every run completes")
        return [(rows(connection, number), curve(connection, number)) for number in numbers]


def completed(connection: sqlite3.Connection) -> int:
    """How many runs have a result."""
    query = "SELECT count(*) FROM backtest_runs WHERE status = 'completed'"
    return int(connection.execute(query).fetchone()[0])


def rows(connection: sqlite3.Connection, number: int) -> list[bytes]:
    """Every trade of a run, each value by its exact text."""
    cursor = connection.execute("SELECT * FROM backtest_trades WHERE run_id = ? ORDER BY id", (number,))
    names = [column[0] for column in cursor.description]
    return [
        repr({name: value for name, value in zip(names, row, strict=True) if name != "id"}).encode()
        for row in cursor
    ]


def curve(connection: sqlite3.Connection, number: int) -> bytes:
    """The equity of a run at every bar, as it is kept, with all figures beside it."""
    row = connection.execute(
        "SELECT c.curve, c.preview, s.statistics, r.sharpe_ratio, r.max_drawdown_pct, r.dataset_version"
        " FROM run_curves c JOIN run_statistics s USING (run_id) JOIN backtest_runs r ON r.id = run_id"
        " WHERE run_id = ?",
        (number,),
    ).fetchone()
    return repr(row).encode()
