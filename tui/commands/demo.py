"""Import the built-in sample market, run two strategies on it and print a report; nothing is asked."""

import argparse
import os
import shlex
import shutil
import sys
from pathlib import Path

from core.home import Home
from db import datasets
from db.connection import Connection
from tui.commands.endings import going_on
from tui.commands.opening import opened_store
from tui.commands.output import remark, write
from tui.commands.results import show_ended
from tui.imports.sample import import_sample

_STRATEGIES = ("sma_cross", "donchian_breakout")
_SAMPLE_TIMEFRAME, _TIMEFRAME = "M5", "M15"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare nothing: the command takes no options."""


def execute(options: argparse.Namespace) -> int:  # noqa: ARG001 - every command takes its options
    """Import the sample unless it is there, run two strategies on it, show what came out."""
    from core.market.synthetic import SYMBOL

    with opened_store() as (home, connection):
        if datasets.get(connection, SYMBOL, _SAMPLE_TIMEFRAME) is None:
            _import_sample(home, connection)
        ids = _submit(home, connection, SYMBOL)
    remark(f"Running {' and '.join(_STRATEGIES)} on {SYMBOL} {_TIMEFRAME} ...")
    with going_on(ids):
        from tui.commands.following import follow

        follow(home, ids)
    codes = []
    for run_id in ids:
        write("")
        codes.append(show_ended(home, [run_id], as_json=False))
    write(f"\nBoth runs are kept in {home.path}.\nTo look at them in the screens:\n\n    {_own_command()}\n")
    return max(codes)


def _import_sample(home: Home, connection: Connection) -> None:
    remark("Making the sample market: three years of SYNTHETIC five-minute bars ...")
    imported = import_sample(home, connection)
    remark(f"Imported {imported.symbol} {imported.timeframe}: {imported.rows:,} bars.")


def _submit(home: Home, connection: Connection, symbol: str) -> list[int]:
    from core.jobs.request import RunRequest
    from core.jobs.submit import submit

    requests = [
        RunRequest(strategy=name, symbol=symbol, timeframe=_TIMEFRAME, execution_mode="intra_candle")
        for name in _STRATEGIES
    ]
    return [submit(connection, home, request) for request in requests]


def _own_command() -> str:
    """Return what to type to get the screens, from where this command was typed."""
    own, found = Path(sys.argv[0]), shutil.which("backtape")
    if own.name != "backtape":
        program = "python -m tui.cli"
    else:
        program = "backtape" if found and Path(found).resolve() == own.resolve() else str(own)
    named = os.environ.get("BACKTAPE_HOME")
    if not named:
        return program
    # From wherever it is typed.
    return f"BACKTAPE_HOME={shlex.quote(str(Home.locate().path))} {program}"
