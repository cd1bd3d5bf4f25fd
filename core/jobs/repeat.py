"""Making a run again, as it was, or from the request that it came from.

A run is computed from nothing but its row, so a copy of the row repeats it exactly:
the source of the strategy and the version of the data that it names are kept. Its
request takes the strategy and the price history of today.
"""

from dataclasses import dataclass
from typing import NamedTuple

from core.datasets import find_dataset, open_bars
from core.errors import BacktapeError
from core.home import Home
from core.jobs.ledgers import in_generation, judge_repeat
from core.jobs.request import RunRequest, parse_request
from core.jobs.settings import RunSettings, unreadable
from core.limits import seconds_of
from core.market.timeframes import parse_timeframe
from core.strategies import registry
from core.version import code_version
from db import datasets, runs, strategies
from db.connection import Connection, transaction
from db.datasets import DatasetRecord
from db.runs import NewRun, RunRecord

# What a run is made with that there may be another version of.
STRATEGY, BARS = "strategy", "bars"


@dataclass(frozen=True)
class Repeat:
    """A run to be made again: `new` is stored as it is; `remarks` say what is not as it is today.

    `newer` names what of it there is in another version today: the strategy, the bars.
    """

    of: int
    new: NewRun
    remarks: tuple[str, ...]
    fresh: bool = False
    newer: tuple[str, ...] = ()


def plan_repeat(connection: Connection, home: Home, run: RunRecord, *, fresh: bool = False) -> Repeat:
    """Return the run that does the same as `run` did, reading only.

    A language model is not asked again what it was asked before, unless `fresh`.

    Raises:
        BacktapeError: what it was made with is not there any more.
    """
    _refuse_unreadable(run)
    if strategies.source_of(connection, run.strategy_version or "", run.strategy) is None:
        raise BacktapeError(
            f"Run {run.id} cannot be repeated: the source of {run.strategy} that it used is not kept."
        )
    dataset = _dataset(connection, run)
    open_bars(home, dataset, parse_timeframe(run.timeframe))
    judge_repeat(connection, home, run, fresh=fresh)
    strategy, data = _strategy_remark(home, run), _data_remark(connection, run, dataset)
    newer = (strategy.newer, data.newer)
    return Repeat(
        run.id,
        _copy(run),
        remarks=tuple(remark.sentence for remark in (strategy, data) if remark.sentence),
        fresh=fresh,
        newer=tuple(name for name in newer if name),
    )


def store_repeat(connection: Connection, repeat: Repeat) -> int:
    """Store the run as one that waits; return its number."""
    with transaction(connection):
        new = in_generation(connection, repeat.new, fresh=True) if repeat.fresh else repeat.new
        return runs.insert(connection, new)


def request_of(connection: Connection, run: RunRecord) -> RunRequest:
    """Return the request that a stored run came from.

    Raises:
        BacktapeError: its row holds something that no request could.
    """
    _refuse_unreadable(run)
    settings = RunSettings.of_run(run)
    dataset = datasets.by_digest(connection, run.dataset_version or "")
    return parse_request(
        {
            "strategy": run.strategy,
            "symbol": run.symbol,
            "timeframe": run.timeframe,
            "source": dataset.source if dataset is not None else None,
            "start": run.start_date,
            "end": run.end_date,
            "params": dict(run.params),
            "initial_balance": run.initial_balance,
            "spread_pips": run.spread_pips,
            "spread_source": settings.spread_source,
            "execution_mode": run.execution_mode,
            "volume": run.volume,
            "risk_pct": run.risk_pct,
            "commission_per_lot": run.commission_per_lot,
            "tp_partial_close_ratio": run.tp_partial_close_ratio,
            "context_tfs": run.context_tfs,
            "finer": settings.finer,
            "max_llm_calls": run.max_llm_calls,
            "memory_limit_mb": settings.memory_limit_mb,
            "time_limit_minutes": settings.time_limit_minutes,
            "leverage": settings.leverage,
            "account_currency": settings.account_currency,
            "rates": dict(settings.rates),
            "slippage_pips": settings.slippage_pips,
            "swap_long": settings.swap_long,
            "swap_short": settings.swap_short,
            "notes": run.notes,
        }
    )


def _refuse_unreadable(run: RunRecord) -> None:
    """Refuse a row that was edited by hand: what is left of it is another run."""
    if spoiled := unreadable(run):
        raise BacktapeError(
            f"Run {run.id} cannot be repeated: its row holds what Backtape did not write "
            f"({', '.join(spoiled)})."
        )


def _dataset(connection: Connection, run: RunRecord) -> DatasetRecord:
    dataset = datasets.by_digest(connection, run.dataset_version or "")
    if dataset is None:
        raise BacktapeError(
            f"Run {run.id} cannot be repeated: the price history of {run.symbol} that it used is gone; "
            "import it again and set up a new run."
        )
    return dataset


def _copy(run: RunRecord) -> NewRun:
    return NewRun(
        strategy=run.strategy,
        symbol=run.symbol,
        timeframe=run.timeframe,
        start_date=run.start_date,
        end_date=run.end_date,
        initial_balance=run.initial_balance,
        spread_pips=run.spread_pips,
        execution_mode=run.execution_mode,
        primary_tf=run.primary_tf,
        context_tfs=run.context_tfs,
        max_llm_calls=run.max_llm_calls,
        commission_per_lot=run.commission_per_lot,
        tp_partial_close_ratio=run.tp_partial_close_ratio,
        volume=run.volume,
        risk_pct=run.risk_pct,
        params=run.params,
        settings=run.settings,
        strategy_version=run.strategy_version,
        dataset_version=run.dataset_version,
        code_version=code_version(),
        data_file_path=run.data_file_path,
        notes=run.notes,
        uses_model=run.job is not None and run.job.uses_model,
        time_limit=seconds_of(RunSettings.of_run(run).time_limit_minutes),
    )


class _Remark(NamedTuple):
    """What is not as it is today, and the name of what there is in another version."""

    sentence: str = ""
    newer: str = ""


def _strategy_remark(home: Home, run: RunRecord) -> _Remark:
    """Return which source a repeat uses where today's is another."""
    try:
        today = registry.find(run.strategy, home.strategies).version
    except BacktapeError:
        today = None
    if today == run.strategy_version:
        return _Remark()
    repeats = f"this repeats it as it was, version {_short(run.strategy_version)}"
    if today is None:
        return _Remark(f"{run.strategy} cannot be used now; {repeats}.")
    return _Remark(f"{run.strategy} has changed since; {repeats}.", STRATEGY)


def _data_remark(connection: Connection, run: RunRecord, used: DatasetRecord) -> _Remark:
    """Return which price history a repeat uses where the library has another."""
    try:
        today = find_dataset(connection, run.symbol, run.timeframe, used.source or None)
    except BacktapeError:
        return _Remark(
            f"{run.symbol} is not in the library any more; this repeats the run on the bars it had."
        )
    if today.digest == used.digest:
        return _Remark()
    return _Remark(
        f"The library has other bars of {run.symbol} now; this repeats the run on those it had, "
        f"imported {used.created_at:%Y-%m-%d %H:%M}.",
        BARS,
    )


def _short(version: str | None) -> str:
    return (version or "unknown")[:12]
