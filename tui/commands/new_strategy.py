"""Write a start for a strategy of your own, commented or a copy of another one; it runs as it is."""

import argparse
import shlex
from typing import TYPE_CHECKING

from tui.commands import parsing
from tui.commands.endings import DONE
from tui.commands.opening import opened_store
from tui.commands.output import remark, write

if TYPE_CHECKING:
    from db.connection import Connection

_SAMPLE = "SYNTHETIC M15"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("name", metavar="NAME", help="what it is called, such as my_breakout")
    start = parser.add_mutually_exclusive_group()
    start.add_argument(
        "--like", metavar="STRATEGY", help="begin with a copy of this strategy, built in or your own"
    )
    start.add_argument(
        "--on-bar",
        action="store_true",
        help="one call at every bar, for what keeps a state or asks a model (default: all bars at once, "
        "which is faster)",
    )
    parser.epilog = parsing.examples("new-strategy my_breakout", "new-strategy my_cross --like sma_cross")


def execute(options: argparse.Namespace) -> int:
    """Write the file; its path goes to stdout, and beside it what to do next."""
    from core.strategies.new_file import write_copy, write_new

    with opened_store() as (home, connection):
        if options.like is None:
            path = write_new(home.strategies, options.name, on_bar=options.on_bar)
        else:
            path = write_copy(home.strategies, options.name, options.like)
        market = _market(connection)
    first = [] if market else ["    backtape demo        (imports a sample market: there is no data yet)"]
    commands = [f"    backtape {verb} {path.stem} {market or _SAMPLE}" for verb in ("check", "run")]
    advice = "'backtape guide' says what a strategy can do."
    write(str(path))
    remark("\n".join(["", "Edit it, then:", "", *first, *commands, "", advice]))
    return DONE


def _market(connection: "Connection") -> str:
    """Return a symbol and a timeframe of the library, nothing if it is empty."""
    from db import datasets

    known = datasets.list_all(connection)
    return f"{shlex.quote(known[0].symbol)} {known[0].timeframe}" if known else ""
