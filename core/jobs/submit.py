"""Turning a request into a run: everything that can be judged before it starts is judged here."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from core.datasets import find_dataset, open_bars, run_csv
from core.engine.terms import Terms
from core.errors import BacktapeError
from core.home import Home
from core.jobs.request import RunRequest
from core.jobs.run import bounds
from core.jobs.settings import RunSettings
from core.market.bars import Bars
from core.market.instruments import Instrument
from core.market.timeframes import Timeframe, parse_timeframe
from core.strategies import parameters, registry
from core.strategies.registry import Description
from core.version import code_version
from db import datasets, runs, strategies
from db.connection import Connection, transaction
from db.datasets import DatasetRecord
from db.runs import NewRun
from db.values import json_text

if TYPE_CHECKING:
    import numpy as np

    from core.strategies.parameters import Value

# A period may reach this far beyond the data: over a weekend and a holiday.
TOLERANCE = dt.timedelta(days=7)


@dataclass(frozen=True)
class Period:
    """The bars a request is about: `start` inclusive, `end` exclusive, and how many there are."""

    start: dt.datetime
    end: dt.datetime
    bars: int


@dataclass(frozen=True)
class Prepared:
    """A request that was judged: the run to be made, the strategy it registers, the bars it will take."""

    run: NewRun
    strategy: Description
    bars: int


def prepare(connection: Connection, home: Home, request: RunRequest) -> Prepared:
    """Judge a request against the strategies and the library, reading only; return what would be stored.

    Raises:
        BacktapeError: it cannot be run; `field` is the part of the request at fault.
    """
    description = registry.find(request.strategy, home.strategies)
    values = _parameters(description, request)
    dataset = find_dataset(connection, request.symbol, request.timeframe, request.source)
    bars = open_bars(home, dataset, request.timeframe)
    instrument = bars.instrument
    period = _period(bars, request)
    _judge_spread(request, dataset)
    _judge_size(request, instrument)
    contexts = _contexts(connection, request, description, dataset)
    run = NewRun(
        strategy=description.name,
        symbol=dataset.symbol,
        timeframe=str(request.timeframe),
        start_date=period.start,
        end_date=period.end,
        initial_balance=request.initial_balance,
        spread_pips=request.spread_pips,
        execution_mode=request.execution_mode,
        primary_tf=str(request.timeframe),
        context_tfs=[str(timeframe) for timeframe in _context_names(request, description)],
        max_llm_calls=request.max_llm_calls,
        commission_per_lot=request.commission_per_lot,
        tp_partial_close_ratio=request.tp_partial_close_ratio,
        volume=request.volume,
        risk_pct=request.risk_pct,
        params=values,
        settings=RunSettings.of_request(
            request, conversion=_conversion(connection, request, instrument, period), contexts=contexts
        ).stored(),
        strategy_version=description.version,
        dataset_version=dataset.digest,
        code_version=code_version(),
        data_file_path=str(run_csv(home, dataset, request.timeframe)),
        notes=request.notes,
        uses_model=description.uses_model,
    )
    return Prepared(run, description, period.bars)


def submit(connection: Connection, home: Home, request: RunRequest) -> int:
    """Store a request as a pending run, its strategy's source with it, in one transaction; return its number.

    A runner is not looked for here: `core.jobs.launch.ensure_runner` is, after the commit.

    Raises:
        BacktapeError: it cannot be run; nothing was stored.
    """
    prepared = prepare(connection, home, request)
    strategy = prepared.strategy
    with transaction(connection):
        strategies.register(
            connection,
            strategy.name,
            strategy.version,
            strategy.source,
            json_text([asdict(parameter) for parameter in strategy.parameters]),
            description=strategy.doc,
            kind=strategy.kind or "signals",
            path=str(strategy.path),
            builtin=strategy.builtin,
        )
        return runs.insert(connection, prepared.run)


def _parameters(description: Description, request: RunRequest) -> "dict[str, Value]":
    """Return a value for every parameter; texts as typed by a person are understood."""
    known = {spec.name: spec for spec in description.parameters}
    unread = {name: value for name, value in request.params.items() if name in description.unread}
    given: dict[str, object] = {}
    try:
        for name, value in request.params.items():
            if name in known and isinstance(value, str):
                given[name] = known[name].parse(value)
            elif name not in unread:
                given[name] = value
        return {**parameters.check(description.parameters, given), **unread}
    except BacktapeError as error:
        raise BacktapeError(str(error), field=f"params.{error.field}") from None


def _period(bars: Bars, request: RunRequest) -> Period:
    """Return the period asked for, the whole history where nothing is.

    A period may begin or end a little beyond the bars (a weekend, a holiday), but
    one that lies elsewhere is refused rather than quietly shortened.
    """
    first = _moment(bars.time[0])
    end = _moment(bars.close_time[-1])
    start, stop = request.start or first, request.end or end
    there = f"{bars.symbol} {bars.timeframe} has bars from {first:%Y-%m-%d} to {end:%Y-%m-%d}"
    if start < first - TOLERANCE or start >= end:
        raise BacktapeError(f"{there}; choose a beginning within them.", field="start")
    if stop > end + TOLERANCE or stop <= first:
        raise BacktapeError(f"{there}; choose an end within them.", field="end")
    if stop <= start:
        raise BacktapeError(f"{there}; the end must lie after the beginning.", field="end")
    from_row, to_row = bounds(bars, start, stop)
    if to_row <= from_row:
        raise BacktapeError(f"{there}, but none in this period; choose a longer one.", field="start")
    return Period(start, stop, to_row - from_row)


def _moment(time: "np.datetime64") -> dt.datetime:
    return dt.datetime.fromtimestamp(int(time.astype("int64")), dt.UTC)


def _judge_spread(request: RunRequest, dataset: DatasetRecord) -> None:
    if request.spread_source == "data" and not dataset.has_spread:
        raise BacktapeError(
            f"The bars of {dataset.symbol} {dataset.timeframe} carry no recorded spread; "
            "give one in pips, such as 1.5.",
            field="spread_source",
        )


def _judge_size(request: RunRequest, instrument: Instrument) -> None:
    if request.risk_pct is None and request.volume < instrument.minimum_lot:
        raise BacktapeError(
            f"The size must be at least {instrument.minimum_lot:g} lots for {instrument.symbol}, "
            f"not {request.volume:g}.",
            field="volume",
        )


def _context_names(request: RunRequest, description: Description) -> tuple[Timeframe, ...]:
    """Return the context timeframes of the request and of the strategy, each once, finest first."""
    own = (parse_timeframe(name) for name in description.context_timeframes)
    return tuple(sorted({*request.context_tfs, *own}, key=lambda timeframe: timeframe.seconds))


def _contexts(
    connection: Connection, request: RunRequest, description: Description, dataset: DatasetRecord
) -> dict[str, str]:
    """Return the dataset versions of the context timeframes that the run's own dataset cannot make."""
    found: dict[str, str] = {}
    own = parse_timeframe(dataset.timeframe)
    for timeframe in _context_names(request, description):
        if timeframe.seconds <= request.timeframe.seconds:
            raise BacktapeError(
                f"{description.name} looks at {timeframe} beside the run's own timeframe, so that must be "
                f"finer than {timeframe}, not {request.timeframe}.",
                field="timeframe",
            )
        if not own.divides(timeframe):
            try:
                other = find_dataset(connection, dataset.symbol, timeframe, request.source)
                found[str(timeframe)] = other.digest
            except BacktapeError as error:
                raise BacktapeError(str(error), field="context_tfs") from None
    return found


