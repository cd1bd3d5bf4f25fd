"""The dataset versions that stand beside a run's own: contexts, conversion, bars that decide inside bars."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.datasets import find_dataset
from core.engine.terms import Terms
from core.errors import BacktapeError
from core.jobs.period import Period
from core.jobs.rates import RatesOfRun
from core.market.instruments import Instrument, find_instrument
from core.market.timeframes import Timeframe, parse_timeframe
from db import datasets
from db.connection import Connection
from db.datasets import DatasetRecord

if TYPE_CHECKING:
    from core.jobs.request import RunRequest
    from core.strategies.registry import Description


@dataclass(frozen=True)
class Beside:
    """Digests of versions: of the conversion pair, of each context timeframe, of the finer bars.

    None, or left out, is what is not needed or can be made from the run's own bars.
    """

    conversion: str | None
    contexts: Mapping[str, str]
    finer: str | None


@dataclass(frozen=True)
class Judged:
    """A request whose own dataset, instrument and period are known."""

    request: "RunRequest"
    description: "Description"
    dataset: DatasetRecord
    instrument: Instrument
    period: Period


def find_beside(connection: Connection, judged: Judged) -> Beside:
    """Return what a run needs beside its own dataset.

    Raises:
        BacktapeError: something needed is not in the library, or not for the
            period; the sentence names it and what to do.
    """
    return Beside(_conversion(connection, judged), _contexts(connection, judged), _finer(connection, judged))


def context_timeframes(request: "RunRequest", description: "Description") -> tuple[Timeframe, ...]:
    """Return the context timeframes of the request and of the strategy, each once, finest first."""
    own = (parse_timeframe(name) for name in description.context_timeframes)
    return tuple(sorted({*request.context_tfs, *own}, key=lambda timeframe: timeframe.seconds))


def _contexts(connection: Connection, judged: Judged) -> dict[str, str]:
    """Return the versions of the context timeframes that the run's own dataset cannot make."""
    request, name = judged.request, judged.description.name
    found: dict[str, str] = {}
    for timeframe in context_timeframes(request, judged.description):
        if timeframe.seconds <= request.timeframe.seconds:
            raise BacktapeError(
                f"{name} looks at {timeframe} beside the run's own timeframe, so that must be "
                f"finer than {timeframe}, not {request.timeframe}.",
                field="timeframe",
            )
        if not parse_timeframe(judged.dataset.timeframe).divides(timeframe):
            found[str(timeframe)] = _context(connection, judged, timeframe).digest
    return found


def _context(connection: Connection, judged: Judged, timeframe: Timeframe) -> DatasetRecord:
    symbol, own = judged.dataset.symbol, judged.dataset.timeframe
    missing = (
        f"The context timeframe {timeframe} cannot be made from the {own} bars of {symbol}; "
        f"import {symbol} {timeframe}, or a timeframe that divides it."
    )
    record = _of_symbol(connection, judged, timeframe, "context_tfs", missing)
    if not judged.period.is_covered_by(record):
        raise BacktapeError(
            f"{_span(record)} only, which the context timeframe {timeframe} is taken from; "
            "choose a period within them or import more.",
            field="context_tfs",
        )
    return record


def _of_symbol(
    connection: Connection, judged: Judged, timeframe: Timeframe, field: str, missing: str
) -> DatasetRecord:
    """Return another dataset of the run's symbol, or refuse with `missing` where there is none."""
    try:
        return find_dataset(connection, judged.dataset.symbol, timeframe, judged.request.source)
    except BacktapeError as error:
        several_sources = error.field == "source"
        raise BacktapeError(str(error) if several_sources else missing, field=field) from None


def _conversion(connection: Connection, judged: Judged) -> str | None:
    """Return the version of the pair that turns profits into the account currency, None for none needed."""
    from core.engine.conversion import conversion_pairs

    request, quote = judged.request, judged.instrument.quote
    terms = Terms(account_currency=request.account_currency, fixed_rates=request.rates)
    pairs = conversion_pairs(judged.instrument, terms)
    if not pairs:
        return None
    known = [record for pair in pairs for record in datasets.list_all(connection, pair)]
    usual = _usual(pairs)
    rate = "150" if usual[0].endswith("JPY") else "1.25"
    if not known:
        raise BacktapeError(
            f"Profits in {quote} cannot be turned into {request.account_currency}: import "
            f"{' or '.join(usual)}, or give a fixed rate, such as {usual[0]}={rate}.",
            field="rates",
        )
    covering = [record for record in known if judged.period.is_covered_by(record)]
    if not covering:
        raise BacktapeError(
            f"{_span(known[0])} only, which turn profits into {request.account_currency}; choose a period "
            f"within them, import more, or give a fixed rate, such as {known[0].symbol}={rate}.",
            field="rates",
        )
    return max(covering, key=lambda record: _fitness(record, request.timeframe)).digest


def rates_of(request: "RunRequest", instrument: Instrument) -> RatesOfRun:
    """Return the fixed rates of a request, and what it needs one for."""
    from core.engine.conversion import conversion_pairs

    pairs = conversion_pairs(instrument, Terms(account_currency=request.account_currency))
    usual = dict.fromkeys((*_usual(pairs), *pairs))
    return RatesOfRun(instrument.symbol, request.account_currency, request.rates, tuple(usual))


def _usual(pairs: tuple[str, ...]) -> tuple[str, ...]:
    """Return the one of two pairs that brokers quote, both where that is not known."""
    return tuple(pair for pair in pairs if _is_quoted(pair)) or pairs


def _is_quoted(pair: str) -> bool:
    try:
        return find_instrument(pair).symbol == pair
    except BacktapeError:
        return False


def _fitness(record: DatasetRecord, timeframe: Timeframe) -> tuple[bool, int]:
    """Rank what can stand in for a timeframe: the coarsest that makes it up, else the finest there is."""
    own = parse_timeframe(record.timeframe)
    divides = own.divides(timeframe)
    return divides, own.seconds if divides else -own.seconds


def _finer(connection: Connection, judged: Judged) -> str | None:
    """Return the version of the finer bars that decide ambiguous ones, None where none are asked for."""
    request, symbol = judged.request, judged.dataset.symbol
    if request.finer is None:
        return None
    if not request.finer.divides(request.timeframe):
        raise BacktapeError(
            f"Bars of {request.finer} do not fill bars of {request.timeframe}; "
            "name a finer timeframe that divides it, such as M1.",
            field="finer",
        )
    missing = (
        f"The library has no {symbol} {request.finer} to decide inside bars of {request.timeframe}; "
        "import it, or leave the finer timeframe out."
    )
    record = _of_symbol(connection, judged, request.finer, "finer", missing)
    if record.last_time < judged.period.start or record.first_time >= judged.period.end:
        raise BacktapeError(
            f"{_span(record)} only, none of them in the period; choose another period, import more, "
            "or leave the finer timeframe out.",
            field="finer",
        )
    return record.digest


def _span(record: DatasetRecord) -> str:
    first, last = f"{record.first_time:%Y-%m-%d}", f"{record.last_time:%Y-%m-%d}"
    return f"{record.symbol} {record.timeframe} has bars from {first} to {last}"
