"""One run of a strategy on bars: what is decided, and what the broker makes of it."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from core.engine.account import SteppedAccount
from core.engine.broker import Broker
from core.engine.plan import GrowingPlan, Plan
from core.engine.terms import Terms
from core.errors import BacktapeError
from core.live_curve import told_bars
from core.market.bars import Bars

if TYPE_CHECKING:
    from core.strategies.context import Context
    from core.strategies.model import Model
    from core.strategies.strategy import Strategy

Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.datetime64]

CHUNK = 20_000

# Stepping bar by bar: bars between two looks at the clock, seconds that make such a
# stretch quick, and seconds without a report.
_STRETCH = 64
_QUICK = 0.01
_SILENCE = 0.2


@dataclass(frozen=True, eq=False)
class Progress:
    """How far a run is: bars of the period done and in all, trades so far, equity now."""

    done: int
    total: int
    trades: int
    equity: float
    marked: Floats

    @property
    def curve(self) -> Floats:
        """The equity so far at evenly spaced bars, the newest last; see `live_curve.told_bars`."""
        return self.marked[np.array(told_bars(self.done), np.intp)]


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of a run.

    `trades` is an array of `records.TRADE`; its indices count the bars of the
    run, warm-up included, so `bars.time[trades["entry_index"]]` are entry times.
    `equity` holds one value for each bar of the period, `bars[first:]`.
    `refused` counts refused entries by reason; `stopped_at` is the index of the
    bar at which equity was gone, None if it never was. `bars_held` counts the
    bars at whose close a position was open, `spread_mean` is in pips.
    """

    trades: "npt.NDArray[np.void]"
    equity: Floats
    first: int
    spread_mean: float
    ambiguous_exits: int
    refused: dict[str, int]
    stopped_at: int | None
    bars_held: int

    @property
    def refused_entries(self) -> int:
        """How many entries were refused, for whatever reason."""
        return sum(self.refused.values())

    @property
    def stopped_out(self) -> bool:
        """Whether the account was used up before the end."""
        return self.stopped_at is not None


def simulate(
    bars: Bars,
    strategy: "Strategy",
    terms: Terms,
    *,
    first: int = 0,
    conversion: Bars | None = None,
    finer: Bars | None = None,
    llm: "Model | None" = None,
    on_progress: Callable[[Progress], None] | None = None,
    on_break: Callable[[Progress, int], None] | None = None,
) -> Outcome:
    """Run a strategy over `bars[first:]`; the bars before are its warm-up.

    `conversion` holds the bars of the pair that `conversion_pairs` asks for,
    `finer` those of the same symbol that decide ambiguous bars. `llm` is the language
    model that `on_bar` may ask. `on_progress` is called about every 20,000 bars; what
    it raises ends the run. `on_break` is called when anything ends it among the bars: with
    how far it has come, and the index of the bar that was decided on.

    Raises:
        BacktapeError: the strategy or the terms do not fit the bars; names the
            bar where there is one.
    """
    if not 0 <= first < len(bars):
        raise BacktapeError("There are no bars in this period; choose another one or import more.")
    run = _Run(bars, strategy, terms, first, conversion, finer, llm, on_progress, on_break)
    if strategy.kind() == "signals":
        run.all_at_once()
    else:
        run.bar_by_bar()
    return run.outcome()


