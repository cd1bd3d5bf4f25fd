"""Backtest a strategy on price history, and show the result."""

import argparse
import itertools
from typing import TYPE_CHECKING, TypeVar

from core.home import Home
from core.text import clean
from db.connection import Connection
from tui.commands import parsing
from tui.commands.endings import DONE, going_on
from tui.commands.opening import opened_store
from tui.commands.output import remark, write

if TYPE_CHECKING:
    from core.jobs.request import RunRequest

T = TypeVar("T")

# Options whose name and meaning are those of the run request's own fields.
_FIELDS = (
    "strategy",
    "start",
    "end",
    "initial_balance",
    "execution_mode",
    "volume",
    "risk_pct",
    "commission_per_lot",
    "tp_partial_close_ratio",
    "context_tfs",
    "finer",
    "source",
    "leverage",
    "account_currency",
    "slippage_pips",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command; those left out take the run request's own defaults."""
    parser.add_argument("strategy", metavar="STRATEGY", help="'backtape strategies' lists them")
    parser.add_argument("symbols", metavar="SYMBOL", type=parsing.names, help="one, or several by commas")
    parser.add_argument("timeframes", metavar="TIMEFRAME", type=parsing.names, help="e.g. M15, or H1,H4")
    _add_period(parser)
    _add_broker(parser)
    parser.add_argument("--detach", action="store_true", help="print the number of the run and leave")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def _add_period(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--source", metavar="NAME", help="which of several imports of the symbol, as named at import")
    add("--from", dest="start", type=parsing.moment, metavar="DATE", help="first day, e.g. 2020-01-31")
    add("--to", dest="end", type=parsing.moment, metavar="DATE", help="up to this day, itself left out")
    add(
        "--set",
        dest="params",
        action="append",
        type=parsing.assignment,
        default=[],
        metavar="NAME=VALUE",
        help="a parameter of the strategy; may be given several times",
    )


def _add_broker(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--balance", dest="initial_balance", type=parsing.number, metavar="MONEY", help="at the start")
    add("--spread", type=parsing.number_or("data"), metavar="PIPS", help="or 'data': as recorded")
    add("--mode", dest="execution_mode", choices=("close_price", "intra_candle"))
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--lots", dest="volume", type=parsing.number, help="fixed size")
    size.add_argument("--risk", dest="risk_pct", type=parsing.number, metavar="PERCENT", help="of equity")
    add("--commission", dest="commission_per_lot", type=parsing.number, help="per lot, round turn")
    add("--partial", dest="tp_partial_close_ratio", type=parsing.number, help="closed at each target")
    add("--context", dest="context_tfs", type=parsing.names, metavar="H1,H4", help="context timeframes")
    add("--finer", metavar="M1", help="bars of this timeframe decide what came first inside a bar")
    add("--leverage", type=parsing.number)
    add("--currency", dest="account_currency", help="of the account, e.g. USD")
    add("--rate", dest="rates", action="append", type=parsing.rate, metavar="USDJPY=150", help="fixed")
    add("--slippage", dest="slippage_pips", type=parsing.number, metavar="PIPS")
    add("--swap", type=parsing.pair_of_numbers, metavar="LONG,SHORT", help="money per lot and night")


def execute(options: argparse.Namespace) -> int:
    """Submit one run for each symbol and timeframe, and follow them to their end."""
    with opened_store() as (home, connection):
        ids = _submit(home, connection, _requests(options))
    if options.detach:
        return _leave(home, ids, as_json=options.json)
    with going_on(ids):
        from tui.commands.following import follow
        from tui.commands.results import show_ended

        follow(home, ids)
    return show_ended(home, ids, as_json=options.json)


def _requests(options: argparse.Namespace) -> list["RunRequest"]:
    from core.jobs.request import parse_request

    given = _given(options)
    return [
        parse_request({"symbol": symbol, "timeframe": timeframe, **given})
        for symbol, timeframe in itertools.product(options.symbols, options.timeframes)
    ]


def _given(options: argparse.Namespace) -> dict[str, object]:
    """Return what was said, by the fields of the request; what was not said is left out."""
    given = {name: getattr(options, name) for name in _FIELDS}
    given["params"] = _by_name(options.params, "--set")
    given["rates"] = _by_name(options.rates or [], "--rate")
    if options.spread == "data":
        given["spread_source"] = "data"
    else:
        given["spread_pips"] = options.spread
    if options.swap is not None:
        given["swap_long"], given["swap_short"] = options.swap
    return {name: value for name, value in given.items() if value is not None}


def _by_name(pairs: list[tuple[str, T]], option: str) -> dict[str, T]:
    found: dict[str, T] = {}
    for name, value in pairs:
        if name in found:
            raise parsing.UsageError(f"{option} names {clean(name, limit=60)} twice; give it once.")
        found[name] = value
    return found


def _submit(home: Home, connection: Connection, requests: list["RunRequest"]) -> list[int]:
    """Store the runs, all or none: each is judged before the first is stored."""
    from core.jobs.submit import prepare, submit

    for request in requests:
        prepare(connection, home, request)
    return [submit(connection, home, request) for request in requests]


def _leave(home: Home, ids: list[int], *, as_json: bool) -> int:
    from core.jobs.launch import ensure_runner

    ensure_runner(home)
    if as_json:
        from tui.commands.results import show_documents

        show_documents(ids)
    else:
        write("\n".join(str(number) for number in ids))
        remark(f"The run goes on by itself; 'backtape watch {ids[0]}' follows it.")
    return DONE
