"""The one request for a run: what the form, the command line and HTTP all fill in.

It holds what can be judged without looking at the library or the strategies;
`core.jobs.submit` judges the rest.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from core.errors import BacktapeError
from core.limits import LEAST_MEMORY_MB, MOST_MEMORY_MB, MOST_MINUTES
from core.market.timeframes import Timeframe, parse_timeframe
from core.text import clean

EARLIEST = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
LATEST = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)

LONGEST_NOTE = 10_000
_SHOWN = 40

_RULES = {
    "strategy": "The strategy must be named as in `backtape strategies`, such as sma_cross",
    "symbol": "The symbol must be one instrument of at most 20 letters and digits, such as EURUSD",
    "timeframe": "The timeframe must be one of M1 to MN1, such as M15",
    "source": "The source must be the name that the data were imported under",
    "start": "The first day must be a date from 1970 to 2099, written like 2020-01-31",
    "end": "The end must be a date from 1970 to 2100, written like 2020-12-31",
    "params": "The parameters must be names with numbers, words or yes and no",
    "initial_balance": "The balance must be a plain number above 0 and at most 1,000,000,000,000, "
    "such as 10000",
    "spread_pips": "The spread must be a number of pips from 0 to 10,000, such as 1.5",
    "spread_source": "The spread must be a number of pips, or data for the spread recorded with the bars",
    "execution_mode": "The execution mode must be close_price or intra_candle",
    "volume": "The size must be a number of lots above 0 and at most 100,000, such as 0.1",
    "risk_pct": "The risk must be a percentage of equity above 0 and at most 100, such as 1",
    "commission_per_lot": "The commission must be an amount per lot from 0 to 100,000, such as 7",
    "tp_partial_close_ratio": "The part closed at a target must be above 0 and at most 1, such as 0.5",
    "context_tfs": "A context timeframe must be one of M2 to MN1, coarser than the run's own, such as H4",
    "finer": "The finer timeframe must be one of M1 to W1, finer than the run's own, such as M1",
    "max_llm_calls": "The budget of model calls must be a whole number from 0 to 1,000,000",
    "fresh": "Whether to ask the model anew must be yes or no",
    "memory_limit_mb": f"The memory must be a whole number of megabytes from {LEAST_MEMORY_MB} to "
    f"{MOST_MEMORY_MB:,}, such as 500",
    "time_limit_minutes": f"The time must be a number of minutes above 0 and at most {MOST_MINUTES:,}, "
    "such as 30",
    "leverage": "The leverage must be a number from 1 to 10,000, such as 100",
    "account_currency": "The account currency must be a code of three letters, such as USD",
    "rates": "A fixed rate must be a pair and a number above 0, such as USDJPY=150",
    "slippage_pips": "The slippage must be a number of pips from 0 to 10,000, such as 0.2",
    "swap_long": "The swap must be an amount per lot and night from -100,000 to 100,000",
    "swap_short": "The swap must be an amount per lot and night from -100,000 to 100,000",
    "notes": "The note must be a text of at most 10,000 characters",
}

ParameterValue = bool | int | float | str


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field of a request, as a sentence to show beside it."""

    field: str
    sentence: str


