"""The chart of a real run over a real file, with what the command line says of it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.home import Home
from tests.conftest import ROOT
from tests.homes import end_everything
from tests.tui.conftest import make_app, until_shown


@pytest.fixture
def real(home: Home, market_files: Path) -> Iterator[Home]:
    """A store with one run over two years of EURUSD."""
    _backtape("import", str(market_files / "mt5-export-bars" / "EURUSD_M15.csv"))
    _backtape("run", "sma_cross", "EURUSD", "M15", "--mode", "intra_candle")
    yield home
    end_everything(home)


def _backtape(*arguments: str) -> str:
    command = [sys.executable, "-m", "tui.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
async def test_the_replay_of_a_real_run_has_its_equity_and_its_trades(real: Home) -> None:
    run: dict[str, Any] = json.loads(_backtape("show", "1", "--trades", "--equity", "--json"))
    trade, equity = run["trades"][30], dict(run["equity"])
    async with make_app(real).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "1 run")
        await pilot.press("enter")
        await until_shown(pilot, "Overview", "✓ done")
        await pilot.press("greater_than_sign", "greater_than_sign")
        await until_shown(pilot, f"1 of {len(run['trades']):,}", "· fast", within=60)
        await pilot.press(*["right_square_bracket"] * 30)
        await until_shown(pilot, f"31 of {len(run['trades']):,}  {trade['direction'].lower()} 0.1")
        await pilot.press("left_curly_bracket", "left_curly_bracket", "left_curly_bracket", "space", "space")
        entered = trade["entry_time"]
        shown = entered[:16].replace("T", " ")
        side = f"{trade['direction'].lower()} 0.1 at {trade['entry_price']:.5f}"
        await until_shown(pilot, f"{shown} O", side, f"equity {equity[entered]:,.2f}", "30 closed")
