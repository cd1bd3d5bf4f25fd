"""One market, and what is run on it: the engine, and a C loop of the same rules compiled here and now."""

import ctypes
import math
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.engine.broker import Broker
from core.engine.plan import Plan
from core.engine.records import TRADE
from core.engine.simulation import Outcome, simulate
from core.engine.terms import Terms
from core.market.bars import Bars
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from core.results.metrics import Metrics, measure
from core.strategies import Strategy
from core.strategies.builtin.sma_cross import SmaCross
from core.strategies.context import Context
from core.strategies.signals import ENTER_BUY, Decisions, Signals, decisions

SOURCE = Path(__file__).with_name("broker_loop.c")
FLAGS = ("-O3", "-march=native", "-ffp-contract=off", "-fno-math-errno", "-shared", "-fPIC")
FAST, SLOW, STOP_PIPS, TARGET_PIPS = 20, 50, 20.0, 40.0
TRAILING_PIPS, LIMIT_PIPS = 15.0, 4.0
TERMS = Terms(mode="intra_candle", initial_balance=1_000_000.0, commission_per_lot=5.0)
MOST_TARGETS = 8

# What the C loop reckons, in its order: columns and statistics of `core.results.metrics`.
FIGURES = (
    *("win_rate", "profit_factor", "expectancy", "max_drawdown_pct", "recovery_factor", "sharpe_ratio"),
    *("sortino_ratio", "total_return_pct", "avg_win", "avg_loss", "max_consec_wins", "max_consec_losses"),
    *("max_drawdown", "ulcer_index", "time_under_water_pct", "longest_under_water_bars", "exposure_pct"),
    *("commission", "best_trade", "worst_trade", "best_five_share", "avg_mae", "avg_mfe", "positions"),
    *("position_win_rate", "sqn", "z_score", "returns", "returns_skewness", "returns_kurtosis"),
    "last_month_profit",
)


class CTerms(ctypes.Structure):
    """`Terms` of broker_loop.c."""

    _fields_ = (
        *((name, ctypes.c_double) for name in ("spread", "scale", "contract", "commission")),
        *((name, ctypes.c_double) for name in ("ratio", "leverage", "stop")),
        ("targets", ctypes.c_double * MOST_TARGETS),
        *((name, ctypes.c_int64) for name in ("target_count", "steps", "minimum_steps", "steps_per_lot")),
    )


class Empty(Strategy):
    """Is asked at every bar and decides nothing."""

    def on_bar(self, context: Context) -> object:
        """Do nothing."""


class Holding(Strategy):
    """Buys once and looks at its position at every bar."""

    def on_bar(self, context: Context) -> object:
        """Enter when flat."""
        return context.buy() if context.position is None else None


class Turning(Strategy):
    """Looks at its position at every bar, enters when flat and leaves after fifty bars."""

    def on_bar(self, context: Context) -> object:
        """Enter when flat, leave after fifty bars."""
        position = context.position
        if position is None:
            return context.buy(stop=0.002)
        return context.exit() if context.index - position.entry_index >= SLOW else None


