"""Imports the built-in sample market and prints what it did as JSON: `python -m tui.sample`."""

import json
import sys
from contextlib import closing

from core.errors import BacktapeError
from core.home import Home
from db.errors import StoreError


def main() -> int:
    """Import the sample; return 1 with a sentence on stderr when it is refused."""
    from core.datasets import import_bars

    from core.market.synthetic import synthetic_bars
    from db.connection import connect
    from db.upgrade import open_store

    try:
        home = Home.locate().create()
        open_store(home.store)
        with closing(connect(home.store)) as connection:
            one = import_bars(home, connection, synthetic_bars(), dialect="synthetic")
    except (BacktapeError, StoreError) as error:
        print(error, file=sys.stderr)
        return 1
    told = {
        "symbol": one.symbol,
        "timeframe": str(one.timeframe),
        "rows": one.rows,
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "dialect": one.dialect,
        "timezone": one.timezone,
        "dropped": [],
        "warnings": list(one.warnings),
    }
    print(json.dumps([told]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
