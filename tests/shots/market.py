"""What the runs of the filled store brought: computed by the engine, on made-up markets."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from db.curves import CurveRecord
from db.jobs import RunResult
from db.runs import NewRun

if TYPE_CHECKING:
    from core.market.bars import Bars, Floats
    from core.strategies import Strategy

PERIOD = datetime(2020, 1, 27, tzinfo=UTC), datetime(2022, 1, 26, tzinfo=UTC)

# Markets on which some runs win and some lose: the sample's, and that of all real names,
# whose prices are multiples of the same ones.
_SAMPLE_SEED, _SEED = 13, 2
_PRICES = {"GBPUSD": 1.2, "USDJPY": 95.0, "XAUUSD": 1_600.0}


@cache
def bars_of(symbol: str, timeframe: str) -> "Bars":
    """Return two years of made-up bars."""
    import numpy as np

    from core.market.instruments import find_instrument
    from core.market.resample import resample
    from core.market.timeframes import parse_timeframe

    bars = resample(_market(_SAMPLE_SEED if symbol == "SYNTHETIC" else _SEED), parse_timeframe(timeframe))
    bars = bars.slice(0, int(np.searchsorted(bars.time, np.datetime64(PERIOD[1].replace(tzinfo=None), "s"))))
    instrument, factor = find_instrument(symbol), _PRICES.get(symbol, 1.0)
    prices = {
        name: np.round(getattr(bars, name) * factor, instrument.digits)
        for name in ("open", "high", "low", "close")
    }
    return replace(bars, instrument=instrument, decimals=-1, contexts={}, **prices)


@cache
def _market(seed: int) -> "Bars":
    from core.market.synthetic import synthetic_bars
    from core.market.timeframes import Timeframe

    return synthetic_bars(seed=seed, timeframe=Timeframe.M5, start=PERIOD[0].date(), years=2)


def result_of(new: NewRun) -> RunResult:
    """Return what a run leaves when it is done: figures, trades and curve that belong together."""
    from core.engine.simulation import simulate
    from core.jobs.result_rows import trade_rows
    from core.jobs.settings import RunSettings, terms_of
    from core.results.metrics import measure

    bars, terms = bars_of(new.symbol, new.timeframe), terms_of(new, RunSettings())
    outcome = simulate(bars, _strategy(new), terms)
    metrics = measure(outcome, bars, terms)
    return RunResult(
        metrics.columns(), trade_rows(outcome, bars), _curve(bars, outcome.equity), metrics.statistics
    )


def _strategy(new: NewRun) -> "Strategy":
    from core.strategies.builtin.donchian_breakout import DonchianBreakout
    from core.strategies.builtin.sma_cross import SmaCross

    known = {"donchian_breakout": DonchianBreakout, "sma_cross": SmaCross}
    return known[new.strategy](**new.params)


def _curve(bars: "Bars", equity: "Floats") -> CurveRecord:
    from core.results.curve import pack, preview

    return CurveRecord(len(equity), preview(equity), pack(bars.time, equity))
