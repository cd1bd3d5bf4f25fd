"""What a chart needs of its run: bars, trades, and the terms that turn prices into money."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import BacktapeError
from core.home import Home
from core.stop_rules import StopRule, stop_rule
from db import trades
from db.connection import Connection
from db.runs import RunRecord
from tui.chart.run_trades import RunTrades
from tui.chart.standing import Terms

if TYPE_CHECKING:
    from core.market.bars import Bars


@dataclass(frozen=True, eq=False)
class Loaded:
    """The bars of a run's period, mapped; their decimals and highest price; terms, and how stops go."""

    bars: "Bars"
    digits: int
    highest: float
    terms: Terms
    stop_rule: StopRule = "stays"


def load(connection: Connection, home: Home, run: RunRecord) -> Loaded:
    """Return what the chart of a run is drawn from.

    Raises:
        BacktapeError: its bars were removed or changed since.
    """
    from core.jobs.bars_of_run import bars_of_run

    bars = bars_of_run(connection, home, run)
    if not len(bars):
        raise BacktapeError("There are no bars in the period of this run.")
    digits, highest = bars.instrument.digits, float(bars.high.max())
    return Loaded(bars, digits, highest, _terms(run, bars), stop_rule(connection, run))


def load_trades(connection: Connection, run: RunRecord) -> RunTrades | None:
    """Return the trades of a run, None for one that keeps none."""
    return RunTrades(trades.times(connection, run.id)) if run.status == "completed" else None


def _terms(run: RunRecord, bars: "Bars") -> Terms:
    from core.jobs.settings import RunSettings

    settings, instrument = RunSettings.of_run(run), bars.instrument
    currency = settings.account_currency
    return Terms(
        balance=run.initial_balance,
        contract=instrument.contract_size,
        commission=run.commission_per_lot,
        pip=instrument.pip,
        spread=None if settings.spread_source == "data" else run.spread_pips * instrument.pip,
        money="same" if currency == instrument.quote else "base" if currency == instrument.base else "",
    )
