"""The options that choose bars and parameters, for every command that hands them to a strategy."""

import argparse

from tui.commands import parsing


def add_choices(parser: argparse.ArgumentParser) -> None:
    """Declare the source of the bars, the period and the parameters."""
    add = parser.add_argument
    add(
        "--source",
        metavar="NAME",
        help="which of several imports of the symbol, as named at import (default: the one without a "
        "name, else the only one)",
    )
    add(
        "--from",
        dest="start",
        type=parsing.moment,
        metavar="DATE",
        help="first day, such as 2020-01-31; a month or a year, such as 2020-01 or 2020, is its first day "
        "(default: the first there is)",
    )
    add(
        "--to",
        dest="end",
        type=parsing.moment,
        metavar="DATE",
        help="up to this day, itself left out; read like --from (default: through the last bar)",
    )
    add(
        "--set",
        dest="params",
        action="append",
        type=parsing.assignment,
        default=[],
        metavar="NAME=VALUE",
        help="a parameter of the strategy, such as lookback=40; may be given several times (default: the "
        "strategy's own)",
    )
