"""Pips and money of runs on real files, held against figures worked out by hand from the files' lines."""

import csv
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.home import Home
from tests.homes import end_everything
from tests.tui.commands.program import Said, call

pytestmark = pytest.mark.slow

Capture = pytest.CaptureFixture[str]
Run = Callable[..., Mapping[str, Any]]

USDJPY_H1 = "mt4-history-center-b/USDJPY60_cut.csv"
USDJPY_M1 = "histdata-ascii/HISTDATA_COM_ASCII_USDJPY_M12019.zip"
EURUSD_H1 = "mt4-history-center-a/EURUSD60.csv"
XAUUSD_H1 = "mt4-history-center-a/XAUUSD60.csv"
EURJPY_H1 = "tradingview/EURJPY60.csv"
EURJPY_D1 = "dukascopy-web/EURJPY_Candlestick_1_D_BID_01.01.2014-03.08.2024.csv"
FILES = (USDJPY_H1, USDJPY_M1, EURUSD_H1, XAUUSD_H1, EURJPY_H1, EURJPY_D1)

ONCE = '''
from core.strategies import Strategy, parameter


class Once(Strategy):
    """Enters once, at the close of the bar that opened at `opened`."""

    opened: str = parameter("2020-01-01T00:00")
    side: str = parameter("buy", choices=("buy", "sell"))
    stop_pips: float = parameter(0.0)
    target_pips: float = parameter(0.0)

    def on_bar(self, context):
        if f"{context.time:%Y-%m-%dT%H:%M}" == self.opened:
            enter = context.buy if self.side == "buy" else context.sell
            targets = [context.pips(self.target_pips)] if self.target_pips else None
            enter(stop=context.pips(self.stop_pips) or None, targets=targets)
'''


@pytest.fixture(scope="module")
def markets(tmp_path_factory: pytest.TempPathFactory, market_files: Path) -> Iterator[Home]:
    """One data folder with the real files, their clocks taken for UTC."""
    folder = tmp_path_factory.mktemp("money") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKTAPE_HOME", str(folder))
        home = Home(folder).create()
        (home.strategies / "once.py").write_text(ONCE)
        yield home
        end_everything(home)


@pytest.fixture
def run(markets: Home, market_files: Path, capsys: Capture) -> Run:
    """Run from the command line; return the row with its trades."""
    del markets
    there = {one["symbol"] + one["timeframe"] for one in call(capsys, "data", "--json").document}
    if not there:
        for name in FILES:
            zone = [] if name == USDJPY_M1 else ["--timezone", "UTC"]
            assert call(capsys, "import", str(market_files / name), *zone).code == 0

    def row(*arguments: str) -> Mapping[str, Any]:
        said: Said = call(capsys, "run", *arguments, "--json")
        assert (said.code, said.err) == (0, "")
        number = str(said.document["id"])
        return dict(call(capsys, "show", number, "--trades", "--equity", "--json").document)

    return row


@dataclass(frozen=True)
class Expected:
    """A trade as worked out by hand."""

    entry: float
    exit: float
    reason: str
    profit: float


def check(row: Mapping[str, Any], expected: Expected) -> None:
    (trade,) = row["trades"]
    assert (trade["entry_price"], trade["exit_price"]) == (expected.entry, expected.exit)
    assert trade["exit_reason"] == expected.reason
    assert trade["profit"] == pytest.approx(expected.profit, rel=1e-9)
    assert row["final_equity"] == pytest.approx(row["initial_balance"] + expected.profit, rel=1e-9)
    assert row["equity"][-1][1] == row["final_equity"]


def test_a_stop_on_usdjpy_costs_its_pips_at_the_rate_of_the_exit(run: Run) -> None:
    # 2021.01.04,01:00,103.201,...   bought at the ask, 103.201 + 0.015
    # 2021.01.04,02:00,103.245,103.261,102.997,...   the stop of 20 pips lies at 103.016
    row = run(
        *("once", "USDJPY", "H1", "--set", "opened=2021-01-04T00:00", "--set", "stop_pips=20"),
        *("--mode", "intra_candle", "--spread", "1.5", "--to", "2021-02-01"),
    )
    # 20 pips of 0.01 on 10,000 dollars are 2,000 yen; a dollar was 103.016 of them then.
    check(row, Expected(103.216, 103.016, "sl", -2_000 / 103.016))


