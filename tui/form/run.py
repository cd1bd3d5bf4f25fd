"""The new-run form without its looks: which fields there are, what they mean, what is wrong."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.run_settings import MODES
from tui.days import day_of
from tui.form import broker, strategy
from tui.form.data import DAYS, MARKET, DataForm
from tui.form.fields import Group
from tui.form.markets import Library
from tui.form.periods import OWN
from tui.form.strategy import PARAMETER, value_text
from tui.formats import plural

if TYPE_CHECKING:
    from core.jobs.request import Problem, RunRequest
    from core.strategies.registry import Description
    from db.datasets import DatasetRecord

# To judge more of them would take longer than anybody waits for it.
MOST_RUNS = 200
# A run of it needs neither a model nor other timeframes: Enter alone starts one.
_FIRST = "donchian_breakout"
# Fields whose value decides what others offer.
_LEADING = frozenset({"strategy", "symbol", "source", "timeframe", "period", "execution_mode"})
# Those that the data decide: another choice may not offer what was chosen.
_OF_DATA = (*MARKET, "period", "finer")
_OF_PERIOD = ("period", *DAYS)


@dataclass
class RunForm:
    """What there is to choose from, and what has been chosen so far, as texts by field name.

    Of the strategies that are `known`, those without an error are chosen from. The texts that it
    is made from may be of another market than the one it opens on, `market`; where they were kept for
    a while, `remarks` says what of them is not there any more, or does not fit.
    """

    known: Sequence["Description"]
    datasets: Sequence["DatasetRecord"]
    texts: dict[str, str] = field(default_factory=dict)
    market: Mapping[str, str] = field(default_factory=dict)
    strategies: "Sequence[Description]" = field(default=(), init=False)
    remarks: list[str] = field(default_factory=list, init=False)
    # The period that did not fit, and what was said about it.
    _unfit: dict[str, str] = field(default_factory=dict, init=False)
    _of_unfit: list[str] = field(default_factory=list, init=False)
    _parameters_of: dict[str, dict[str, str]] = field(default_factory=dict, init=False)
    _chosen: dict[str, str] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        kept, self.texts = self.texts, dict(self.texts)
        self.data = DataForm(Library(self.datasets), self.texts)
        self.data.move_to(self.market)
        self.remarks = [*self._leave_out_what_is_gone(), *self.data.leave_out_what_is_gone()]
        self.strategies = [one for one in self.known if one.error is None]
        self._fill()
        self._of_unfit = self.data.fit_period(kept)
        self.remarks += self._of_unfit
        if self._of_unfit:
            self._unfit = {name: kept[name] for name in _OF_PERIOD if name in kept}
        self._fill()
        is_own = self.texts["period"] == OWN
        self._chosen = {name: self.texts[name] for name in (*_OF_DATA, *(DAYS if is_own else ()))}

    def set(self, name: str, text: str) -> bool:
        """Take what was typed or chosen; return whether other fields are different now."""
        if self.texts.get(name) == text:
            return False
        if name == "strategy":
            self._put_parameters_away()
        is_own = self.texts["period"] == OWN
        self.texts[name] = text
        self._keep_chosen(name, is_own=is_own)
        leads = name in _LEADING or (name in DAYS and not is_own)
        if leads:
            self._fill()
        if name in _OF_PERIOD:
            self._unfit = {}
        elif name in MARKET:
            self._bring_period_back()
        return leads

    def outdated_by(self, name: str) -> list[str]:
        """Return which remarks do not hold any more once this field was set."""
        return self._of_unfit if name in (*MARKET, *_OF_PERIOD) else []

    def _bring_period_back(self) -> None:
        """Take the period that did not fit another market, if it fits this one."""
        if not self._unfit:
            return
        before, self._chosen = self._chosen, self._chosen | self._unfit
        self._fill()
        if self.texts["period"] == self._unfit["period"] and not self.data.outside():
            self._unfit = {}
            return
        self._chosen = before
        for name in DAYS:
            self.texts.pop(name)
        self._fill()

    def _keep_chosen(self, name: str, *, is_own: bool) -> None:
        """Keep what was chosen of the data, for when the other choices offer it again."""
        if name in DAYS or is_own:
            self._chosen |= {day: self.texts[day] for day in DAYS}
        if name in DAYS:
            self._chosen["period"] = OWN
        elif name in _OF_DATA:
            self._chosen[name] = self.texts[name]

    def describe(self, whole: "Description") -> list[str]:
        """Take what running a strategy's file has shown of its parameters, or why that failed.

        A sentence is returned where values were kept for parameters that it does not have.
        """
        self.known = [whole if one.path == whole.path else one for one in self.known]
        self.strategies = [whole if one.name == whole.name else one for one in self.strategies]
        told = self._leave_out_parameters(whole) if self.texts["strategy"] == whole.name else []
        self._fill()
        return told

    def kept(self) -> dict[str, str]:
        """Return the texts as they are kept for another time; a period that has a name is kept by it."""
        named = self.texts["period"] != OWN
        return {name: text for name, text in self.texts.items() if not (named and name in DAYS)}

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

    def groups(self) -> list[Group]:
        """Return the fields that the choices made so far lead to."""
        return [
            Group("Strategy", strategy.fields(self.strategies, self.strategy, self._not_offered)),
            Group("Data", self.data.fields()),
            *broker.groups(self.data.markets, self.texts["execution_mode"], self.data.finer()),
        ]

    @property
    def _not_offered(self) -> list[str]:
        return [one.name for one in self.known if one.error is not None and one not in self.strategies]

    # What is filled in by itself

    def _leave_out_what_is_gone(self) -> list[str]:
        """Drop the texts for a strategy or parameters that are gone; return a sentence about it, if any."""
        name = self.texts.get("strategy")
        if name is None:
            return []
        known = next((one for one in self.known if one.name == name), None)
        if known is None or known.error is not None:
            # What was typed for its parameters means nothing to another strategy.
            self._drop_parameters()
            del self.texts["strategy"]
            return [f"There is no strategy {name} any more." if known is None else str(known.error)]
        return self._leave_out_parameters(known)

    def _leave_out_parameters(self, known: "Description") -> list[str]:
        if known.unread or known.error is not None:
            return []
        gone = self._drop_parameters({PARAMETER + spec.name for spec in known.parameters})
        return [f"{known.name} has no parameter {', '.join(gone)} any more."] if gone else []

    def _drop_parameters(self, there: Collection[str] = ()) -> list[str]:
        gone = [name for name in self.texts if name.startswith(PARAMETER) and name not in there]
        for name in gone:
            del self.texts[name]
        return [name.removeprefix(PARAMETER) for name in gone]

    def _fill(self) -> None:
        texts, names = self.texts, [one.name for one in self.strategies]
        if texts.get("strategy") not in names:
            texts["strategy"] = _FIRST if _FIRST in names else names[0]
        texts.update(self._parameters_of.pop(self.strategy.name, {}))
        for spec in self.strategy.parameters:
            texts.setdefault(PARAMETER + spec.name, value_text(spec.default))
        for name, text in broker.DEFAULTS.items():
            texts.setdefault(name, text)
        if texts["execution_mode"] not in MODES:
            texts["execution_mode"] = broker.DEFAULTS["execution_mode"]
        texts.update(self._chosen)
        self.data.fill(texts["account_currency"])
        if texts["finer"] not in self.data.finer():
            texts["finer"] = ""

    # What is wrong, and the requests

    def check(self) -> "tuple[list[RunRequest], dict[str, str]]":
        """Return a request for each run, or none and the sentences by the fields they belong beside."""
        params, problems = strategy.parameters(self.strategy, self.texts)
        if self.strategy.error is not None:
            problems["strategy"] = self.strategy.error
        pairs = self.data.pairs
        if len(pairs) > MOST_RUNS:
            problems["symbol"] = f"These are {plural(len(pairs), 'run')}; start at most {MOST_RUNS} at once."
        problems |= broker.problems(self._stripped) | self.data.outside()
        requests: dict[str, RunRequest] = {}
        for timeframe in self.data.timeframes:
            values = {**self._values(), "params": params, "timeframe": timeframe, "symbol": pairs[0][0]}
            request, wrong = _parsed(values)
            for problem in wrong:
                self._add(problems, problem)
            if request is not None:
                requests[timeframe] = request
        if problems:
            return [], problems
        return [self._of_symbol(requests[timeframe], symbol) for symbol, timeframe in pairs], {}

    def _add(self, problems: dict[str, str], problem: "Problem") -> None:
        """Add a sentence of the request; what is told already is not told again in other words."""
        # Where the beginning is wrong, no end would lie after it.
        is_told = problem.field == "end" and "start" in problems and day_of(self.texts["end"]) is not None
        if not is_told:
            problems.setdefault(self.field_of(problem.field), problem.sentence)

    @property
    def _stripped(self) -> dict[str, str]:
        return {name: text.strip() for name, text in self.texts.items()}

    def _values(self) -> dict[str, object]:
        """Return the texts that every run shares as the run request takes them."""
        texts = self._stripped
        values: dict[str, object] = {"strategy": texts["strategy"]}
        values |= {name: day_of(texts[name]) or texts[name] or None for name in DAYS}
        if self.strategy.uses_model:
            values |= {"max_llm_calls": texts["max_llm_calls"], "fresh": texts["fresh"] == "yes"}
        return values | broker.values(texts)

    def _of_symbol(self, request: "RunRequest", symbol: str) -> "RunRequest":
        return request.model_copy(update={"symbol": symbol, "source": self.data.source_of(symbol)})

    def warnings(self) -> dict[str, str]:
        """Return what will probably go wrong, by field: it can be sent all the same."""
        if not self.texts["size"].strip().endswith("%"):
            return {}
        params, _ = strategy.parameters(self.strategy, self.texts)
        stop = strategy.missing_stop(self.strategy, params)
        return {} if stop is None else {"size": f"A share at risk needs a stop, and {stop} is 0."}

    def label_of(self, name: str) -> str:
        """Return what a field of the form is called, "" where there is none of that name."""
        found = (spec.label for group in self.groups() for spec in group.fields if spec.name == name)
        return next(found, "")

    def field_of(self, request_field: str | None) -> str:
        """Return which field of the form a field of the request belongs to."""
        name = request_field or "strategy"
        name = broker.STANDS_FOR.get(name, name)
        if name in {spec.name for spec in self.strategy.parameters}:
            return PARAMETER + name
        return name if name in self.texts else "strategy"


def _parsed(values: Mapping[str, object]) -> "tuple[RunRequest | None, list[Problem]]":
    """Return a request and all that is wrong with the values, whatever else is; None where there is none."""
    from core.jobs.request import RefusedRequestError, parse_request

    found: list[Problem] = []
    while True:
        wrong = {problem.field for problem in found}
        try:
            return parse_request({name: value for name, value in values.items() if name not in wrong}), found
        except RefusedRequestError as error:
            more = [problem for problem in error.problems if problem.field not in wrong]
            if not more:
                return None, found
            found += more
