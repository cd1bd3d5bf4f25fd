"""One run from its row in the store to its result: what a worker computes."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.errors import BacktapeError
from core.home import Home
from core.jobs.beats import AttemptLost, Beats, Cancelled, TimeUp
from core.jobs.model_of_run import Worker, model_of, telling
from core.jobs.period import bounds
from core.jobs.result_rows import trade_rows
from core.jobs.settings import RunSettings, terms_of, unreadable
from core.llm.client import NoModelError
from core.llm.secret import Secret
from core.market.timeframes import Timeframe, parse_timeframe
from db import datasets as dataset_table
from db import runs, strategies
from db.connection import Connection
from db.curves import CurveRecord
from db.datasets import DatasetRecord
from db.errors import StoreError
from db.jobs import STORING, RunResult
from db.runs import RunRecord

if TYPE_CHECKING:
    from core.engine.simulation import Outcome, Progress
    from core.engine.terms import Terms
    from core.llm.asking import Asking
    from core.market.bars import Bars
    from core.strategies.errors import StrategyError
    from core.strategies.strategy import Options, Strategy

# Points kept of a curve with more bars than that.
CURVE_POINTS = 100_000


@dataclass(frozen=True)
class Finished:
    """A computed run: its result, and the CSV to write once that is stored."""

    result: RunResult
    home: Home
    dataset: DatasetRecord
    timeframe: Timeframe

    def write_csv(self) -> None:
        """Write the bars tested as a CSV if no run on them has done so; its path is in the result."""
        from core.datasets import ensure_run_csv

        ensure_run_csv(self.home, self.dataset, self.timeframe)


@dataclass(frozen=True)
class _Window:
    """The bars a run is given: those of its period from `first` on, warm-up before."""

    bars: "Bars"
    first: int


@dataclass(frozen=True)
class _Beside:
    """What there is beside the bars of the run itself, None for what is not needed."""

    conversion: "Bars | None"
    finer: "Bars | None"
    asking: "Asking | None"


def load() -> None:
    """Import and compile all that `compute` needs, for a runner about to fork."""
    from core import datasets
    from core.engine import simulation
    from core.results import curve, metrics
    from core.strategies import context, indicators, loader, signals

    del datasets, curve, context, loader, signals
    simulation.warm()
    indicators.warm()
    metrics.warm()


def compute(
    home: Home, connection: Connection, run_id: int, beats: Beats, key: Secret | None = None
) -> Finished:
    """Return the result of a run from nothing but its row: stored source, stored version of the data.

    `key` is that of the endpoint of its language model.

    Raises:
        BacktapeError: the run cannot be done; the sentence is for its error message.
        Cancelled, AttemptLost, TimeUp: it is not to be done any more.
    """
    beats.phase("loading")
    run = runs.get(connection, run_id, deleted=True)
    if run is None:
        raise AttemptLost
    if spoiled := unreadable(run):
        raise BacktapeError(
            f"The row of the run holds what Backtape did not write ({', '.join(spoiled)}); "
            "set the run up anew."
        )
    return _Computing(home, connection, run).finish(beats, key)


def strategy_and_bars(home: Home, connection: Connection, run: RunRecord) -> "tuple[Strategy, Bars, int]":
    """Return the strategy of a run as it was submitted, its bars, and which of them its period begins with.

    Raises:
        BacktapeError: one of them is gone.
    """
    computing = _Computing(home, connection, run)
    strategy = computing.strategy()
    window = computing.window(strategy.options())
    return strategy, window.bars, window.first


class _Computing:
    """One run being computed."""

    def __init__(self, home: Home, connection: Connection, run: RunRecord) -> None:
        self._home, self._connection, self._run = home, connection, run
        self._settings = RunSettings.of_run(run)
        self._terms = terms_of(run, self._settings)
        self._timeframe = parse_timeframe(run.timeframe)
        self._dataset = self._version(run.dataset_version, run.symbol)
        # What was opened, and how its files looked just before.
        self._opened: list[tuple[DatasetRecord, tuple[tuple[int, ...], ...]]] = []

    def finish(self, beats: Beats, key: Secret | None) -> Finished:
        """Return what came of it."""
        strategy = self.strategy()
        window = self.window(strategy.options())
        worker = Worker(self._home, self._connection, beats, key)
        asking = model_of(worker, self._run, window.bars, window.first)
        beside = _Beside(self._conversion(), self._finer(), asking)
        beats.begin("deciding", window.bars.time[window.first :])
        outcome = _simulate(window, strategy, self._terms, beside, beats)
        self._make_sure_of_the_bars()
        beats.phase(STORING)
        result = _with_calls(_result(outcome, window.bars, self._terms), asking, outcome, self._terms)
        result = _with_holes(result, window, self._run)
        return Finished(result, self._home, self._dataset, self._timeframe)

    def strategy(self) -> "Strategy":
        """Return the strategy as it was when the run was submitted."""
        from core.strategies.loader import instance, load

        name, version = self._run.strategy, self._run.strategy_version or ""
        kept = strategies.source_of(self._connection, version, name)
        if kept is None:
            raise BacktapeError(f"The source of {name} that this run was submitted with is not kept.")
        return instance(load(name, kept.source), self._run.params)

    def window(self, options: "Options") -> _Window:
        """Return the bars of the period, warm-up before them where there is any, contexts beside."""
        whole = self._open(self._dataset, self._timeframe)
        first, last = bounds(whole, self._run.start_date, self._run.end_date)
        contexts = {}
        for name in {*self._run.context_tfs, *options.context_timeframes}:
            timeframe = parse_timeframe(name)
            other = self._settings.contexts.get(timeframe)
            source = self._dataset if other is None else self._version(other, self._run.symbol)
            contexts[timeframe] = self._open(source, timeframe)
        warmup = min(options.warmup, first)
        return _Window(whole.with_context(contexts).slice(first - warmup, last), warmup)

    def _open(self, record: DatasetRecord, timeframe: Timeframe) -> "Bars":
        from core.datasets import bars_stamp, open_bars

        self._opened.append((record, bars_stamp(self._home, record)))
        return open_bars(self._home, record, timeframe)

    def _make_sure_of_the_bars(self) -> None:
        """Refuse a result on files that were touched while they were mapped here: it may mix two histories.

        Raises:
            BacktapeError: one of those that the run was computed from was.
        """
        from core.datasets import bars_stamp, open_bars

        for record, before in self._opened:
            if bars_stamp(self._home, record) != before:
                open_bars(self._home, record, record.timeframe)  # says what is wrong with it now
                raise BacktapeError(
                    f"The price history of {record.symbol} {record.timeframe} was touched while the run was "
                    "under way; repeat the run."
                )

    def _conversion(self) -> "Bars | None":
        """Return the bars that turn profits into the account currency, None where none are needed."""
        if self._settings.conversion is None:
            return None
        record = self._version(self._settings.conversion, "the conversion pair")
        own = parse_timeframe(record.timeframe)
        wanted = self._timeframe if own.divides(self._timeframe) else own
        return self._open(record, wanted)

    def _finer(self) -> "Bars | None":
        """Return the bars that decide inside the run's own, None where none were asked for."""
        if self._settings.finer is None:
            return None
        record = self._version(self._settings.finer_version, self._run.symbol)
        return self._open(record, parse_timeframe(self._settings.finer))

    def _version(self, digest: str | None, symbol: str) -> DatasetRecord:
        record = dataset_table.by_digest(self._connection, digest or "")
        if record is None:
            raise BacktapeError(f"The price history of {symbol} that this run was submitted with is gone.")
        return record