def test_a_target_on_gold_brings_its_pips_times_a_hundred_ounces(run: Run) -> None:
    # 2019.01.04,16:00,1287.69,1287.70,1276.55,...   sold at the bid; the target of 50 pips lies at 1282.69
    row = run(
        *("once", "XAUUSD", "H1", "--set", "opened=2019-01-04T15:00", "--set", "side=sell"),
        *("--set", "target_pips=50", "--mode", "intra_candle", "--spread", "3", "--commission", "7"),
        *("--from", "2019-01-01", "--to", "2019-02-01"),
    )
    # 50 pips of 0.1 on 0.1 lots of 100 ounces, less 0.1 x 7.
    check(row, Expected(1287.69, 1282.69, "tp", 50.0 - 0.7))


@pytest.mark.parametrize(("rate", "given"), [(1.14, ["--rate", "EURUSD=1.14"]), (1.1371, [])])
def test_gold_in_a_euro_account_is_turned_by_eurusd(run: Run, rate: float, given: list[str]) -> None:
    # 2019.01.04,15:00,1.14053,1.14074,1.13630,1.13710   the last EURUSD that had closed by then
    row = run(
        *("once", "XAUUSD", "H1", "--set", "opened=2019-01-04T15:00", "--set", "side=sell"),
        *("--set", "target_pips=50", "--mode", "intra_candle", "--spread", "3", "--currency", "EUR"),
        *("--from", "2019-01-01", "--to", "2019-02-01", *given),
    )
    check(row, Expected(1287.69, 1282.69, "tp", 50.0 / rate))
    assert (row["settings"]["conversion"] is None) == bool(given)


@pytest.mark.parametrize(("rate", "given"), [(150.0, ["--rate", "USDJPY=150"]), (108.874, [])])
def test_eurjpy_in_a_dollar_account_is_turned_by_usdjpy(run: Run, rate: float, given: list[str]) -> None:
    # 2019-01-02T22:00:00Z,123.522,123.546,118.824,120.816   sold at 123.522, the target lies at 121.522
    # 20190102 165900;108.877000;108.879000;108.868000;108.874000;0   the minute before 22:00 UTC
    row = run(
        *("once", "EURJPY", "H1", "--set", "opened=2019-01-02T21:00", "--set", "side=sell"),
        *("--set", "target_pips=200", "--mode", "intra_candle", "--to", "2019-02-01", *given),
    )
    check(row, Expected(123.522, 121.522, "tp", 20_000 / rate))


@pytest.mark.parametrize(
    ("currency", "mode", "expected"),
    [
        # 22.06.2016 21:00:00.000,117.913,120.937,117.902,120.777   decided at its close
        # 23.06.2016 21:00:00.000,120.793,121.981,109.482,113.357   the vote, 7.4 yen below
        ("JPY", "close_price", Expected(120.792, 113.357, "sl", -74_350)),
        ("EUR", "close_price", Expected(120.792, 113.357, "sl", -74_350 / 113.357)),
        ("JPY", "intra_candle", Expected(120.808, 118.808, "sl", -20_000)),
        ("EUR", "intra_candle", Expected(120.808, 118.808, "sl", -20_000 / 118.808)),
    ],
)
def test_eurjpy_by_days_in_its_own_currencies(run: Run, currency: str, mode: str, expected: Expected) -> None:
    row = run(
        *("once", "EURJPY", "D1", "--set", "opened=2016-06-22T21:00", "--set", "stop_pips=200"),
        *("--mode", mode, "--currency", currency, "--balance", "1000000"),
        *("--from", "2016-01-01", "--to", "2017-01-01"),
    )
    check(row, expected)