@dataclass(eq=False)
class _Run:
    """One simulation under way."""

    bars: Bars
    strategy: "Strategy"
    terms: Terms
    first: int
    conversion: Bars | None
    finer: Bars | None
    llm: "Model | None"
    on_progress: Callable[[Progress], None] | None
    on_break: Callable[[Progress, int], None] | None

    def all_at_once(self) -> None:
        """Take the decisions of all bars from `signals`, then run the broker in chunks."""
        from core.strategies.returned import signals_of

        self._broker = self._open(Plan.of(signals_of(self.strategy, self.bars), self.first))
        upto = self.first
        try:
            for upto in self._chunks():
                self._broker.run(upto)
                self._report(upto)
        except BaseException:
            self._report_break(upto)
            raise

    def bar_by_bar(self) -> None:
        """Ask `on_bar` at every close; the broker follows as far as it is asked about."""
        from core.strategies.context import Context

        plan = GrowingPlan(len(self.bars), self.first)
        self._broker = self._open(plan)
        account = SteppedAccount(self._broker, plan, intra=self.terms.mode == "intra_candle")
        context = Context(self.bars, account, self.llm)
        try:
            self._step(account, context)
        except BaseException:
            self._report_break(context.index)
            raise

    def _step(self, account: SteppedAccount, context: "Context") -> None:
        from core.strategies.returned import wrong_return

        llm = self.llm
        on_bar = self.strategy.on_bar
        pace = _Pace(self.first, len(self.bars))
        for start, upto in pace:
            for index in range(start, upto):
                context.index = index
                if (returned := on_bar(context)) is not None or context.decision is not None:
                    decision = context.decision
                    if decision is None or (returned is not None and returned is not decision):
                        raise wrong_return(self.strategy, returned, self.bars, index)
                    account.decide(index, decision)
                    context.decision = None
                    if llm is not None:
                        llm.decided(index, decision)
            if pace.due(upto):
                account.drive(upto)
                self._report(upto)

    def outcome(self) -> Outcome:
        """Return what came of it."""
        broker = self._broker
        stopped_at = broker.count("stopped_at")
        return Outcome(
            trades=broker.trades,
            equity=broker.equity,
            first=self.first,
            spread_mean=broker.spread_mean,
            ambiguous_exits=broker.count("ambiguous_exits"),
            refused={reason: broker.count(f"refused_{reason}") for reason in ("margin", "size", "stop")},
            stopped_at=None if stopped_at < 0 else stopped_at,
            bars_held=broker.count("bars_held"),
        )

    def _open(self, plan: Plan) -> Broker:
        options = self.strategy.options()
        return Broker(
            self.bars,
            self.terms,
            plan,
            first=self.first,
            trailing_pips=options.trailing_pips,
            breakeven=options.breakeven_after_target,
            max_bars=options.max_bars,
            conversion=self.conversion,
            finer=self.finer,
        )

    def _chunks(self) -> range | list[int]:
        ends = list(range(self.first + CHUNK, len(self.bars), CHUNK))
        return [*ends, len(self.bars)]

    def _report(self, upto: int) -> None:
        if self.on_progress is not None:
            broker = self._broker
            self.on_progress(self._progress(upto, broker.count("trade_count"), broker.board.number("marked")))

    def _report_break(self, index: int) -> None:
        """Carry out what was decided before the bar that the run ends at, and say how far that leads."""
        if self.on_break is None:
            return
        broker = self._broker
        with suppress(BacktapeError):  # what the broker cannot go on for lies before that bar
            broker.run(max(index, self.first))
        upto = broker.count("fault_bar" if broker.count("fault") else "bar")
        # The bar that was decided on may have been begun; what closed in it is none of the bars done.
        trades = int((broker.trades["exit_index"] < upto).sum())
        equity = broker.equity[upto - self.first - 1] if upto > self.first else self.terms.initial_balance
        self.on_break(self._progress(upto, trades, float(equity)), index)

    def _progress(self, upto: int, trades: int, equity: float) -> Progress:
        return Progress(
            done=upto - self.first,
            total=len(self.bars) - self.first,
            trades=trades,
            equity=equity,
            marked=self._broker.equity,
        )


class _Pace:
    """Short stretches of bars to step through, so that a slow strategy is heard of while it works.

    A strategy that takes its time is stepped bar by bar; a fast one in stretches
    that make looking at the clock cheap, at most `_STRETCH` bars each.
    """

    def __init__(self, first: int, end: int) -> None:
        self._first, self._end = first, end
        self._told = time.monotonic()
        self._told_at = first

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Yield the stretches from the first bar to the end."""
        start, length = self._first, 1
        while start < self._end:
            upto = min(start + length, self._end)
            began = time.monotonic()
            yield start, upto
            start, length = upto, min(2 * length, _STRETCH) if time.monotonic() - began < _QUICK else 1

    def due(self, upto: int) -> bool:
        """Return whether to report at `upto`: after a chunk, after a while, and at the end."""
        now = time.monotonic()
        late = now - self._told >= _SILENCE or upto - self._told_at >= CHUNK or upto >= self._end
        if late:
            self._told, self._told_at = now, upto
        return late


def warm() -> None:
    """Compile the broker or load it, so that a process forked from this one starts at once.

    The first time on a machine this takes seconds.
    """
    from core.market.days import DayRule
    from core.market.instruments import find_instrument
    from core.market.timeframes import Timeframe
    from core.strategies import context, signals  # noqa: F401 - to have them loaded

    days = np.arange(2).astype("datetime64[D]").astype("datetime64[s]")
    price = np.ones(2)
    bars = Bars(
        find_instrument("EURUSD"), Timeframe.D1, DayRule("UTC"), days, price, price, price, price, price
    )
    Broker(bars, Terms(), GrowingPlan(len(bars), 0)).run(len(bars))
