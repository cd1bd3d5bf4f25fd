"""All that decided the result of a run, defined once: in short, in full, and as a phrase of a line.

In short stands where there is little room and runs are told apart (Compare), in full
where there is room to explain (the Settings tab, a report of its own), and the phrases
make up the line under the heading of a run.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from core.formats import minute, number, plain_value
from core.jobs.settings import RunSettings
from core.limits import seconds_of, time_in_words
from core.text import clean, plural
from db.runs import RunRecord

SECTIONS = ("strategy", "market", "account", "costs", "execution", "model", "limits")
# What tells that files differ, not how.
VERSIONS = frozenset({"strategy version", "data version"})

# What the modes mean.
MODES = {
    "close_price": "everything happens at the close of a bar, stops and targets too",
    "intra_candle": "entry at the next open; inside a bar the stop comes before targets",
}
_BY_FINER_BARS = "entry at the next open; stops and targets inside the bar"

_VERSION, _LABEL, _SHORT, _FULL = 12, 60, 200, 2_000
# What the line begins with, however usual it is.
_ALWAYS = ("balance", "size", "spread", "mode", "commission", "leverage")


class Name(NamedTuple):
    """What a setting belongs to and is called: a parameter may bear the name of something else."""

    section: str
    label: str


class Setting(NamedTuple):
    """One setting; `in_full` is "" where the short text says all, `phrase` where it is as in most runs.

    `is_doubtful` where it makes the result doubtful.
    """

    label: str
    short: str
    in_full: str = ""
    phrase: str = ""
    is_doubtful: bool = False


def settings_by_section(run: RunRecord) -> dict[str, list[Setting]]:
    """Return every setting of a run, harmless wherever it is shown, in the order people read them."""
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
    told = zip(SECTIONS, by_section, strict=True)
    return {section: [_harmless(one) for one in found] for section, found in told}


def settings_of(run: RunRecord, *, in_full: bool = False) -> dict[Name, str]:
    """Return every setting of a run as text, in short unless it is wanted in full."""
    return {
        Name(section, one.label): (in_full and one.in_full) or one.short
        for section, found in settings_by_section(run).items()
        for one in found
    }


def parameters_in_short(params: Mapping[str, object]) -> list[str]:
    """Return the parameters of a run's strategy, each with its value."""
    return [f"{one.label} {clean(one.short, limit=_LABEL)}" for one in map(_harmless, _parameters(params))]


def terms_in_short(run: RunRecord) -> list[str]:
    """Return account, costs and execution; what is as in most runs is left out."""
    found = [one for section in settings_by_section(run).values() for one in section if one.phrase]
    usual = [one for label in _ALWAYS for one in found if one.label == label]
    return [one.phrase for one in (*usual, *(one for one in found if one.label not in _ALWAYS))]


def _harmless(one: Setting) -> Setting:
    return Setting(
        clean(one.label, limit=_LABEL),
        clean(one.short, limit=_SHORT),
        clean(one.in_full, limit=_FULL),
        clean(one.phrase, limit=_LABEL),
        one.is_doubtful,
    )


_Settings = Iterator[Setting]


def _strategy(run: RunRecord) -> _Settings:
    yield Setting("strategy", run.strategy)
    yield from _parameters(run.params)
    yield Setting("strategy version", _version(run.strategy_version))


def _parameters(params: Mapping[str, object]) -> _Settings:
    for name, value in params.items():
        text = plain_value(value)
        yield Setting(str(name), text, text)


def _market(run: RunRecord) -> _Settings:
    start, end = minute(run.start_date), minute(run.end_date)
    yield Setting("symbol", run.symbol)
    yield Setting("timeframe", run.timeframe)
    yield Setting("from", start, f"{start} UTC")
    yield Setting("to", end, f"{end} UTC, exclusive")
    yield Setting("data version", _version(run.dataset_version))


def _account(run: RunRecord, settings: RunSettings) -> _Settings:
    balance, leverage = f"{number(run.initial_balance)} {settings.account_currency}", settings.leverage
    yield Setting("balance", balance, phrase=balance)
    yield _size(run)
    yield Setting("leverage", f"1:{plain_value(leverage)}", phrase=f"leverage {plain_value(leverage)}")


def _size(run: RunRecord) -> Setting:
    if run.risk_pct is None:
        lots = f"{plain_value(run.volume)} lots"
        return Setting("size", lots, phrase=lots)
    share = f"{plain_value(run.risk_pct)} %"
    in_full = f"{share} of equity at risk, by the distance of the stop"
    return Setting("size", f"risk {share}", in_full, phrase=f"risk {share}")


