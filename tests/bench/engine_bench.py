"""The engine beside a C loop of the same rules, compiled here and now.

    python -m tests.bench.engine_bench [--bars 1000000] [--growth]

Every figure is the processor time of the fastest of several runs, taken in
turns, so that a busy machine slows all of them alike. The C loop's trades and equity must be the
engine's to the last bit, else nothing is printed.
"""

import argparse
import ctypes
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
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
from core.results.metrics import measure
from core.strategies import Strategy
from core.strategies.builtin.sma_cross import SmaCross
from core.strategies.context import Context
from core.strategies.signals import Decisions, decisions

SOURCE = Path(__file__).with_name("broker_loop.c")
FAST, SLOW, STOP_PIPS, TARGET_PIPS = 20, 50, 20.0, 40.0
TERMS = Terms(mode="intra_candle", initial_balance=1_000_000.0, commission_per_lot=5.0)
ROUNDS = 15
MOST_TARGETS = 8


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


class Looking(Strategy):
    """Looks at its position at every bar, and turns around every fifty."""

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
    flags = ["-O3", "-march=native", "-ffp-contract=off", "-shared", "-fPIC"]
    subprocess.run([compiler, *flags, "-o", library, SOURCE, "-lm"], check=True)
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
        self.decided: Decisions = decisions(self.strategy.signals(self.bars), self.bars)
        self.trades = np.zeros(len(self.bars) // 2 + 16, TRADE)
        self.equity = np.zeros(len(self.bars))
        self.figures = np.zeros(4)
        instrument = self.bars.instrument
        self.terms = CTerms(
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
        return int(self._call(self.loop.whole_run, columns, lengths, _address(self.figures)))

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
        broker = Broker(self.bars, TERMS, Plan.of(self.decided, 0))
        broker.run(len(self.bars))
        return broker

    def signals(self) -> Decisions:
        """Take and check the signals."""
        return decisions(self.strategy.signals(self.bars), self.bars)

    def simulated(self) -> Outcome:
        """Run signals and broker."""
        return simulate(self.bars, self.strategy, TERMS)

    def whole(self) -> object:
        """Run signals, broker and all metrics."""
        return measure(self.simulated(), self.bars, TERMS)

    def stepped(self, strategy: Strategy) -> Outcome:
        """Run an `on_bar` strategy."""
        return simulate(self.bars, strategy, TERMS)

    def agree(self) -> None:
        """Leave unless the C loop and the engine give the same bits."""
        ours = self.broker()
        for run in (self.c_broker, self.c_whole):
            count = run()
            same = self.trades[:count].tobytes() == ours.trades.tobytes()
            if not same or self.equity.tobytes() != ours.equity.tobytes():
                sys.exit(
                    f"The C loop ({run.__name__}) and the engine differ; the figures would mean nothing."
                )


def _address(column: npt.NDArray[np.generic]) -> ctypes.c_void_p:
    return ctypes.c_void_p(column.ctypes.data)


def fastest(runs: dict[str, Callable[[], object]], bars: int, rounds: int) -> dict[str, float]:
    """Return the fastest of several rounds of each run in ns a bar; the rounds take turns."""
    best = dict.fromkeys(runs, float("inf"))
    for name in [*runs] * (rounds + 1):
        start = time.process_time_ns()
        runs[name]()
        best[name] = min(best[name], (time.process_time_ns() - start) / bars)
    return best


def print_table(contest: Contest) -> None:
    """Measure and print one row a run, with its ratio to the C loop that does the same."""
    runs: dict[str, Callable[[], object]] = {
        "C loop, broker alone": contest.c_broker,
        "C loop, signals + broker + metrics": contest.c_whole,
        "engine, broker alone": contest.broker,
        "engine, signals": contest.signals,
        "engine, signals + broker": contest.simulated,
        "engine, signals + broker + all metrics": contest.whole,
    }
    stepped: dict[str, Callable[[], object]] = {
        "on_bar, empty": lambda: contest.stepped(Empty()),
        "on_bar, looks at its position": lambda: contest.stepped(Looking()),
    }
    best = fastest(runs, len(contest.bars), ROUNDS) | fastest(stepped, len(contest.bars), 3)
    bases = {"engine, broker alone": "C loop, broker alone"}
    bases["engine, signals + broker + all metrics"] = "C loop, signals + broker + metrics"
    print(f"{'':42}{'ns a bar':>10}{'to C':>8}")
    for name, cost in best.items():
        ratio = f"{cost / best[bases[name]]:.2f}x" if name in bases else ""
        print(f"{name:42}{cost:10.1f}{ratio:>8}")


def print_growth(contest_of: Callable[[int], Contest]) -> None:
    """Print what a bar costs as the number of bars grows."""
    print(f"\n{'bars':>12}{'broker':>10}{'whole run':>12}   ns a bar")
    for count in (10_000, 100_000, 1_000_000, 10_000_000):
        contest = contest_of(count)
        best = fastest({"broker": contest.broker, "whole": contest.whole}, count, 5)
        print(f"{count:12,}{best['broker']:10.1f}{best['whole']:12.1f}")


def main() -> None:
    """Run the benchmark and print its tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--bars", type=int, default=1_000_000)
    parser.add_argument("--growth", action="store_true", help="also from 10 k to 10 M bars")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        loop = compile_loop(Path(folder))
        contest = Contest(market(options.bars), loop)
        contest.agree()
        trades = len(contest.broker().trades)
        print(f"sma_cross({FAST}, {SLOW}) on {len(contest.bars):,} synthetic M1 bars, {trades:,} trades\n")
        print_table(contest)
        if options.growth:
            print_growth(lambda count: Contest(market(count), loop))


if __name__ == "__main__":
    main()
