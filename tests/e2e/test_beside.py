"""Runs from the command line that stand on more than one dataset, or on an instrument of the user's own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.home import Home
from tests.homes import end_everything
from tests.tui.commands.program import Said, call

Capture = pytest.CaptureFixture[str]

# Buys at the first close, with a stop and a target 50 pips away.
ONCE = '''
from core.strategies import Strategy


class Once(Strategy):
    """Buys once."""

    def on_bar(self, context):
        if context.index == 0:
            context.buy(stop=context.pips(50), targets=[context.pips(50)])
'''

# Looks at half hours, which bars of twenty minutes cannot make.
HALF_HOURS = '''
from core.strategies import Signals, Strategy


class HalfHours(Strategy):
    """Buys when the last half hour rose."""

    def signals(self, bars):
        seen = bars.context("M30")
        return Signals(buy=seen.close > seen.open, exit=seen.close < seen.open)
'''


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A data folder with two strategies."""
    folder = tmp_path / "home"
    monkeypatch.setenv("BACKTAPE_HOME", str(folder))
    home = Home(folder).create()
    (home.strategies / "once.py").write_text(ONCE)
    (home.strategies / "half_hours.py").write_text(HALF_HOURS)
    yield home
    end_everything(home)


def imported(
    capsys: Capture, folder: Path, symbol: str, timeframe: str, *bars: tuple[str, float, float, float, float]
) -> None:
    path = folder / f"{symbol}_{timeframe}.csv"
    rows = [f"2020-01-06T{time}:00Z,{o},{h},{low},{c},1" for time, o, h, low, c in bars]
    path.write_text("\n".join(["time,open,high,low,close,volume", *rows]) + "\n")
    said = call(capsys, "import", str(path), "--timeframe", timeframe)
    assert said.code == 0, said.err


def shown(capsys: Capture, said: Said) -> dict[str, Any]:
    """The row of a run with its trades."""
    assert (said.code, said.err) == (0, "")
    return dict(call(capsys, "show", str(said.document["id"]), "--trades", "--json").document)


def test_finer_bars_decide_what_came_first_inside_a_bar(home: Home, tmp_path: Path, capsys: Capture) -> None:
    calm = (1.1, 1.1, 1.1, 1.1)
    imported(
        *(capsys, tmp_path, "EURUSD", "H1"),
        ("00:00", *calm),
        ("01:00", *calm),
        ("02:00", 1.1, 1.11, 1.09, 1.1),
        ("03:00", *calm),
    )
    imported(
        *(capsys, tmp_path, "EURUSD", "M15"),
        *((f"0{hour}:{quarter}", *calm) for hour in (0, 1) for quarter in ("00", "15", "30", "45")),
        ("02:00", *calm),
        ("02:15", 1.1, 1.11, 1.1, 1.105),
        ("02:30", 1.105, 1.105, 1.09, 1.1),
        ("02:45", *calm),
    )
    request = ("run", "once", "EURUSD", "H1", "--mode", "intra_candle", "--spread", "0")
    plain = shown(capsys, call(capsys, *request, "--json"))
    (stopped,) = plain["trades"]
    assert (stopped["exit_reason"], stopped["exit_price"], plain["ambiguous_exits"]) == ("sl", 1.095, 1)
    finer = shown(capsys, call(capsys, *request, "--finer", "M15", "--json"))
    (won,) = finer["trades"]
    assert (won["exit_reason"], won["exit_price"], finer["ambiguous_exits"]) == ("tp", 1.105, 0)
    assert won["exit_time"] == stopped["exit_time"] == "2020-01-06T02:00:00+00:00"
    assert (plain["settings"]["finer"], finer["settings"]["finer"]) == (None, "M15")
    assert finer["settings"]["finer_version"] != finer["dataset_version"]
    report = call(capsys, "show", str(finer["id"])).out
    assert "inside bars by M15" in report
    assert "ambiguous exits" in report


@pytest.mark.slow
def test_a_context_that_the_bars_cannot_make_is_taken_from_another_dataset(
    home: Home, tmp_path: Path, capsys: Capture
) -> None:
    thirds = [(f"{hour:02}:{minute}", *(1.1,) * 4) for hour in range(8) for minute in ("00", "20", "40")]
    rising = (1.1, 1.2, 1.1, 1.15)
    falling = (1.1, 1.1, 1.0, 1.05)
    halves = [
        (f"{hour:02}:{minute}", *(rising if hour < 4 else falling))
        for hour in range(8)
        for minute in ("00", "30")
    ]
    imported(capsys, tmp_path, "EURUSD", "M20", *thirds)
    imported(capsys, tmp_path, "EURUSD", "M30", *halves)
    without = call(capsys, "run", "half_hours", "EURUSD", "M20", "--json")
    assert (without.code, without.document["status"]) == (1, "failed")
    assert "M30 bars cannot be made from M20 bars" in without.err
    row = shown(capsys, call(capsys, "run", "half_hours", "EURUSD", "M20", "--context", "M30", "--json"))
    assert row["context_tfs"] == ["M30"]
    (trade,) = row["trades"]
    # The first half hour is known at 00:30, which the close at 00:40 is the first to see; the
    # first falling one is known at 04:30, and seen at 04:40.
    assert trade["entry_time"] == "2020-01-06T00:20:00+00:00"
    assert trade["exit_time"] == "2020-01-06T04:20:00+00:00"
    assert (trade["direction"], trade["exit_reason"]) == ("BUY", "signal")


@pytest.mark.slow
def test_an_instrument_of_the_users_own_has_its_own_pips_and_lots_for_ever(
    home: Home, tmp_path: Path, capsys: Capture
) -> None:
    described = (
        '[instruments.COCOA]\nbase = "COCOA"\nquote = "USD"\ndigits = 0\npip = 2.0\ncontract_size = 10\n'
        "lot_step = 1\nminimum_lot = 1\n"
    )
    home.config.write_text(described)
    bars = [
        ("00:00", 2450, 2460, 2440, 2450),
        ("01:00", 2450, 2460, 2440, 2450),
        ("02:00", 2450, 2600, 2440, 2590),
    ]
    imported(capsys, tmp_path, "COCOA", "H1", *bars)
    request = ("run", "once", "COCOA", "H1", "--mode", "intra_candle", "--spread", "1.5", "--lots", "3")
    row = shown(capsys, call(capsys, *request, "--json"))
    (trade,) = row["trades"]
    # In at 2450 + 1.5 pips of 2; 50 pips up is 100; three lots of ten.
    assert (trade["entry_price"], trade["exit_price"], trade["exit_reason"]) == (2453, 2553, "tp")
    assert trade["profit"] == 100 * 3 * 10
    refused = call(capsys, *request[:-1], "0.5")
    assert "at least 1 lots for COCOA" in refused.err
    home.config.write_text(described.replace("contract_size = 10", "contract_size = 50"))
    refused = call(capsys, *request)
    assert (refused.code, refused.out) == (1, "")
    assert "gives COCOA a contract_size of 50.0, but its bars were imported with 10.0" in refused.err
    home.config.unlink()
    again = shown(capsys, call(capsys, *request, "--json"))
    assert [one["profit"] for one in again["trades"]] == [trade["profit"]]


def test_an_unknown_symbol_is_refused_with_the_line_that_would_make_it_known(
    home: Home, capsys: Capture
) -> None:
    said = call(capsys, "run", "once", "COCOA", "H1")
    assert (said.code, said.out, len(said.err.splitlines())) == (1, "", 1)
    assert 'yours to fill in: instruments.COCOA = { base = "COCOA"' in said.err
