"""Reading what the figures of a run's trades are made with: its market, its bars, its stops."""

from core.config import own_instruments
from core.errors import BacktapeError
from core.home import Home
from core.jobs.bars_of_run import bars_of_run
from core.market.instruments import find_instrument
from db import trades
from db.connection import Connection
from db.runs import RunRecord
from db.trades import TradeRecord
from tui.chart.loading import stop_rule
from tui.pages.trades import BarsHeld, TradeTerms


def read_terms(connection: Connection, home: Home, run: RunRecord) -> TradeTerms:
    """Return the terms of a run's trades; of what is gone or not known the figures are undefined.

    A stop that a trade keeps is the one at its end, so that it tells the risk only where the
    strategy leaves its stops alone.
    """
    has_risks = trades.have_stops(connection, run.id) and stop_rule(connection, run) == "stays"
    bars_held = _bars_held(connection, home, run)
    try:
        market = find_instrument(run.symbol, own_instruments(home))
    except BacktapeError:
        return TradeTerms(has_risks=has_risks, bars_held=bars_held)
    return TradeTerms(market.digits, market.pip, has_risks, bars_held)


def _bars_held(connection: Connection, home: Home, run: RunRecord) -> BarsHeld | None:
    """Return what counts the bars from the one of the entry to that of the exit; None if they are gone."""
    try:
        bars = bars_of_run(connection, home, run)
    except BacktapeError:
        return None
    import numpy as np

    seconds = bars.time.view(np.int64)

    def count(trade: TradeRecord) -> int:
        entered, left = (moment.timestamp() for moment in (trade.entry_time, trade.exit_time))
        return int(np.searchsorted(seconds, left) - np.searchsorted(seconds, entered))

    return count
