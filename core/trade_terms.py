"""What is told of a run's trades beside what is stored of them: pips, bars held, risks."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from core.errors import BacktapeError
from core.home import Home
from db import trades
from db.connection import Connection
from db.runs import RunRecord
from db.trades import TradeRecord

BarsHeld = Callable[[TradeRecord], int]


@dataclass(frozen=True)
class TradeTerms:
    """What the figures of a run's trades are made with; of what is not known they are undefined.

    `digits` are those of its prices and `pip` is in price, None for a market that is not
    known; `bars_held` counts bars, and is None where they are gone. `has_risks` where trades
    have the stops that they began with.
    """

    digits: int = 5
    pip: float | None = None
    has_risks: bool = False
    bars_held: BarsHeld | None = None

    @property
    def pip_places(self) -> int:
        """How many decimals of a distance in pips mean anything: to a tenth of the last digit of prices."""
        return max(0, math.ceil(self.digits + math.log10(self.pip or 1.0)) + 1)

    def pips(self, trade: TradeRecord) -> float | None:
        """Return how far the price went the trade's way, in pips."""
        return trade.moved / self.pip if self.pip else None

    def bars(self, trade: TradeRecord) -> int | None:
        """Return how many bars the trade was held."""
        return None if self.bars_held is None else self.bars_held(trade)

    def risks(self, trade: TradeRecord) -> float | None:
        """Return how far the price went the trade's way, in distances of the stop that it began with."""
        return trade.in_risks if self.has_risks else None


def read_terms(connection: Connection, home: Home, run: RunRecord) -> TradeTerms:
    """Return the terms of a run's trades.

    A stop that a trade keeps is the one at its end, so that it tells the risk only where the
    strategy leaves its stops alone.
    """
    from core.config import own_instruments
    from core.market.instruments import find_instrument
    from core.stop_rules import stop_rule

    has_risks = trades.have_stops(connection, run.id) and stop_rule(connection, run) == "stays"
    bars_held = _bars_held(connection, home, run)
    try:
        market = find_instrument(run.symbol, own_instruments(home))
    except BacktapeError:
        return TradeTerms(has_risks=has_risks, bars_held=bars_held)
    return TradeTerms(market.digits, market.pip, has_risks, bars_held)


def _bars_held(connection: Connection, home: Home, run: RunRecord) -> BarsHeld | None:
    """Return what counts the bars from the one of the entry to that of the exit; None if they are gone."""
    from core.jobs.bars_of_run import bars_of_run

    try:
        bars = bars_of_run(connection, home, run)
    except BacktapeError:
        return None
    import numpy as np

    seconds = bars.time.view(np.int64)

    def count(trade: TradeRecord) -> int:
        # Whole numbers: for a float among them all bars would be turned into floats, at each trade.
        entered, left = (int(moment.timestamp()) for moment in (trade.entry_time, trade.exit_time))
        return int(np.searchsorted(seconds, left) - np.searchsorted(seconds, entered))

    return count
