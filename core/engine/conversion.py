"""Quote currency in account currency, bar by bar, prepared before the broker runs."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.engine.records import BY_BAR, BY_FIXED_RATE, BY_PRICE
from core.engine.terms import Terms
from core.errors import BacktapeError
from core.market.bars import Bars
from core.market.instruments import Instrument

Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.datetime64]

_DAY = 86_400
_WEEK = 7 * _DAY
# 1970-01-05 was the first Monday.
_MONDAY = 4 * _DAY


@dataclass(frozen=True, eq=False)
class Conversion:
    """How the broker converts: `kind` of `records`, and what that kind needs.

    `at_open` and `at_close` hold, for each bar, the rate known at its open and
    at its close, NaN where none is; `pair` is the pair they come from.
    """

    kind: int
    rate: float = 1.0
    at_open: Floats | None = None
    at_close: Floats | None = None
    pair: str = ""


def conversion_pairs(instrument: Instrument, terms: Terms) -> tuple[str, ...]:
    """Return the pairs of which one is needed as a dataset, the direct one first; empty for none."""
    quote, account = instrument.quote, terms.account_currency
    if account in {quote, instrument.base} or _fixed_rate(quote, terms) is not None:
        return ()
    return (quote + account, account + quote)


def prepare_conversion(bars: Bars, terms: Terms, source: Bars | None) -> Conversion:
    """Return how this run converts; `source` holds the bars of the conversion pair, if one is needed.

    Raises:
        BacktapeError: a rate is needed and none is given; names the missing pair.
    """
    quote, account = bars.instrument.quote, terms.account_currency
    if account == quote:
        return Conversion(BY_FIXED_RATE)
    if account == bars.instrument.base:
        return Conversion(BY_PRICE)
    fixed = _fixed_rate(quote, terms)
    if fixed is not None:
        return Conversion(BY_FIXED_RATE, fixed)
    if source is None:
        raise BacktapeError(
            f"Profit in {quote} cannot be turned into {account}: import {quote + account} or "
            f"{account + quote}, or give a fixed rate for it.",
            field="fixed_rates",
        )
    rates = _rates(source, quote, account)
    closed = source.close_time.astype(np.int64)
    return Conversion(
        BY_BAR,
        at_open=_last_closed(rates, closed, bars.time),
        at_close=_last_closed(rates, closed, bars.close_time),
        pair=source.symbol,
    )


def _fixed_rate(quote: str, terms: Terms) -> float | None:
    """Return the rate given with the run, whichever way round its pair is written."""
    given = {_letters(pair): rate for pair, rate in terms.fixed_rates.items()}
    direct, inverse = quote + terms.account_currency, terms.account_currency + quote
    if direct in given:
        return given[direct]
    return 1.0 / given[inverse] if inverse in given else None


def _letters(pair: str) -> str:
    return pair.upper().replace("/", "").replace("_", "")


def _rates(source: Bars, quote: str, account: str) -> Floats:
    """Return one unit of the quote currency in account currency at each close of the source."""
    pair = (source.instrument.base, source.instrument.quote)
    if pair == (quote, account):
        return source.close
    if pair == (account, quote):
        return np.asarray(1.0 / source.close)
    raise BacktapeError(f"{source.symbol} does not turn {quote} into {account}.", field="fixed_rates")


def _last_closed(rates: Floats, closed: npt.NDArray[np.int64], moments: Times) -> Floats:
    """Return the rate of the last bar closed by each moment, NaN if that is over a day of trading ago."""
    found = np.full(len(moments), np.nan)
    seconds = moments.astype(np.int64)
    rows = np.searchsorted(closed, seconds, side="right") - 1
    known = np.flatnonzero(rows >= 0)
    age = trading_seconds(seconds[known]) - trading_seconds(closed[rows[known]])
    fresh = known[age <= _DAY]
    found[fresh] = rates[rows[fresh]]
    return found


def trading_seconds(seconds: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return UTC seconds without those of Saturdays and Sundays, so that a weekend is no age."""
    weeks, within = np.divmod(seconds - _MONDAY, _WEEK)
    return np.asarray(weeks * (5 * _DAY) + np.minimum(within, 5 * _DAY))
