"""Backtest a strategy on price history, and show the result."""

import argparse
import itertools
from typing import TYPE_CHECKING, TypeVar

from core.home import Home
from core.text import clean
from db.connection import Connection
from tui.commands import parsing
from tui.commands.choosing import add_choices
from tui.commands.opening import opened_store
from tui.commands.output import remark
from tui.commands.submitted import bring_on

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
    "max_llm_calls",
    "fresh",
    "memory_limit_mb",
    "time_limit_minutes",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command; those left out take the run request's own defaults."""
    add = parser.add_argument
    add("strategy", metavar="STRATEGY", help="what to test; 'backtape strategies' lists them")
    add(
        "symbols",
        metavar="SYMBOL",
        type=parsing.names,
        help="such as EURUSD; several by commas make a run each",
    )
    add("timeframes", metavar="TIMEFRAME", type=parsing.names, help="such as M15; several by commas: H1,H4")
    add_choices(parser)
    _add_broker(parser.add_argument_group("execution and size"))
    _add_costs(parser.add_argument_group("costs and account"))
    _add_model(parser.add_argument_group("language model"))
    _add_limits(parser.add_argument_group("limits"))
    add("--detach", action="store_true", help="print the number of the run and leave; it goes on by itself")
    parsing.add_json(parser)
    parser.epilog = parsing.examples(
        "run sma_cross EURUSD H1 --from 2020-01-01 --set fast=10 --set slow=40",
        "run donchian_breakout EURUSD,USDJPY M15,H1 --risk 1 --detach",
    )


def _add_broker(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add(
        "--mode",
        dest="execution_mode",
        choices=("close_price", "intra_candle"),
        help="close_price: a decision is filled at the close of its own bar, and stops and targets are "
        "judged at closes only. intra_candle: it is filled at the next bar's open, and stops and targets "
        "inside the bar; where a bar touches both, the stop counts (default: close_price)",
    )
    add(
        "--finer",
        metavar="M1",
        help="bars of this timeframe tell what came first inside a bar; needs intra_candle "
        "(default: the stop came first)",
    )
    size = group.add_mutually_exclusive_group()
    size.add_argument(
        "--lots",
        dest="volume",
        type=parsing.number_as_typed,
        metavar="LOTS",
        help="fixed size of a position (default: 0.1)",
    )
    size.add_argument(
        "--risk",
        dest="risk_pct",
        type=parsing.number_as_typed,
        metavar="PERCENT",
        help="in place of --lots: lose this share of the equity if the stop is hit; every entry needs "
        "a stop (default: none, the size is fixed)",
    )
    add(
        "--partial",
        dest="tp_partial_close_ratio",
        type=parsing.number_as_typed,
        metavar="PART",
        help="part of a position closed at each target but the last, above 0 to 1 (default: 0.5)",
    )
    add(
        "--context",
        dest="context_tfs",
        type=parsing.names,
        metavar="H1,H4",
        help="timeframes coarser than the run's own that the strategy looks at too (default: those it names "
        "itself)",
    )


def _add_costs(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add(
        "--balance",
        dest="initial_balance",
        type=parsing.number_as_typed,
        metavar="MONEY",
        help="money at the start, in the currency of the account (default: 10000)",
    )
    add(
        "--currency",
        dest="account_currency",
        metavar="CODE",
        help="of the account (default: USD)",
    )
    add(
        "--leverage",
        type=parsing.number_as_typed,
        metavar="TIMES",
        help="entries that need more margin than the equity allows are refused (default: 100)",
    )
    add(
        "--spread",
        type=parsing.number_or("data"),
        metavar="PIPS",
        help="between bid and ask; or 'data': as recorded with each bar (default: 1.5)",
    )
    add(
        "--commission",
        dest="commission_per_lot",
        type=parsing.number_as_typed,
        metavar="MONEY",
        help="per lot, entry and exit together (default: 0)",
    )
    add(
        "--slippage",
        dest="slippage_pips",
        type=parsing.number_as_typed,
        metavar="PIPS",
        help="what market and stop orders lose each time (default: 0)",
    )
    add(
        "--swap",
        type=parsing.pair_of_numbers,
        metavar="LONG,SHORT",
        help="money per lot and night, for buys and for sells, negative to pay (default: 0,0)",
    )
    add(
        "--rate",
        dest="rates",
        action="append",
        type=parsing.rate,
        metavar="USDJPY=150",
        help="fixed rate that turns profits into the account's currency: for EURJPY in dollars, while EURUSD "
        "needs none; may be given several times (default: that of the imported pair)",
    )


def _add_model(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add(
        "--max-llm-calls",
        type=parsing.whole_number,
        metavar="N",
        help="requests to a language model that may be made in all for this configuration, retries and "
        "those of earlier runs counted; what was asked before is replayed (default: 100)",
    )
    add(
        "--fresh",
        action="store_true",
        help="ask the model anew what an equal run has asked before, with the whole budget",
    )


def _add_limits(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add(
        "--memory",
        dest="memory_limit_mb",
        type=parsing.whole_number,
        metavar="MB",
        help="megabytes that the run may take; one that needs more fails (default: memory_mb of [runner] in "
        "config.toml, else no limit)",
    )
    add(
        "--time",
        dest="time_limit_minutes",
        type=parsing.number_as_typed,
        metavar="MINUTES",
        help="how long the run may take once it has begun, such as 30 or 0.5; one that takes longer fails "
        "(default: time_minutes of [runner] in config.toml, else no limit)",
    )


def execute(options: argparse.Namespace) -> int:
    """Submit one run for each symbol and timeframe, and follow them to their end."""
    with opened_store() as (home, connection):
        ids = _submit(home, connection, _requests(options))
    return bring_on(home, ids, detach=options.detach, as_json=options.json)


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
    """Store the runs, all or none: what is to be said of them is said before."""
    from core.jobs.rates import unused_rates
    from core.jobs.submit import prepare, submit_all

    prepared = [prepare(connection, home, request) for request in requests]
    notes = [note for one in prepared for note in one.notes]
    notes.append(unused_rates([one.rates for one in prepared]))
    for note in filter(None, dict.fromkeys(notes)):
        remark(note)
    return submit_all(connection, home, requests)
