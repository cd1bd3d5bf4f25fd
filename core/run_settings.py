"""All that decided the result of a run: one by one for comparison, in short for a line of a report."""

from collections.abc import Iterator
from typing import NamedTuple

from core.formats import minute, number, plain_value
from core.jobs.settings import RunSettings
from core.limits import seconds_of, time_in_words
from core.text import clean, plural
from db.runs import RunRecord

SECTIONS = ("strategy", "market", "account", "costs", "execution", "model", "limits")

_VERSION = 12


class Name(NamedTuple):
    """What a setting belongs to and is called: a parameter may bear the name of something else."""

    section: str
    label: str


def settings_of(run: RunRecord) -> dict[Name, str]:
    """Return every setting of a run as text, harmless wherever it is shown, in the order people read them."""
    settings = RunSettings.of_run(run)
    by_section = (
        _strategy(run),
        _market(run),
        _account(run, settings),
        _costs(run, settings),
        _execution(run, settings),
        _model(run, settings),
        _limits(settings),
    )
    return {
        Name(section, clean(label, limit=60)): clean(text, limit=200)
        for section, items in zip(SECTIONS, by_section, strict=True)
        for label, text in items
    }


def parameters_in_short(run: RunRecord) -> list[str]:
    """Return the parameters of the strategy, each with its value."""
    return [f"{clean(str(name), limit=60)} {_short(value)}" for name, value in run.params.items()]


def terms_in_short(run: RunRecord) -> list[str]:
    """Return account, costs and execution; what is as in most runs is left out."""
    settings = RunSettings.of_run(run)
    size = f"{run.volume:g} lots" if run.risk_pct is None else f"risk {run.risk_pct:g} %"
    recorded = settings.spread_source == "data"
    return [
        f"{number(run.initial_balance)} {clean(settings.account_currency, limit=3)}",
        size,
        "spread as recorded" if recorded else f"spread {run.spread_pips:g}",
        clean(run.execution_mode, limit=20),
        f"commission {run.commission_per_lot:g}",
        f"leverage {settings.leverage:g}",
        *_unusual(run, settings),
    ]


def _unusual(run: RunRecord, settings: RunSettings) -> Iterator[str]:
    for pair, rate in settings.rates.items():
        yield f"{clean(pair, limit=6)} fixed at {rate:g}"
    if settings.slippage_pips:
        yield f"slippage {settings.slippage_pips:g}"
    if settings.swap_long or settings.swap_short:
        yield f"swap {settings.swap_long:g} and {settings.swap_short:g}"
    if run.context_tfs:
        yield f"context {' '.join(clean(str(name), limit=10) for name in run.context_tfs)}"
    if settings.finer:
        yield f"inside bars by {clean(settings.finer, limit=3)}"
    for _, limit in _limits(settings):
        yield f"at most {limit}"


def _short(value: object) -> str:
    return clean(plain_value(value), limit=60)


_Items = Iterator[tuple[str, str]]


def _strategy(run: RunRecord) -> _Items:
    yield "strategy", run.strategy
    for name, value in run.params.items():
        yield str(name), plain_value(value)
    yield "strategy version", _version(run.strategy_version)


def _market(run: RunRecord) -> _Items:
    yield "symbol", run.symbol
    yield "timeframe", run.timeframe
    yield "from", minute(run.start_date)
    yield "to", minute(run.end_date)
    yield "data version", _version(run.dataset_version)


def _account(run: RunRecord, settings: RunSettings) -> _Items:
    yield "balance", f"{number(run.initial_balance)} {settings.account_currency}"
    is_fixed = run.risk_pct is None
    yield "size", f"{plain_value(run.volume)} lots" if is_fixed else f"risk {plain_value(run.risk_pct)} %"
    yield "leverage", f"1:{plain_value(settings.leverage)}"


def _costs(run: RunRecord, settings: RunSettings) -> _Items:
    recorded = settings.spread_source == "data"
    yield "spread", "as recorded" if recorded else f"{plain_value(run.spread_pips)} pips"
    yield "commission", plain_value(run.commission_per_lot)
    yield "slippage", f"{plain_value(settings.slippage_pips)} pips"
    yield "swap", f"{plain_value(settings.swap_long)}, {plain_value(settings.swap_short)}"
    yield "conversion", _conversion(settings)


def _conversion(settings: RunSettings) -> str:
    if settings.conversion is not None:
        return f"by bars, version {_version(settings.conversion)}"
    fixed = (f"{pair} at {plain_value(rate)}" for pair, rate in settings.rates.items())
    return ", ".join(fixed) or "none"


def _execution(run: RunRecord, settings: RunSettings) -> _Items:
    yield "mode", run.execution_mode
    yield "part at target", f"{number(run.tp_partial_close_ratio * 100.0, 0)} %"
    yield "context", " ".join(map(str, run.context_tfs)) or "none"
    yield "inside bars", "the stop first" if settings.finer is None else f"by {settings.finer}"


def _model(run: RunRecord, settings: RunSettings) -> _Items:
    if run.job is None or not run.job.uses_model:
        return
    yield "model", settings.model or "not known"
    yield "endpoint", settings.endpoint or "not known"
    yield "calls at most", f"{run.max_llm_calls:,}"
    yield "asked afresh", plural(settings.generation, "time")


def _limits(settings: RunSettings) -> _Items:
    if settings.memory_limit_mb is not None:
        yield "memory limit", f"{settings.memory_limit_mb:,} MB"
    seconds = seconds_of(settings.time_limit_minutes)
    if seconds is not None:
        yield "time limit", time_in_words(seconds)


def _version(text: str | None) -> str:
    return (text or "not known")[:_VERSION]