def test_a_cross_without_a_rate_is_refused_naming_the_pair(run: Run, capsys: Capture) -> None:
    del run
    said = call(capsys, "run", "sma_cross", "EURJPY", "H1", "--currency", "CHF")
    assert (said.code, said.out, len(said.err.splitlines())) == (1, "", 1)
    assert "import CHFJPY, or give a fixed rate, such as CHFJPY=150" in said.err


@dataclass(frozen=True)
class Market:
    """A run of the built-in strategies: what a pip and a lot are, and how profits become dollars."""

    symbol: str
    pip: float
    units: float
    period: tuple[str, ...]


MARKETS = [
    Market("USDJPY", 0.01, 10_000, ("--to", "2022-01-01")),
    Market("XAUUSD", 0.1, 10, ("--from", "2019-01-01")),
    Market("EURJPY", 0.01, 10_000, ("--from", "2019-01-03", "--to", "2019-12-20")),
]


@pytest.mark.parametrize("market", MARKETS, ids=lambda market: market.symbol)
@pytest.mark.parametrize("strategy", ["sma_cross", "donchian_breakout"])
def test_built_in_strategies_make_the_right_pips_and_money(
    strategy: str, market: Market, run: Run, market_files: Path
) -> None:
    row = run(strategy, market.symbol, "H1", *market.period, "--mode", "intra_candle", "--commission", "5")
    stop, target = (20, 40) if strategy == "sma_cross" else (30, 60)
    dollars = dollars_of_yen(market_files) if market.symbol == "EURJPY" else None
    assert len(row["trades"]) > 50
    balance = row["initial_balance"]
    for trade in row["trades"]:
        direction = 1 if trade["direction"] == "BUY" else -1
        entry, left = trade["entry_price"], trade["exit_price"]
        assert direction * (entry - trade["stop_loss"]) == pytest.approx(stop * market.pip)
        assert direction * (trade["take_profit"] - entry) == pytest.approx(target * market.pip)
        if trade["exit_reason"] == "tp":
            assert direction * (left - entry) > target * market.pip - 1e-9
        made = direction * (left - entry) * market.units
        if market.symbol == "USDJPY":
            made /= left
        elif dollars is not None:
            made = dollars(trade, made)
        assert trade["profit"] == pytest.approx(made - 0.5, rel=1e-9, abs=1e-9)
        balance += trade["profit"]
        assert trade["equity_after"] == pytest.approx(balance, rel=1e-9)
    assert row["final_equity"] == pytest.approx(balance, rel=1e-9)
    wins = sum(trade["profit"] > 0 for trade in row["trades"])
    assert row["win_rate"] == wins / len(row["trades"])


def dollars_of_yen(market_files: Path) -> Callable[[Mapping[str, Any], float], float]:
    """Return how yen become dollars at the exit of a trade, by the minutes of the USDJPY file alone."""
    closes: dict[str, float] = {}
    with zipfile.ZipFile(market_files / USDJPY_M1) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".csv"))
        with archive.open(name) as file:
            for line in csv.reader((raw.decode() for raw in file), delimiter=";"):
                closes[utc_hour(line[0])] = float(line[4])

    hours = sorted(closes)

    def dollars(trade: Mapping[str, Any], yen: float) -> float:
        # Whatever is done in a bar knows the hour before it; the end of the run knows its own.
        opened = trade["exit_time"][:13]
        at_close = trade["exit_reason"] == "end_of_data"
        known = [hour for hour in hours if hour < opened or (at_close and hour == opened)]
        return yen / closes[known[-1]]

    return dollars


def utc_hour(stamp: str) -> str:
    """Return the UTC hour of a minute of the file, whose clock is five hours behind."""

    moment = datetime.strptime(stamp, "%Y%m%d %H%M%S") + timedelta(hours=5)  # noqa: DTZ007 - UTC by then
    return f"{moment:%Y-%m-%dT%H}"
