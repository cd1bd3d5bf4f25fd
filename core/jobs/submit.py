"""Turning a request into a run: everything that can be judged before it starts is judged here."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import TYPE_CHECKING

from core.config import Config, read_config
from core.datasets import find_dataset, open_bars, run_csv
from core.errors import BacktapeError
from core.home import Home
from core.jobs.beside import Judged, context_timeframes, find_beside, rates_of
from core.jobs.describing import described
from core.jobs.ledgers import calls_at_most, in_generation, notes_of, with_model
from core.jobs.period import period_of
from core.jobs.rates import RatesOfRun
from core.jobs.request import RunRequest
from core.jobs.settings import RunSettings
from core.limits import seconds_of
from core.market.instruments import Instrument
from core.strategies import parameters, registry
from core.strategies.registry import Description
from core.version import code_version
from db import runs, strategies
from db.connection import Connection, transaction
from db.datasets import DatasetRecord
from db.runs import NewRun
from db.values import json_text

if TYPE_CHECKING:
    from core.strategies.parameters import Value


# Smaller numbers have more zeros than anybody writes.
_WRITTEN_OUT = 1e-9


@dataclass(frozen=True)
class Prepared:
    """A request that was judged: the run to be made, the strategy it registers, the bars it will take.

    `notes` are what should be said before it starts, a sentence each; `calls_at_most`
    is how many requests to a language model it can make. `rates` are for `unused_rates`,
    which looks at all the runs that are begun together, `pip` is what one is of the symbol's prices.
    """

    run: NewRun
    strategy: Description
    bars: int
    rates: RatesOfRun
    pip: float
    notes: tuple[str, ...] = ()
    calls_at_most: int = 0


def prepare(connection: Connection, home: Home, request: RunRequest) -> Prepared:
    """Judge a request against the strategies and the library, reading only; return what would be stored.

    Raises:
        BacktapeError: it cannot be run; `field` is the part of the request at fault.
    """
    description = described(home, registry.find(request.strategy, home.strategies))
    values = parameters_of(description, request)
    description = description.chosen(values)
    config = read_config(home)
    request, own = _limited(request, config), config.instruments
    dataset = find_dataset(connection, request.symbol, request.timeframe, request.source, own=own)
    bars = open_bars(home, dataset, request.timeframe)
    instrument = bars.instrument
    period = period_of(bars, request)
    _judge_instrument(instrument, own, home)
    _judge_spread(request, dataset)
    _judge_size(request, instrument)
    beside = find_beside(connection, Judged(request, description, dataset, instrument, period))
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
        context_tfs=[str(timeframe) for timeframe in context_timeframes(request, description)],
        max_llm_calls=request.max_llm_calls,
        commission_per_lot=request.commission_per_lot,
        tp_partial_close_ratio=request.tp_partial_close_ratio,
        volume=request.volume,
        risk_pct=request.risk_pct,
        params=values,
        settings=RunSettings.of_request(request, beside).stored(),
        strategy_version=description.version,
        dataset_version=dataset.digest,
        code_version=code_version(),
        data_file_path=str(run_csv(home, dataset, request.timeframe)),
        notes=request.notes,
        uses_model=description.uses_model,
        time_limit=seconds_of(request.time_limit_minutes),
    )
    run = in_generation(connection, with_model(home, run), fresh=request.fresh)
    return Prepared(
        run,
        description,
        period.bars,
        rates_of(request, instrument),
        instrument.pip,
        notes=notes_of(connection, run),
        calls_at_most=calls_at_most(connection, run),
    )


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
        return runs.insert(connection, in_generation(connection, prepared.run, fresh=request.fresh))


def submit_all(connection: Connection, home: Home, requests: Sequence[RunRequest]) -> list[int]:
    """Store several requests as `submit` does, all or none of them; return their numbers.

    Raises:
        BacktapeError: one of them cannot be run; `field` is the part of it at fault.
    """
    numbers = []
    with transaction(connection):
        for request in requests:
            try:
                numbers.append(submit(connection, home, request))
            except BacktapeError as error:
                raise of_several(error, request, len(requests)) from error
    return numbers


def of_several(error: BacktapeError, request: RunRequest, count: int) -> BacktapeError:
    """Return a refusal that says which of several runs it is about."""
    if count == 1 or request.symbol in str(error):
        return error
    return BacktapeError(f"{request.symbol} {request.timeframe}: {error}", field=error.field)


def _limited(request: RunRequest, config: Config) -> RunRequest:
    """Return the request with the limits that are configured for all runs where it names none."""
    memory, time = request.memory_limit_mb, request.time_limit_minutes
    return request.model_copy(
        update={
            "memory_limit_mb": config.memory_mb if memory is None else memory,
            "time_limit_minutes": config.time_minutes if time is None else time,
        }
    )


def parameters_of(description: Description, request: RunRequest) -> "dict[str, Value]":
    """Return a value for every parameter; texts as typed by a person are understood."""
    known = {spec.name: spec for spec in description.parameters}
    given: dict[str, object] = {}
    try:
        for name, value in request.params.items():
            parsed = name in known and isinstance(value, str)
            given[name] = known[name].parse(str(value)) if parsed else value
        return parameters.check(description.parameters, given)
    except BacktapeError as error:
        raise BacktapeError(str(error), field=f"params.{error.field}") from None


def _judge_instrument(instrument: Instrument, own: Mapping[str, Instrument], home: Home) -> None:
    """Refuse bars that were imported as bars of something else than `config.toml` says now."""
    now = own.get(instrument.symbol, instrument)
    for name in (field.name for field in fields(now)):
        if getattr(now, name) == getattr(instrument, name):
            continue
        raise BacktapeError(
            f"{home.config} gives {now.symbol} a {name} of {getattr(now, name)}, but its bars were imported "
            f"with {getattr(instrument, name)}; import the file again with --replace, or mend config.toml.",
            field="symbol",
        )


def _judge_spread(request: RunRequest, dataset: DatasetRecord) -> None:
    if request.spread_source == "data" and not dataset.has_spread:
        raise BacktapeError(
            f"The bars of {dataset.symbol} {dataset.timeframe} carry no recorded spread; "
            "give one in pips, such as 1.5.",
            field="spread_source",
        )


def _as_typed(value: float) -> str:
    """Return a small number as a person writes it, whatever its size: read again, it is the same."""
    shortest = Decimal(repr(value))
    return f"{shortest:f}" if value > _WRITTEN_OUT else repr(value)


def _judge_size(request: RunRequest, instrument: Instrument) -> None:
    if request.risk_pct is None and request.volume < instrument.minimum_lot:
        raise BacktapeError(
            f"The size must be at least {instrument.minimum_lot:g} lots for {instrument.symbol}, "
            f"not {_as_typed(request.volume)}.",
            field="volume",
        )