class RefusedRequestError(BacktapeError):
    """A request that breaks a rule; `problems` has one sentence for each field at fault."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(problem.sentence for problem in problems), field=problems[0].field)
        self.problems = tuple(problems)


def _plain(value: object) -> object:
    """Refuse what Python takes for a number and nobody writes as one: True, 1_000."""
    if isinstance(value, bool) or (isinstance(value, str) and "_" in value):
        raise ValueError
    return value


def _moment(value: object) -> object:
    """Read an ISO date or time; one without a zone is UTC."""
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value.strip())
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        value = dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC)
    if not isinstance(value, dt.datetime):
        raise ValueError
    return value if value.tzinfo else value.replace(tzinfo=dt.UTC)


def _possible(moment: dt.datetime) -> dt.datetime:
    if not EARLIEST <= moment <= LATEST:
        raise ValueError
    return moment.astimezone(dt.UTC).replace(microsecond=0)


def _timeframe(value: object) -> Timeframe:
    try:
        return parse_timeframe(str(value))
    except BacktapeError as error:
        raise ValueError(str(error)) from error


def _listed(value: object) -> object:
    """Split what the command line and the form write as one text."""
    return [part for part in re.split(r"[,\s]+", value) if part] if isinstance(value, str) else value


def _each_once(timeframes: tuple[Timeframe, ...]) -> tuple[Timeframe, ...]:
    return tuple(dict.fromkeys(timeframes))


Number = Annotated[float, BeforeValidator(_plain), Field(allow_inf_nan=False)]
Whole = Annotated[int, BeforeValidator(_plain)]
Moment = Annotated[dt.datetime, BeforeValidator(_moment), AfterValidator(_possible)]
AnyTimeframe = Annotated[Timeframe, BeforeValidator(_timeframe)]


class RunRequest(BaseModel):
    """Everything that decides the result of one run, but for the data and the code.

    `source` chooses between datasets of the same symbol and timeframe. Times are
    UTC, the end exclusive; None means from the first, to the last bar there is.
    `risk_pct` takes the place of `volume` where it is given; `spread_source`
    "data" that of `spread_pips`. With `finer`, bars of that timeframe decide what
    came first inside a bar. `memory_limit_mb` and `time_limit_minutes` decide no
    result, only whether there is one; None means as configured for all runs. `fresh`
    asks a language model anew what an equal run has asked it before.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    strategy: str = Field(pattern=r"^[a-z_][a-z0-9_]*$", max_length=100)
    symbol: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._#/+-]*$", max_length=20)
    timeframe: AnyTimeframe
    source: str | None = Field(default=None, max_length=100)
    start: Moment | None = None
    end: Moment | None = None
    params: dict[str, ParameterValue] = Field(default_factory=dict, max_length=1000)
    initial_balance: Number = Field(default=10_000.0, gt=0, le=1e12)
    spread_pips: Number = Field(default=1.5, ge=0, le=10_000)
    spread_source: Literal["fixed", "data"] = "fixed"
    execution_mode: Literal["close_price", "intra_candle"] = "close_price"
    volume: Number = Field(default=0.1, gt=0, le=100_000)
    risk_pct: Number | None = Field(default=None, gt=0, le=100)
    commission_per_lot: Number = Field(default=0.0, ge=0, le=100_000)
    tp_partial_close_ratio: Number = Field(default=0.5, gt=0, le=1)
    context_tfs: Annotated[tuple[AnyTimeframe, ...], BeforeValidator(_listed), AfterValidator(_each_once)] = (
        Field(default=(), max_length=8)
    )
    finer: AnyTimeframe | None = None
    max_llm_calls: Whole = Field(default=100, ge=0, le=1_000_000)
    fresh: bool = False
    memory_limit_mb: Whole | None = Field(default=None, ge=LEAST_MEMORY_MB, le=MOST_MEMORY_MB)
    time_limit_minutes: Number | None = Field(default=None, gt=0, le=MOST_MINUTES)
    leverage: Number = Field(default=100.0, ge=1, le=10_000)
    account_currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    rates: dict[str, Annotated[Number, Field(gt=0, le=1e9)]] = Field(default_factory=dict, max_length=100)
    slippage_pips: Number = Field(default=0.0, ge=0, le=10_000)
    swap_long: Number = Field(default=0.0, ge=-100_000, le=100_000)
    swap_short: Number = Field(default=0.0, ge=-100_000, le=100_000)
    notes: str | None = Field(default=None, max_length=LONGEST_NOTE)

    @field_validator("account_currency", mode="before")
    @classmethod
    def _in_capitals(cls, value: object) -> object:
        return value.strip().upper() if isinstance(value, str) else value

    @field_validator("notes", mode="after")
    @classmethod
    def _harmless(cls, notes: str | None) -> str | None:
        return None if notes is None else clean(notes, limit=LONGEST_NOTE, keep_lines=True)

    @field_validator("rates", mode="after")
    @classmethod
    def _pairs(cls, rates: dict[str, float]) -> dict[str, float]:
        if not all(re.fullmatch(r"[A-Za-z]{6}", pair.strip()) for pair in rates):
            raise ValueError
        return {pair.strip().upper(): rate for pair, rate in rates.items()}

    @model_validator(mode="after")
    def _period_runs_forward(self) -> Self:
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise _Across(
                "end", f"The end ({_day(self.end)}) must lie after the beginning ({_day(self.start)})."
            )
        return self

    @model_validator(mode="after")
    def _contexts_are_coarser(self) -> Self:
        for timeframe in self.context_tfs:
            if timeframe.seconds <= self.timeframe.seconds:
                raise _Across(
                    "context_tfs",
                    f"The context timeframe {timeframe} must be coarser than the run's own, "
                    f"{self.timeframe}.",
                )
        return self

    @model_validator(mode="after")
    def _finer_decides_inside_bars(self) -> Self:
        if self.finer is None:
            return self
        if self.finer.seconds >= self.timeframe.seconds:
            raise _Across(
                "finer", f"The timeframe {self.finer} must be finer than the run's own, {self.timeframe}."
            )
        if self.execution_mode != "intra_candle":
            raise _Across(
                "finer",
                "A finer timeframe decides what comes first inside a bar, which only intra_candle asks; "
                "choose that mode or leave it out.",
            )
        return self


class _Across(ValueError):  # noqa: N818 (pydantic's way to refuse is a ValueError)
    """A rule that two fields break together, told at one of them."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def parse_request(values: Mapping[str, Any]) -> RunRequest:
    """Make a request from what a person wrote, texts included.

    Raises:
        RefusedRequestError: with one sentence for each field at fault.
    """
    try:
        return RunRequest.model_validate(dict(values))
    except ValidationError as error:
        raise RefusedRequestError(problems_of(error)) from error


def problems_of(error: ValidationError) -> list[Problem]:
    """Turn pydantic's account into one plain sentence for each field at fault."""
    found: dict[str, Problem] = {}
    for detail in error.errors(include_url=False):
        problem = _problem(detail["loc"], detail["type"], detail.get("input"), detail.get("ctx", {}))
        found.setdefault(problem.field, problem)
    return list(found.values())


def _problem(where: tuple[int | str, ...], kind: str, value: object, context: Mapping[str, Any]) -> Problem:
    cause = context.get("error")
    if isinstance(cause, _Across):
        return Problem(cause.field, str(cause))
    field = str(where[0]) if where else "request"
    if kind == "missing":
        return Problem(field, f"{_RULES[field]}; nothing is given.")
    if kind == "extra_forbidden":
        return Problem(field, f"A run has no setting called {clean(field, limit=_SHOWN)}; leave it out.")
    rule = _RULES.get(field, "The request must be an object of named settings")
    return Problem(field, f"{rule}; {told_not_to_be(value)}.")


def told_not_to_be(value: object) -> str:
    """Return the end of a sentence that has said what a value must be."""
    text = value if isinstance(value, str) else repr(value)
    return f"'{clean(text, limit=_SHOWN)}' is not" if text else "nothing is given"


def _day(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment.hour or moment.minute else f"{moment:%Y-%m-%d}"
