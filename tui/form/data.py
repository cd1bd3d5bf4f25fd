"""The fields of the new-run form about the bars: symbols, timeframes and period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

from core.market.timeframes import Timeframe
from tui import formats
from tui.days import day_of
from tui.form import periods
from tui.form.fields import FieldSpec
from tui.form.markets import Library, Market

# What decides which bars there are.
MARKET = ("symbol", "source", "timeframe")
DAYS = ("start", "end")

_DEFAULT_TIMEFRAME = Timeframe.M15
_MARKING = "space marks several"
_NO_DAY = "no day has bars of all"


@dataclass
class DataForm:
    """What the library offers, and what of it has been chosen, as the texts of the whole form."""

    library: Library
    texts: dict[str, str]

    @property
    def symbols(self) -> list[str]:
        """The chosen symbols."""
        return self.texts["symbol"].split(",")

    @property
    def timeframes(self) -> list[Timeframe]:
        """The chosen timeframes."""
        return [Timeframe(name) for name in self.texts["timeframe"].split(",")]

    @property
    def pairs(self) -> list[tuple[str, Timeframe]]:
        """Symbol and timeframe of every run."""
        return list(product(self.symbols, self.timeframes))

    @property
    def markets(self) -> list[Market]:
        """What the runs take their bars from; a pair that there are no bars of is left out."""
        source = self.texts["source"]
        found = (self.library.market(symbol, timeframe, source) for symbol, timeframe in self.pairs)
        return [market for market in found if market is not None]

    def source_of(self, symbol: str) -> str | None:
        """Return the source that a request for a symbol names."""
        return self.library.named(symbol, self.texts["source"])

    def finer(self) -> list[Timeframe]:
        """Return the timeframes whose bars can decide inside those of every run, coarsest first."""
        runs = self.timeframes
        return [
            one
            for one in reversed(self._offered_timeframes())
            if all(one.seconds < run.seconds and one.divides(run) for run in runs)
        ]

    # The fields

    def fields(self) -> tuple[FieldSpec, ...]:
        """Return the fields that the choices made so far lead to."""
        return (
            self._symbol_field(),
            *self._source_fields(),
            self._timeframe_field(),
            FieldSpec("period", "period", "of the days below", periods.offered(self._ranges)),
            FieldSpec("start", "from", self._range_told()),
            FieldSpec("end", "to", "up to this day, itself left out"),
        )

    def _symbol_field(self) -> FieldSpec:
        offered = self.library.symbols()
        hint = _joined(self._origin(), _MARKING if len(offered) > 1 else "")
        return FieldSpec("symbol", "symbol", hint, _plain(offered), several=True)

    def _origin(self) -> str:
        if len(self.symbols) > 1:
            return f"{len(self.symbols)} symbols, a run each"
        data = self.markets[0].data
        return "a made-up market, for trying things out" if data.synthetic else f"from {data.dialect}"

    def _source_fields(self) -> Sequence[FieldSpec]:
        if not self.library.has_choice(self.symbols):
            return ()
        sources = tuple((name, name or "unnamed") for name in self.library.sources(self.symbols))
        return (FieldSpec("source", "source", "which of several imports of the symbol", sources),)

    def _timeframe_field(self) -> FieldSpec:
        offered = self._offered_timeframes()
        several = len(self.timeframes) > 1
        told = f"{len(self.timeframes)} timeframes, a run each" if several else self._made_of()
        hint = _joined(told, _MARKING if len(offered) > 1 else "")
        return FieldSpec("timeframe", "timeframe", hint, _plain(offered), several=True)

    def _made_of(self) -> str:
        made = {one.data.timeframe for one in self.markets if one.data.timeframe != one.timeframe}
        of_all = all(one.data.timeframe != one.timeframe for one in self.markets)
        some = "" if of_all else " for some"
        return f"made of {' and '.join(sorted(made))} bars{some}" if made else ""

    def _range_told(self) -> str:
        """Return the days with bars, first of all: a narrow screen has room for little else."""
        first, end = periods.common(self._ranges)
        bars = "have bars of all" if len(self.markets) > 1 else "have bars"
        told = f"{_span(first, end)} {bars}" if end > first else _NO_DAY
        differ = len(set(self._ranges)) > 1
        return _joined(told, "empty: from the first of each" if differ else "")

    def _common_told(self) -> str:
        first, end = periods.common(self._ranges)
        whose = "all have" if len(self.markets) > 1 else "there are"
        return f"{whose} bars from {_span(first, end)}" if end > first else _NO_DAY

    @property
    def _ranges(self) -> list[periods.Days]:
        return [market.whole_days for market in self.markets]

    # What is filled in by itself

    def move_to(self, market: Mapping[str, str]) -> None:
        """Take these values for a market, if there are data of it, in place of those for another one."""
        texts = self.texts
        is_there = market.get("symbol") in self.library.symbols()
        if is_there and any(texts.get(name) != text for name, text in market.items()):
            for name in MARKET:
                texts.pop(name, None)
            texts.update(market)

    def leave_out_what_is_gone(self) -> list[str]:
        """Drop the texts for data that are not there any more; return a sentence for each."""
        told = []
        gone = self._drop("symbol", self.library.symbols())
        if gone:
            told.append(f"There are no data of {gone} any more.")
        if "symbol" not in self.texts:
            return told
        sources = self.library.sources(self.symbols)
        source = self._drop("source", sources)
        if source is not None and self.library.has_choice(self.symbols):
            told.append(f"{self.texts['symbol']} has no source {source or 'without a name'} any more.")
        gone = self._drop("timeframe", self.library.timeframes(self.symbols, self._source(sources)))
        if gone:
            told.append(f"There are no {gone} bars of {self.texts['symbol']} any more.")
        return told

    def _drop(self, name: str, there: Sequence[str]) -> str | None:
        """Drop the values of a field that are not there, the whole text if none is; return them."""
        if name not in self.texts:
            return None
        values = list(dict.fromkeys(self.texts[name].split(",")))
        gone = [value for value in values if value not in there]
        if len(gone) == len(values):
            del self.texts[name]
        else:
            self.texts[name] = ",".join(value for value in values if value in there)
        return ",".join(gone) if gone else None

    def fill(self, currency: str) -> None:
        """Choose where nothing was, or what is not offered for the other choices made."""
        texts = self.texts
        texts.setdefault("symbol", self._first_symbol(currency))
        texts["source"] = self._source(self.library.sources(self.symbols))
        self._fill_timeframe()
        if texts.get("period") not in {value for value, _ in periods.offered(self._ranges)}:
            texts["period"] = periods.ALL
        is_own = texts["period"] == periods.OWN
        days = periods.days_of(periods.ALL if is_own else texts["period"], self._ranges)
        for name, text in zip(DAYS, ("", "") if days is None else map(formats.day, days), strict=True):
            texts[name] = texts.get(name, text) if is_own else text

    def fit_period(self, kept: Mapping[str, str]) -> list[str]:
        """Choose all there is in place of a kept period that does not fit; return a sentence about it.

        Days that were kept for this market stay, be they right or wrong; for another market they fit
        if a run could go over them.
        """
        period = kept.get("period", periods.ALL)
        is_moved = any(kept.get(name, self.texts[name]) != self.texts[name] for name in MARKET)
        if period == self.texts["period"] and not (is_moved and period == periods.OWN and self.outside()):
            return []
        self.texts["period"] = periods.ALL
        days = f"{kept.get('start') or 'the first bar'} to {kept.get('end') or 'the last'}"
        label = days if period == periods.OWN else periods.label_of(period)
        return [f"The period was set to all there is, not {label}: {self._common_told()}."]

    def _source(self, offered: Sequence[str]) -> str:
        source = self.texts.get("source")
        return source if source is not None and source in offered else offered[0]

    def _fill_timeframe(self) -> None:
        """Keep the timeframes still offered; of none left choose the usual one, at first the data's own."""
        offered = self._offered_timeframes()
        before = self.texts.get("timeframe")
        kept = [name for name in (before or "").split(",") if name in offered]
        own = self.library.own_timeframes(self.symbols[0], self.texts["source"])
        first = next((one for one in own if one in offered), offered[0])
        usual = first if before is None or _DEFAULT_TIMEFRAME not in offered else _DEFAULT_TIMEFRAME
        self.texts["timeframe"] = ",".join(kept or [usual])

    def _offered_timeframes(self) -> list[Timeframe]:
        return self.library.timeframes(self.symbols, self.texts["source"])

    def _first_symbol(self, currency: str) -> str:
        """Return the first symbol whose profits need no other data to become the account's currency."""
        data = self.library.datasets
        plain = (one.symbol for one in data if one.synthetic or one.symbol.endswith(currency))
        return next(plain, data[0].symbol)

    # What is wrong

    def outside(self) -> dict[str, str]:
        """Return what is wrong with days that lie beyond the bars, by field, as submitting would say it."""
        start, end = (day_of(self.texts[name]) for name in DAYS)
        found: dict[str, str] = {}
        for market in self.markets:
            first, last = market.whole_days
            told = f"{market.symbol} {market.timeframe} has bars from {_span(first, last)}"
            if start is not None and (start >= last or _is_far_from(market, start)):
                found.setdefault("start", f"{told}; choose a beginning within them.")
            if end is not None and (end <= first or _is_far_from(market, end)):
                found.setdefault("end", f"{told}; choose an end within them.")
        return found

    def bars(self, start: datetime | None, end: datetime | None) -> int:
        """Return about how many bars the runs go over in all, before the bars are looked at."""
        return round(sum(_bars(market, start, end) for market in self.markets))


def _is_far_from(market: Market, moment: datetime) -> bool:
    """Return whether a moment lies farther beyond the bars than a period may reach."""
    first, last = market.whole_days
    if first <= moment <= last:
        return False
    from core.jobs.period import TOLERANCE

    # A bar that is made of finer ones opens before the first of them and closes after the last.
    around = TOLERANCE + timedelta(seconds=market.timeframe.seconds)
    return not first - around <= moment <= last + around


def _bars(market: Market, start: datetime | None, end: datetime | None) -> float:
    first, last = market.whole_days
    days = min(end or last, last) - max(start or first, first)
    return market.bars * max(0.0, days / (last - first))


def _span(first: datetime, end: datetime) -> str:
    return f"{formats.day(first)} to {formats.day(formats.last_moment(first, end))}"


def _plain(values: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((str(value), str(value)) for value in values)


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)
