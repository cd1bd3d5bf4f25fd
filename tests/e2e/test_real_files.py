"""Runs on real price files, from the command line, held against brokers that share nothing with ours."""

import csv
import json
from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import pytest

from core.engine.decision import Decision
from core.engine.terms import Terms
from core.home import Home
from core.market.instruments import find_instrument
from tests.core.engine.plain_broker import PlainBroker
from tests.core.engine.plain_records import Bar
from tests.e2e.terminal import Terminal
from tests.e2e.test_screens import ENTER, LEFT, RIGHT, TAB, leave
from tests.homes import end_everything
from tests.tui.commands.program import program

pytestmark = pytest.mark.slow

CASES = (
    "eurusd-m1-sma-no-stops",
    "eurusd-m15-donchian-close",
    "eurusd-m15-donchian-intra",
    "eurusd-m15-recorded-spread",
    "eurusd-m15-sma",
    "eurusd-m15-two-targets",
    "usdjpy-h1-donchian-intra",
    "xauusd-m15-donchian-intra",
    "xauusd-m15-refused-entries",
    "xauusd-m15-stop-out",
)
HISTDATA = "histdata-ascii/DAT_ASCII_EURUSD_M1_2019.csv.gz"
Mode = Literal["close_price", "intra_candle"]
ROWS, REPEATED = 372_530, 60


@pytest.fixture(scope="module")
def real_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """One data folder for all real files."""
    folder = tmp_path_factory.mktemp("real") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKTAPE_HOME", str(folder))
        yield Home(folder)
        end_everything(Home(folder))


def imported(path: Path, symbol: str) -> Mapping[str, Any]:
    """Import a file as it lies there, its clock taken for UTC, in place of what was there."""
    said = program("import", str(path), "--symbol", symbol, "--timezone", "UTC", "--replace", "--json")
    assert (said.code, said.err) == (0, "")
    (document,) = said.document
    return dict(document)


def options(case: Mapping[str, Any]) -> list[str]:
    """The options of `backtape run` that say what a reference case says."""
    given = {
        "--spread": case["spread_pips"],
        "--mode": case["execution_mode"],
        "--balance": case["initial_balance"],
        "--lots": case["volume"],
        "--commission": case["commission_per_lot"],
        "--partial": case["tp_partial_close_ratio"],
        "--leverage": case["leverage"],
    }
    written = [part for option, value in given.items() for part in (option, str(value))]
    for name, value in case["params"].items():
        written += ["--set", f"{name}={value}"]
    return written


def run(strategy: str, symbol: str, timeframe: str, *more: str) -> Mapping[str, Any]:
    """Run and return the row with its trades."""
    said = program("run", strategy, symbol, timeframe, *more, "--json")
    assert (said.code, said.err) == (0, "")
    shown = program("show", str(said.document["id"]), "--trades", "--json").document
    return dict(shown)


@pytest.mark.parametrize("name", CASES)
def test_the_command_line_gives_the_reference_s_trades_and_metrics(
    name: str, real_home: Home, market_files: Path, reference_cases: Path
) -> None:
    case = json.loads((reference_cases / f"{name}.json").read_text())
    assert imported(market_files / case["file"], case["symbol"])["rows"] == case["bars"]
    row = run(case["strategy"], case["symbol"], case["timeframe"], *options(case))
    with (reference_cases / f"{name}.trades.csv").open() as lines:
        expected = list(csv.DictReader(lines))
    assert len(row["trades"]) == len(expected) == case["metrics"]["total_trades"]
    for trade, given in zip(row["trades"], expected, strict=True):
        for word in ("direction", "entry_time", "exit_time", "exit_reason"):
            assert trade[word] == given[word]
        for figure in ("position", "entry_price", "exit_price", "volume", "profit", "equity_after"):
            assert trade[figure] == pytest.approx(float(given[figure]), rel=1e-6, abs=1e-9)
    for metric, value in case["metrics"].items():
        assert row[metric] == (None if value is None else pytest.approx(value, rel=1e-6)), metric
    assert row["ambiguous_exits"] == case["ambiguous_exits"]
    assert row["refused_entries"] == case["refused_entries"]
    assert row["final_equity"] == pytest.approx(case["final_equity"], rel=1e-6)


