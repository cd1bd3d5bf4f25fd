"""The new-run form without its looks: which fields there are, what they mean, what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from core.errors import BacktapeError
from core.market.timeframes import Timeframe
from core.strategies.parameters import Parameter
from tui import broker_form, formats
from tui.form_fields import FieldSpec, Group

if TYPE_CHECKING:
    from core.jobs.request import RunRequest
    from core.strategies.registry import Description
    from db.datasets import DatasetRecord

PARAMETER = "params."
# A run of it needs neither a model nor other timeframes: Enter alone starts one.
_FIRST = "donchian_breakout"


@dataclass
class RunForm:
    """What there is to choose from, and what has been chosen so far, as texts by field name."""

    strategies: Sequence["Description"]
    datasets: Sequence["DatasetRecord"]
    texts: dict[str, str] = field(default_factory=dict)
    _touched: set[str] = field(default_factory=set)
    _parameters_of: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.strategies = [one for one in self.strategies if one.error is None]
        self._fill()

    def set(self, name: str, text: str) -> bool:
        """Take what was typed or chosen; return whether other fields are different now."""
        if self.texts.get(name) == text:
            return False
        if name == "strategy":
            self._put_parameters_away()
        self.texts[name] = text
        self._touched.add(name)
        if name in {"strategy", "symbol", "source", "timeframe"}:
            self._fill()
            return True
        return False

    def describe(self, whole: "Description") -> None:
        """Take what running a strategy's file has shown of its parameters, or why that failed."""
        self.strategies = [whole if one.name == whole.name else one for one in self.strategies]
        self._fill()

    def _put_parameters_away(self) -> None:
        """Two strategies may have a parameter of one name; each keeps its own values."""
        names = [name for name in self.texts if name.startswith(PARAMETER)]
        self._parameters_of[self.texts["strategy"]] = {name: self.texts.pop(name) for name in names}

    # What there is

    @property
    def strategy(self) -> "Description":
        """The chosen strategy."""
        return next(one for one in self.strategies if one.name == self.texts["strategy"])

    @property
    def is_unknown(self) -> bool:
        """Whether only running the strategy's file could tell what its parameters are."""
        return bool(self.strategy.unread) and self.strategy.error is None

    @property
    def dataset(self) -> "DatasetRecord":
        """The data that the chosen symbol and timeframe are taken from: exact, or the coarsest finer."""
        wanted = Timeframe(self.texts["timeframe"])
        usable = [one for one in self._of_symbol() if Timeframe(one.timeframe).divides(wanted)]
        return max(usable, key=lambda one: Timeframe(one.timeframe).seconds)

    def groups(self) -> list[Group]:
        """Return the fields that the choices made so far lead to."""
        return [
            Group("Strategy", (self._strategy_field(), *self._parameter_fields(), *self._model_fields())),
            Group("Data", self._data_fields()),
            *broker_form.groups(self.dataset, self.texts["execution_mode"], self._finer()),
        ]

    def _strategy_field(self) -> FieldSpec:
        choices = tuple((one.name, one.name) for one in self.strategies)
        return FieldSpec("strategy", "strategy", self.strategy.summary, choices)

    def _parameter_fields(self) -> list[FieldSpec]:
        return [
            FieldSpec(PARAMETER + spec.name, spec.name, _parameter_hint(spec), _parameter_choices(spec))
            for spec in self.strategy.parameters
        ]

    def _model_fields(self) -> list[FieldSpec]:
        if not self.strategy.uses_model:
            return []
        told = "requests to the model at most, those that fail counted too"
        afresh = "yes: the model is asked again what an equal run has asked it before"
        return [
            FieldSpec("max_llm_calls", "model calls", told),
            FieldSpec("fresh", "ask afresh", afresh, (("no", "no"), ("yes", "yes"))),
        ]

    def _data_fields(self) -> tuple[FieldSpec, ...]:
        data = self.dataset
        made_of = "" if data.timeframe == self.texts["timeframe"] else f"made of {data.timeframe} bars"
        first, last = formats.day(data.first_time), formats.day(data.last_time)
        symbols = tuple((name, name) for name in dict.fromkeys(one.symbol for one in self.datasets))
        origin = "a made-up market, for trying things out" if data.synthetic else f"from {data.dialect}"
        sources = tuple((name, name or "unnamed") for name in self._sources())
        told = "which of several imports of the symbol"
        return (
            FieldSpec("symbol", "symbol", origin, symbols),
            *([FieldSpec("source", "source", told, sources)] if len(sources) > 1 else []),
            FieldSpec("timeframe", "timeframe", made_of, tuple((t, t) for t in self._timeframes())),
            FieldSpec("start", "from", f"there are bars from {first} to {last}"),
            FieldSpec("end", "to", "up to this day, itself left out"),
        )

    def _of_symbol(self) -> list["DatasetRecord"]:
        """Return the datasets of the chosen symbol that come from the chosen source."""
        chosen = (self.texts["symbol"], self.texts["source"])
        return [one for one in self.datasets if (one.symbol, one.source) == chosen]

    def _sources(self) -> list[str]:
        """Return where the datasets of the chosen symbol come from, the unnamed source first."""
        return sorted({one.source for one in self.datasets if one.symbol == self.texts["symbol"]})

    def _timeframes(self) -> list[str]:
        own = [Timeframe(one.timeframe) for one in self._of_symbol()]
        return [str(t) for t in Timeframe if any(one.divides(t) for one in own)]

    def _finer(self) -> list[Timeframe]:
        """Return the timeframes whose bars can decide inside those of the run, coarsest first."""
        own = [Timeframe(one.timeframe) for one in self._of_symbol()]
        wanted = Timeframe(self.texts["timeframe"])
        below = (t for t in Timeframe if t.seconds < wanted.seconds and t.divides(wanted))
        return [t for t in reversed(list(below)) if any(one.divides(t) for one in own)]

    # What is filled in by itself

    def _fill(self) -> None:
        if self.texts.get("strategy") not in {one.name for one in self.strategies}:
            # A file that went: what was typed for its parameters means nothing to another strategy.
            self.texts = {name: text for name, text in self.texts.items() if not name.startswith(PARAMETER)}
            names = [one.name for one in self.strategies]
            self.texts["strategy"] = _FIRST if _FIRST in names else names[0]
        texts = self.texts
        texts.update(self._parameters_of.pop(self.strategy.name, {}))
        for spec in self.strategy.parameters:
            texts.setdefault(PARAMETER + spec.name, default_text(spec))
        texts.setdefault("symbol", self._first_symbol())
        if texts.get("source") not in self._sources():
            texts["source"] = self._sources()[0]
        offered = self._timeframes()
        if texts.get("timeframe") not in offered:
            own = [one.timeframe for one in self._of_symbol()]
            texts["timeframe"] = own[0] if "timeframe" not in texts or "M15" not in offered else "M15"
        for name, moment in zip(("start", "end"), whole_days(self.dataset), strict=True):
            if name not in self._touched:
                texts[name] = formats.day(moment)
        for name, text in broker_form.DEFAULTS.items():
            texts.setdefault(name, text)
        if texts["finer"] not in self._finer():
            texts["finer"] = ""

    def _first_symbol(self) -> str:
        """Return the first symbol whose profits need no other data to become the account's currency."""
        currency = self.texts.get("account_currency", broker_form.DEFAULTS["account_currency"])
        plain = (one.symbol for one in self.datasets if one.synthetic or one.symbol.endswith(currency))
        return next(plain, self.datasets[0].symbol)

    # What is wrong, and the request

    def values(self) -> dict[str, object]:
        """Return the texts as the run request takes them."""
        texts = {name: text.strip() for name, text in self.texts.items()}
        values: dict[str, object] = {name: texts[name] for name in _PLAIN_FIELDS}
        values |= {name: texts[name] or None for name in ("start", "end")}
        values["source"] = texts["source"] if len(self._sources()) > 1 else None
        if self.strategy.uses_model:
            values |= {"max_llm_calls": texts["max_llm_calls"], "fresh": texts["fresh"] == "yes"}
        return values | broker_form.values(texts)

    def check(self) -> "tuple[RunRequest | None, dict[str, str]]":
        """Return the request, or None and the sentences by the fields they belong beside."""
        from core.jobs.request import RefusedRequestError, parse_request

        problems: dict[str, str] = {}
        if self.strategy.error is not None:
            problems["strategy"] = self.strategy.error
        params = {}
        for spec in self.strategy.parameters:
            try:
                params[spec.name] = spec.parse(self.texts[PARAMETER + spec.name])
            except BacktapeError as error:
                problems[PARAMETER + spec.name] = str(error)
        request = None
        try:
            request = parse_request({**self.values(), "params": params})
            problems |= self._outside(request)
        except RefusedRequestError as error:
            for problem in error.problems:
                problems.setdefault(self.field_of(problem.field), problem.sentence)
        return (None if problems else request), problems

    def field_of(self, request_field: str | None) -> str:
        """Return which field of the form a field of the request belongs to."""
        name = request_field or "strategy"
        name = broker_form.STANDS_FOR.get(name, name)
        if PARAMETER + name in self.texts and name in {spec.name for spec in self.strategy.parameters}:
            return PARAMETER + name
        return name if name in self.texts else "strategy"

    def _outside(self, request: "RunRequest") -> dict[str, str]:
        first, end = whole_days(self.dataset)
        told = f"the data go from {formats.day(first)} to {formats.day(self.dataset.last_time)}."
        if request.start is not None and request.start >= end:
            return {"start": f"There are no bars from then on; {told}"}
        if request.end is not None and request.end <= first:
            return {"end": f"There are no bars before then; {told}"}
        return {}

    def bars(self, request: "RunRequest") -> int:
        """Return about how many bars the run goes over, before the bars are looked at."""
        data = self.dataset
        first, end = whole_days(data)
        start = max(request.start or first, first)
        stop = min(request.end or end, end)
        share = max(0.0, (stop - start) / (end - first))
        ratio = Timeframe(data.timeframe).seconds / request.timeframe.seconds
        return round(data.rows * share * ratio)


def whole_days(data: "DatasetRecord") -> tuple[datetime, datetime]:
    """Return the midnight before the first bar and the one after the last."""
    first = datetime.combine(data.first_time.astimezone(UTC).date(), time(), UTC)
    last = datetime.combine(data.last_time.astimezone(UTC).date(), time(), UTC)
    return first, last + timedelta(days=1)


def default_text(spec: Parameter) -> str:
    """Return a parameter's default as it is typed."""
    if isinstance(spec.default, bool):
        return "yes" if spec.default else "no"
    return f"{spec.default:g}" if isinstance(spec.default, float) else str(spec.default)


def _parameter_hint(spec: Parameter) -> str:
    return f"{spec.help}; {spec.wanted()}" if spec.help else spec.wanted()


def _parameter_choices(spec: Parameter) -> tuple[tuple[str, str], ...]:
    if spec.kind == "bool":
        return (("yes", "yes"), ("no", "no"))
    return tuple((str(choice), str(choice)) for choice in spec.choices)


_PLAIN_FIELDS = ("strategy", "symbol", "timeframe")