def _costs(run: RunRecord, settings: RunSettings) -> _Settings:
    yield _spread(run, settings)
    yield _commission(run, settings)
    slippage = plain_value(settings.slippage_pips)
    if settings.slippage_pips:
        yield Setting("slippage", f"{slippage} pips", phrase=f"slippage {slippage}")
    else:
        yield Setting("slippage", "none")
    yield _swap(settings)
    yield _conversion(run, settings)


def _spread(run: RunRecord, settings: RunSettings) -> Setting:
    if settings.spread_source == "data":
        in_full = "as recorded with each bar, which is its smallest"
        return Setting("spread", "as recorded", in_full, phrase="spread as recorded")
    pips = plain_value(run.spread_pips)
    return Setting("spread", f"{pips} pips", phrase=f"spread {pips}")


def _commission(run: RunRecord, settings: RunSettings) -> Setting:
    money = plain_value(run.commission_per_lot)
    if not run.commission_per_lot:
        return Setting("commission", "none", phrase="commission 0")
    short = f"{money} {settings.account_currency} a lot"
    return Setting("commission", short, f"{short}, round turn", phrase=f"commission {money}")


def _swap(settings: RunSettings) -> Setting:
    buys, sells = plain_value(settings.swap_long), plain_value(settings.swap_short)
    if not (settings.swap_long or settings.swap_short):
        return Setting("swap", "none")
    in_full = f"{buys} for buys and {sells} for sells, {settings.account_currency} a lot and night"
    return Setting("swap", f"{buys}, {sells}", in_full, phrase=f"swap {buys} and {sells}")


def _conversion(run: RunRecord, settings: RunSettings) -> Setting:
    fixed = {pair: plain_value(rate) for pair, rate in settings.rates.items()}
    phrase = ", ".join(f"{pair} fixed at {rate}" for pair, rate in fixed.items())
    if settings.conversion is not None:
        in_full = f"into {settings.account_currency} by the bars of the pair"
        return Setting("conversion", f"by bars, version {_version(settings.conversion)}", in_full, phrase)
    short = ", ".join(f"{pair} at {rate}" for pair, rate in fixed.items())
    return Setting("conversion", short or "none", phrase or _unconverted(run, settings), phrase)


def _unconverted(run: RunRecord, settings: RunSettings) -> str:
    """Return how profits become the account's money where neither bars nor a rate are named for it."""
    currency = settings.account_currency
    is_base = run.symbol[:3] == currency and run.symbol[3:6] != currency
    return f"into {currency} by the pair's own price" if is_base else "none needed"


def _execution(run: RunRecord, settings: RunSettings) -> _Settings:
    mode = run.execution_mode
    meaning = _BY_FINER_BARS if settings.finer else MODES.get(mode, "")
    yield Setting("mode", mode, f"{mode}: {meaning}" if meaning else mode, phrase=mode)
    part = f"{number(run.tp_partial_close_ratio * 100.0, 0)} %"
    yield Setting("part at target", part, f"{part} of what is left, at each target but the last")
    names = " ".join(map(str, run.context_tfs))
    yield Setting("context", names or "none", phrase=names and f"context {names}")
    if settings.finer:
        in_full = f"bars of {settings.finer} tell whether stop or target came first"
        yield Setting("inside bars", f"by {settings.finer}", in_full, f"inside bars by {settings.finer}")
    elif mode == "intra_candle":
        yield Setting("inside bars", "the stop first", "where a bar touches stop and target, the stop counts")


def _model(run: RunRecord, settings: RunSettings) -> _Settings:
    if run.job is None or not run.job.uses_model:
        return
    yield Setting("model", settings.model or "not known")
    yield Setting("endpoint", settings.endpoint or "not known")
    yield Setting("calls at most", f"{run.max_llm_calls:,}")
    if settings.cutoff is not None:
        begins_before = f"{run.start_date:%Y-%m-%d}" <= settings.cutoff
        doubt = ", so of this period too: what it does well may be memory" if begins_before else ""
        in_full = f"what happened until {settings.cutoff}{doubt}"
        yield Setting("it may know", f"until {settings.cutoff}", in_full, is_doubtful=begins_before)
    yield Setting("asked afresh", plural(settings.generation, "time") if settings.generation else "no")


def _limits(settings: RunSettings) -> _Settings:
    if settings.memory_limit_mb is not None:
        memory = f"{settings.memory_limit_mb:,} MB"
        yield Setting("memory limit", memory, phrase=f"at most {memory}")
    seconds = seconds_of(settings.time_limit_minutes)
    if seconds is not None:
        time = time_in_words(seconds)
        yield Setting("time limit", time, phrase=f"at most {time}")


def _version(text: str | None) -> str:
    return (text or "not known")[:_VERSION]
