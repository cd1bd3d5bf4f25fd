"""Checking a strategy that is given as text, in this process."""

import ast
from collections.abc import Mapping

import numpy as np

from core.checking.examination import Examination
from core.checking.findings import CheckReport
from core.checking.subject import Subject
from core.market.bars import Bars
from core.market.days import DayRule
from core.market.instruments import find_instrument
from core.market.resample import resample
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe, parse_timeframe
from core.strategies.registry import describe_all
from core.strategies.source import canonical
from core.strategies.strategy import strategy_name

# Enough to catch everything in the table; the program itself cuts at more.
CUTS = 48


def subject_of(text: str, params: Mapping[str, object] | None = None) -> Subject:
    """Return the strategy of a text, the last class in it."""
    name = [one.name for one in ast.parse(text).body if isinstance(one, ast.ClassDef)][-1]
    return Subject(strategy_name(name), canonical({"mine.py": text}), params or {})


def builtin(name: str, params: Mapping[str, object] | None = None) -> Subject:
    """Return a built-in strategy."""
    (found,) = [one for one in describe_all() if one.name == name]
    return Subject(name, found.source, params or {})


def sample(count: int = 1_000, timeframe: Timeframe = Timeframe.M15) -> Bars:
    """Return bars of the made-up market, from a week before New York changes its clocks where that fits."""
    bars = synthetic_bars(timeframe=timeframe, years=2)
    before = int(np.count_nonzero(bars.time < np.datetime64("2021-03-08")))
    first = min(before, len(bars) - count)
    return bars.slice(first, first + count)


def random_bars(
    seed: int,
    count: int = 400,
    *,
    start: str = "2021-03-01",
    timeframe: Timeframe = Timeframe.M15,
    zone: str = "UTC",
) -> Bars:
    """Return bars of a random walk in a market that never closes, on the days of a clock."""
    draws = np.random.default_rng(seed)
    close = 1.1 + np.cumsum(draws.integers(-20, 21, count)) / 100_000
    opening = np.append(1.1, close[:-1])
    wicks = draws.integers(0, 10, (2, count)) / 100_000
    return Bars(
        find_instrument("EURUSD"),
        timeframe,
        DayRule(zone),
        np.datetime64(start, "s") + np.arange(count) * np.timedelta64(timeframe.seconds, "s"),
        opening,
        np.maximum(opening, close) + wicks[0],
        np.minimum(opening, close) - wicks[1],
        close,
        np.ones(count),
    )


def with_contexts(subject: Subject, bars: Bars, whole: Bars | None = None) -> Bars:
    """Return the bars with the strategy's own context timeframes beside, made of `whole` as in a run."""
    options = subject.fresh().options()
    source = bars if whole is None else whole
    names = map(parse_timeframe, options.context_timeframes)
    return bars.with_context({name: resample(source, name) for name in names})


def examine(subject: Subject, bars: Bars, *, cuts: int = CUTS, whole: Bars | None = None) -> CheckReport:
    """Check a strategy; its own warm-up comes first in the bars."""
    beside = with_contexts(subject, bars, whole)
    return Examination(subject, beside, subject.fresh().options().warmup, cuts=cuts).report()