@pytest.mark.parametrize("mode", ["close_price", "intra_candle"])
def test_the_form_gives_the_reference_s_result(
    mode: Mode, empty_home: Home, market_files: Path, reference_cases: Path
) -> None:
    name = {"close_price": "eurusd-m15-donchian-close", "intra_candle": "eurusd-m15-donchian-intra"}[mode]
    case = json.loads((reference_cases / f"{name}.json").read_text())
    imported(market_files / case["file"], case["symbol"])
    with Terminal(rows=45) as terminal:
        terminal.wait_for("no runs yet")
        terminal.send("n")
        terminal.wait_for("49,744 bars")
        focus_on_the_mode(terminal)
        if chosen(mode) not in terminal.text:
            terminal.send(RIGHT if mode == "intra_candle" else LEFT)
        terminal.wait_for(chosen(mode))
        terminal.wait_for("49,744 bars")
        terminal.send(ENTER)
        terminal.wait_for("profit factor")
        terminal.wait_for("✓ done")
        leave(terminal)
    (row,) = program("runs", "--json").document
    assert row["execution_mode"] == mode
    for metric, value in case["metrics"].items():
        assert row[metric] == pytest.approx(value, rel=1e-6), metric
    assert row["final_equity"] == pytest.approx(case["final_equity"], rel=1e-6)


def chosen(value: str) -> str:
    """How a choice looks that the keys are at."""
    return f"\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK} {value}"


def focus_on_the_mode(terminal: Terminal) -> None:
    """Go to the execution mode, which ten fields stand before."""
    terminal.send(TAB * 10)
    terminal.wait_for(lambda text: chosen("close_price") in text or chosen("intra_candle") in text)


@pytest.mark.parametrize("mode", ["close_price", "intra_candle"])
def test_a_year_of_minutes_gives_the_trades_of_a_plain_broker(
    mode: Mode, real_home: Home, market_files: Path
) -> None:
    document = imported(market_files / HISTDATA, "EURUSD")
    assert document["rows"] == ROWS - REPEATED
    assert len(document["dropped"]) == REPEATED
    row = run("donchian_breakout", "EURUSD", "M1", "--mode", mode)
    bars = read_bars(Path(row["data_file_path"]))
    assert len(bars) == ROWS - REPEATED
    plain = PlainBroker(
        bars, breakouts(bars), find_instrument("EURUSD"), Terms(mode=mode, spread_pips=1.5)
    ).run()
    assert len(row["trades"]) == len(plain.trades) > 3_000
    for trade, expected in zip(row["trades"], plain.trades, strict=True):
        assert trade["direction"] == ("BUY" if expected.direction > 0 else "SELL")
        assert seconds(trade["entry_time"]) == bars[expected.entry_index].opens
        assert seconds(trade["exit_time"]) == bars[expected.exit_index].opens
        assert trade["exit_reason"] == expected.reason
        assert (trade["entry_price"], trade["exit_price"]) == (expected.entry_price, expected.exit_price)
        assert trade["profit"] == pytest.approx(expected.profit, rel=1e-9, abs=1e-6)
        assert trade["equity_after"] == pytest.approx(expected.balance, rel=1e-9)
    assert row["ambiguous_exits"] == len(plain.ambiguous)
    assert row["refused_entries"] == len(plain.refused)
    assert row["final_equity"] == pytest.approx(plain.equity[-1], rel=1e-9)


def read_bars(path: Path) -> list[Bar]:
    """Read the CSV that a run names, with nothing but the standard library."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            Bar(
                opens=seconds(line["time"]),
                closes=seconds(line["time"]) + 60,
                open=float(line["open"]),
                high=float(line["high"]),
                low=float(line["low"]),
                close=float(line["close"]),
                spread=None,
            )
            for line in csv.DictReader(lines)
        ]


def breakouts(bars: list[Bar], lookback: int = 20) -> list[Decision | None]:
    """Decide as `donchian_breakout` is described: a close beyond the extremes of the bars before it."""
    decided: list[Decision | None] = []
    before: deque[Bar] = deque(maxlen=lookback)
    for bar in bars:
        direction = 0
        if len(before) == lookback:
            if bar.close > max(other.high for other in before):
                direction = 1
            elif bar.close < min(other.low for other in before):
                direction = -1
        decided.append(Decision(direction=direction, stop=0.003, targets=(0.006,)) if direction else None)
        before.append(bar)
    return decided


def seconds(text: str) -> int:
    """Return a time in UTC seconds."""
    return int(datetime.fromisoformat(text).timestamp())