def market(count: int) -> Bars:
    """Return so many bars of one minute of the built-in synthetic market."""
    return synthetic_bars(timeframe=Timeframe.M1, years=count // 350_000 + 1).slice(0, count)


def compile_loop(folder: Path) -> ctypes.CDLL:
    """Compile the C loop for this machine."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        sys.exit("There is no C compiler here; install one (cc, gcc or clang) to run this benchmark.")
    library = folder / "broker_loop.so"
    subprocess.run([compiler, *FLAGS, "-o", library, SOURCE, "-lm"], check=True)
    loop = ctypes.CDLL(str(library))
    loop.broker_alone.restype = loop.whole_run.restype = ctypes.c_int64
    return loop


@dataclass
class Contest:
    """One market, and what is run on it."""

    bars: Bars
    loop: ctypes.CDLL

    def __post_init__(self) -> None:
        self.strategy = SmaCross(fast=FAST, slow=SLOW, stop_pips=STOP_PIPS, target_pips=TARGET_PIPS)
        self.given: Signals = self.strategy.signals(self.bars)
        self.decided: Decisions = decisions(self.given, self.bars)
        side = np.where(self.decided.action & ENTER_BUY, 1.0, -1.0)
        prices = self.bars.close - side * LIMIT_PIPS * self.bars.pip
        self.orders: Decisions = replace(self.decided, at_limit=prices)
        self.outcome: Outcome = self.simulated()
        self.trades = np.zeros(len(self.bars) // 2 + 16, TRADE)
        self.equity = np.zeros(len(self.bars))
        self.scratch = np.zeros(len(self.bars) + 2)
        self.figures = np.zeros(len(FIGURES))
        self.terms = _c_terms(self.bars)

    def c_broker(self) -> int:
        """Run the C loop on actions that lie ready."""
        bars = self.bars
        columns = (bars.open, bars.high, bars.low, bars.close, self.decided.action)
        return int(self._call(self.loop.broker_alone, columns, ()))

    def c_whole(self) -> int:
        """Run signals, broker and figures in one C loop."""
        bars = self.bars
        columns = (bars.time, bars.open, bars.high, bars.low, bars.close)
        lengths = (ctypes.c_int64(FAST), ctypes.c_int64(SLOW))
        return int(
            self._call(self.loop.whole_run, columns, lengths, _address(self.scratch), _address(self.figures))
        )

    def _call(
        self,
        function: Callable[..., int],
        columns: tuple[npt.NDArray[np.generic], ...],
        middle: tuple[ctypes.c_int64, ...],
        *more: ctypes.c_void_p,
    ) -> int:
        return function(
            ctypes.c_int64(len(self.bars)),
            *(_address(column) for column in columns),
            *middle,
            ctypes.byref(self.terms),
            ctypes.c_double(TERMS.initial_balance),
            _address(self.trades),
            _address(self.equity),
            *more,
        )

    def broker(self) -> Broker:
        """Run our broker on decisions that lie ready."""
        return self._run(self.decided)

    def trailing(self) -> Broker:
        """Run our broker on the same decisions with a trailing stop."""
        return self._run(self.decided, trailing_pips=TRAILING_PIPS)

    def waiting(self) -> Broker:
        """Run our broker on the same decisions as orders that wait below or above the close."""
        return self._run(self.orders)

    def _run(self, decided: Decisions, *, trailing_pips: float = 0.0) -> Broker:
        broker = Broker(self.bars, TERMS, Plan.of(decided, 0), trailing_pips=trailing_pips)
        broker.run(len(self.bars))
        return broker

    def signals(self) -> Signals:
        """Take the signals."""
        return self.strategy.signals(self.bars)

    def checks(self) -> Decisions:
        """Check signals that lie ready."""
        return decisions(self.given, self.bars)

    def simulated(self) -> Outcome:
        """Run signals and broker."""
        return simulate(self.bars, self.strategy, TERMS)

    def measured(self) -> Metrics:
        """Reckon all metrics of an outcome that lies ready."""
        return measure(self.outcome, self.bars, TERMS)

    def whole(self) -> Metrics:
        """Run signals, broker and all metrics."""
        return measure(self.simulated(), self.bars, TERMS)

    def stepped(self, strategy: Strategy) -> Outcome:
        """Run an `on_bar` strategy."""
        return simulate(self.bars, strategy, TERMS)

    def agree(self) -> None:
        """Leave unless the C loop and the engine give the same trades and equity, to the bit, and figures."""
        ours = self.broker()
        for run in (self.c_broker, self.c_whole):
            count = run()
            same = self.trades[:count].tobytes() == ours.trades.tobytes()
            if not same or self.equity.tobytes() != ours.equity.tobytes():
                sys.exit(f"The C loop ({run.__name__}) and the engine differ; figures would mean nothing.")
        wanted = _figures(self.whole())
        for name, found in zip(FIGURES, self.figures.tolist(), strict=True):
            if not math.isclose(found, wanted[name], rel_tol=1e-9, abs_tol=1e-9):
                sys.exit(f"The C loop finds a {name} of {found}, the engine one of {wanted[name]}.")


def _figures(metrics: Metrics) -> dict[str, float]:
    months = metrics.statistics["monthly_returns"]
    found = {**metrics.columns(), **metrics.statistics}
    last = months[-1]["profit"] if isinstance(months, list) else None
    numbers = {name: value for name, value in found.items() if isinstance(value, int | float)}
    return {**numbers, "last_month_profit": float(last or 0.0)}


def _c_terms(bars: Bars) -> CTerms:
    instrument = bars.instrument
    return CTerms(
        spread=(TERMS.spread_pips or 0.0) * instrument.pip,
        scale=instrument.price_scale,
        contract=instrument.contract_size,
        commission=TERMS.commission_per_lot,
        ratio=TERMS.partial_ratio,
        leverage=TERMS.leverage,
        stop=STOP_PIPS * instrument.pip,
        targets=(ctypes.c_double * MOST_TARGETS)(TARGET_PIPS * instrument.pip),
        target_count=1,
        steps=round(TERMS.volume * 100),
        minimum_steps=1,
        steps_per_lot=100,
    )


def _address(column: npt.NDArray[np.generic]) -> ctypes.c_void_p:
    return ctypes.c_void_p(column.ctypes.data)