def _simulate(
    window: _Window, strategy: "Strategy", terms: "Terms", beside: _Beside, beats: Beats
) -> "Outcome":
    """Run the strategy; whatever its code raises is told with file, line and bar."""
    from core.engine.simulation import simulate
    from core.strategies.loader import fault

    ended_at = -1

    def broken_off(progress: "Progress", index: int) -> None:
        nonlocal ended_at
        ended_at = index
        beats.broken_off(progress)

    try:
        return simulate(
            window.bars,
            strategy,
            terms,
            first=window.first,
            conversion=beside.conversion,
            finer=beside.finer,
            llm=beside.asking,
            on_progress=telling(beats, beside.asking, window.first),
            on_break=broken_off,
        )
    except (Cancelled, AttemptLost, TimeUp, MemoryError, NoModelError, StoreError):
        raise
    except BaseException as error:
        told = fault(error)
        if told.file is None and isinstance(error, BacktapeError):
            raise
        raise _with_bar(told, window.bars, ended_at) from error
    finally:
        if beside.asking is not None:
            beside.asking.book.write()


def _with_bar(told: "StrategyError", bars: "Bars", index: int) -> "StrategyError":
    """Return a fault with the bar it came at, unless it names that itself, or came before any bar."""
    from core.strategies.errors import StrategyError
    from core.strategies.signals import bar_named

    said = str(told).removeprefix(f"{told.file}, line {told.line}: ")
    if not 0 <= index < len(bars) or f"bar {index} (" in said:
        return told
    sentence = f"At {bar_named(bars, index)}: {said}"
    return StrategyError(sentence, file=told.file, line=told.line, field=told.field)


def _with_calls(result: RunResult, asking: "Asking | None", outcome: "Outcome", terms: "Terms") -> RunResult:
    """Return a result with what became of each call to a model, and with their figures."""
    if asking is None:
        return result
    return replace(
        result,
        calls=asking.met(outcome.trades, at_next_open=terms.mode == "intra_candle"),
        statistics={**result.statistics, **asking.figures.statistics()},
    )


def _with_holes(result: RunResult, window: _Window, run: RunRecord) -> RunResult:
    """Return a result with the weeks of its period that hold no bar at all, if there are any."""
    from core.market.holes import find_holes

    bars = window.bars.slice(window.first, len(window.bars))
    holes = find_holes(bars, start=run.start_date, end=run.end_date, longest=1)
    return replace(result, statistics={**result.statistics, **holes.statistics()})


def _result(outcome: "Outcome", bars: "Bars", terms: "Terms") -> RunResult:
    from core.results.curve import pack, preview, reduce
    from core.results.metrics import measure

    metrics = measure(outcome, bars, terms)
    times = bars.time[outcome.first :]
    times, values = reduce(times, outcome.equity, CURVE_POINTS)
    return RunResult(
        metrics=metrics.columns(),
        trades=trade_rows(outcome, bars),
        curve=CurveRecord(
            points=len(times),
            preview=preview(values),
            curve=pack(times, values),
        ),
        statistics=metrics.statistics,
    )
