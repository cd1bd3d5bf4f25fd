"""Checking a strategy for peeking: the caller's side. Its code runs in processes of their own."""

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from core.checking.findings import CheckReport, Finding
from core.config import read_config
from core.datasets import find_dataset, open_bars
from core.home import Home
from core.jobs.beside import Judged, context_timeframes, find_beside
from core.jobs.checking_process import OnProgress, answer_to
from core.jobs.describing import described
from core.jobs.period import period_of
from core.jobs.request import parse_request
from core.jobs.submit import parameters_of
from core.strategies import registry
from db.connection import Connection

# Bars decided on unless more are asked for.
BARS = 20_000
# Hash seed and time zone (POSIX, so that no table of zones is needed) of each further process.
_WITNESSES = (("2", "EAST-13:45"), ("3", "WEST+9:30"))


@dataclass(frozen=True)
class CheckRequest:
    """What is to be checked: a strategy with these parameters on the last `bars` bars of a period.

    `params` may be texts as typed by a person; times are UTC, the end exclusive,
    None for the first and through the last bar there is.
    """

    strategy: str
    symbol: str
    timeframe: str
    params: Mapping[str, object] = field(default_factory=dict)
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    source: str | None = None
    context_tfs: tuple[str, ...] = ()
    bars: int = BARS


def check(
    home: Home, connection: Connection, request: CheckRequest, on_progress: OnProgress | None = None
) -> CheckReport:
    """Return what checking a strategy found; takes seconds, so it is not for a thread that draws.

    `on_progress` is called with what is under way, and how many steps of how
    many are done, about five times a second even while nothing moves. What it
    raises ends the check: no process of it is left when this function is left.

    Raises:
        BacktapeError: the request cannot be checked; nothing of the strategy was run.
    """
    began = time.monotonic()
    told = on_progress or _silently
    task = _task(home, connection, request)
    answer = answer_to(home, task, {"PYTHONHASHSEED": "1"}, told)
    report = answer.report
    if answer.decided is not None:
        found = _witnessed(home, {**task, "decided": answer.decided}, told)
        report = replace(report, findings=(*report.findings, *found))
    return replace(report, seconds=time.monotonic() - began)


def _silently(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def _witnessed(home: Home, task: Mapping[str, Any], told: OnProgress) -> tuple[Finding, ...]:
    """Let further processes decide on the same history; return the first difference, or none."""
    for number, (seed, zone) in enumerate(_WITNESSES):

        def in_all(_what: str, _done: int, _total: int, number: int = number) -> None:
            told("randomness", number, len(_WITNESSES))

        answer = answer_to(home, task, {"PYTHONHASHSEED": seed, "TZ": zone}, in_all)
        if answer.report.findings:
            return answer.report.findings
    return ()


def _task(home: Home, connection: Connection, request: CheckRequest) -> dict[str, Any]:
    """Return what the process is told: the strategy's source, and which versions of which data."""
    asked = parse_request(
        {
            name: value
            for name, value in vars(request).items()
            if name != "bars" and value not in (None, (), {})
        }
    )
    description = described(home, registry.find(asked.strategy, home.strategies))
    params = parameters_of(description, asked)
    description = description.chosen(params)
    own = read_config(home).instruments
    dataset = find_dataset(connection, asked.symbol, asked.timeframe, asked.source, own=own)
    bars = open_bars(home, dataset, asked.timeframe)
    period = period_of(bars, asked)
    # In its quote currency nothing needs to be converted.
    asked = asked.model_copy(update={"account_currency": bars.instrument.quote})
    beside = find_beside(connection, Judged(asked, description, dataset, bars.instrument, period))
    return {
        "strategy": description.name,
        "source": description.source,
        "params": params,
        "dataset": dataset.digest,
        "timeframe": str(asked.timeframe),
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "bars": request.bars,
        "contexts": {
            str(name): beside.contexts.get(str(name), dataset.digest)
            for name in context_timeframes(asked, description)
        },
    }