def _conversion(
    connection: Connection, request: RunRequest, instrument: Instrument, period: Period
) -> str | None:
    """Return the version of the pair that turns profits into the account currency, None for none needed."""
    from core.engine.conversion import conversion_pairs

    terms = Terms(account_currency=request.account_currency, fixed_rates=request.rates)
    pairs = conversion_pairs(instrument, terms)
    if not pairs:
        return None
    known = [record for pair in pairs for record in datasets.list_all(connection, pair)]
    if not known:
        raise BacktapeError(
            f"Profits in {instrument.quote} cannot be turned into {request.account_currency}: import "
            f"{' or '.join(pairs)}, or give a fixed rate such as {pairs[0]}=1.25.",
            field="rates",
        )
    covering = [record for record in known if _covers(record, period)]
    if not covering:
        there = known[0]
        raise BacktapeError(
            f"{there.symbol}, which turns profits into {request.account_currency}, has bars from "
            f"{there.first_time:%Y-%m-%d} to {there.last_time:%Y-%m-%d} only; choose a period within them "
            "or give a fixed rate.",
            field="rates",
        )
    return max(covering, key=lambda record: _fitness(record, request.timeframe)).digest


def _covers(record: DatasetRecord, period: Period) -> bool:
    return record.first_time <= period.start + TOLERANCE and record.last_time >= period.end - TOLERANCE


def _fitness(record: DatasetRecord, timeframe: Timeframe) -> tuple[bool, int]:
    """Rank what can stand in for a timeframe: the coarsest that makes it up, else the finest there is."""
    own = parse_timeframe(record.timeframe)
    divides = own.divides(timeframe)
    return divides, own.seconds if divides else -own.seconds
