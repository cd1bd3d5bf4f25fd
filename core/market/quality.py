"""What is worth knowing about a history before it is trusted: holes, leaps, a clock that is off."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from core.market.bars import Bars, moment
from core.market.holes import find_holes
from core.market.zones import Clock, Mask, Seconds, find_clock
from core.text import plural

_HOUR, _DAY = 3_600, 86_400
_NEW_YORK, _EUROPE = "America/New_York", "Europe/Athens"
_WEEK_END = 17
_NEVER_CLOSED = {"BTC", "ETH", "BCH", "BNB", "LTC", "SOL", "DOT", "LNK", "XRP", "ADA", "XLM", "DOGE"}
_CLOCKS = [
    "Europe/Athens",
    "America/New_York+7",
    "UTC",
    "America/New_York",
    "Europe/Athens-7",
    "-05:00",
    "+02:00",
]


@dataclass(frozen=True)
class Gap:
    """Bars missing inside a week: how many, behind the bar that opened at `after` (UTC)."""

    after: dt.datetime
    missing: int


@dataclass(frozen=True)
class Gaps:
    """The bars missing inside weeks: how many, in how many gaps, and the longest of these, longest first."""

    missing: int = 0
    count: int = 0
    longest: tuple[Gap, ...] = ()

    def share_there(self, rows: int) -> float:
        """Return which share of the bars expected inside weeks `rows` bars are, 0.0 to 1.0."""
        return rows / (rows + self.missing)

    @property
    def sentence(self) -> str:
        """What is missing as it is kept with the data; there are gaps."""
        bars_are = plural(self.missing, "bar is", "bars are")
        gaps_are = (
            f"in {self.count:,} gaps; the longest follows" if self.count > 1 else "in 1 gap, which follows"
        )
        return f"{bars_are} missing inside weeks, {gaps_are} {self.longest[0].after:%Y-%m-%dT%H:%M:%SZ}."


def find_gaps(bars: Bars, *, longest: int = 5) -> Gaps:
    """Return the bars missing inside weeks and the `longest` gaps; none are looked for from D1 upwards.

    A hole that contains a Saturday of the dataset's own clock is a weekend and
    does not count, daily breaks and holidays do; weeks without any bar are
    those of `find_holes`.
    """
    time = bars.time.view(np.int64)
    missing = np.diff(time) // bars.timeframe.seconds - 1
    if not bars.timeframe.is_intraday or not (missing > 0).any():
        return Gaps()
    holes = np.flatnonzero(missing > 0)
    holes = holes[~_has_saturday(bars, time[holes], time[holes + 1])]
    order = np.argsort(-missing[holes], kind="stable")[:longest]
    found = tuple(Gap(moment(bars.time[hole]), int(missing[hole])) for hole in holes[order].tolist())
    return Gaps(int(missing[holes].sum()), len(holes), found)


def _has_saturday(bars: Bars, start: Seconds, end: Seconds) -> Mask:
    """Return which spans hold some of a Saturday."""
    clock = find_clock(bars.days.zone)
    local = start + bars.timeframe.seconds + clock.offsets(start)
    until = end + clock.offsets(end)
    weekday = (local // _DAY + 3) % 7
    saturday = (local // _DAY + (5 - weekday) % 7) * _DAY
    return np.asarray(np.maximum(saturday, local) < until)


def leaps(bars: Bars) -> tuple[int, int, float]:
    """Return how many bars leap out of line, the one that leaps farthest, and by how much (a share).

    A bar leaps if its close is apart from the close before it, or its high or
    low from its own open and close, by 2 % and ten times the usual move.
    """
    if len(bars) < 3:
        return 0, -1, 0.0
    change = np.abs(bars.close[1:] / bars.close[:-1] - 1)
    above = bars.high / np.maximum(bars.open, bars.close) - 1
    below = np.minimum(bars.open, bars.close) / bars.low - 1
    far = np.maximum(np.append(0.0, change), np.maximum(above, below))
    usual = float(np.median(change[change > 0])) if (change > 0).any() else 0.0
    leaping = far > max(0.02, 10 * usual)
    if not leaping.any():
        return 0, -1, 0.0
    farthest = int(np.argmax(far))
    return int(leaping.sum()), farthest, float(far[farthest])


def examine(bars: Bars) -> list[str]:
    """Return one sentence for each thing that a reader of results should know."""
    found: list[str] = []
    gaps = find_gaps(bars)
    if gaps.count:
        found.append(gaps.sentence)
    holes = find_holes(bars)
    if holes.count:
        found.append(holes.sentence)
    count, farthest, far = leaps(bars)
    if count:
        move = f"{far:.1%}" if far < 10 else f"{far + 1:,.0f} times"
        leap = plural(count, "bar leaps", "bars leap")
        which = ", the farthest by" if count > 1 else " by"
        found.append(f"{leap} out of line{which} {move} at {bars.time[farthest]}Z.")
    return found + _sparse(bars)


def _sparse(bars: Bars) -> list[str]:
    """Tell of years that hold far fewer bars than the fullest one: a coarser history put before a finer."""
    years = bars.time.astype("datetime64[Y]").astype(np.int64) + 1970
    names, counts = np.unique(years, return_counts=True)
    if len(names) < 3 or not bars.timeframe.is_intraday:
        return []
    thin = counts[:-1] < 0.15 * counts.max()
    thin[0] = thin[0] and thin[1]
    if not thin.any():
        return []
    shown = names[:-1][thin]
    if len(shown) == 1:
        return [f"The year {shown[0]} holds few bars: a coarser history stands in."]
    return [f"{len(shown)} years from {shown[0]} to {shown[-1]} hold few bars: a coarser history stands in."]


@dataclass(frozen=True)
class ClockDoubt:
    """The weeks of a file do not end as the market's do; on the clock `fitting`, if there is one, they do."""

    clock: str
    fitting: str | None

    @property
    def sentence(self) -> str:
        """The doubt as it is kept with the data."""
        advice = f"; read with time zone {self.fitting} they all do" if self.fitting else ""
        sentence = f"Read on {self.clock}, the weeks of this file do not end at one hour all year"
        return f"{sentence}, as the market's do (17:00 New York){advice}."


def doubt_clock(bars: Bars, clock: Clock) -> ClockDoubt | None:
    """Return a doubt about the clock a file was read on, if its weeks end at changing hours.

    The market's week ends on Friday at 17:00 in New York, all year. A clock
    under which the weeks of the file end there throughout is named, if there is
    one among those in use.
    """
    if bars.timeframe.seconds > _HOUR or bars.instrument.base in _NEVER_CLOSED:
        return None
    time = bars.time.view(np.int64)
    length = bars.timeframe.seconds
    steps = np.diff(time)
    # Only weeks that end in unbroken trading tell when they end.
    last = time[1:-1][(steps[1:] > 1.5 * _DAY) & (steps[:-1] == length)]
    if len(last) < 8 or len(_usual_ends(last + length)) == 1:
        return None
    shown = last + clock.offsets(last)
    fitting = (
        name for name in _CLOCKS if _usual_ends(find_clock(name).to_utc(shown).utc + length) == {_WEEK_END}
    )
    return ClockDoubt(clock.name, next(fitting, None))


def _usual_ends(ends: Seconds) -> set[int]:
    """Return the hours in New York at which weeks usually end, one for each part of the year.

    The parts: winter, summer, and the weeks in which New York's clock has
    changed and Europe's has not. A part of a single week says nothing.
    """
    here, there = find_clock(_NEW_YORK).offsets(ends), find_clock(_EUROPE).offsets(ends)
    hours = (ends + here + _HOUR // 2) // _HOUR % 24
    part = here - there
    groups = [
        (here == offset) & (part == apart) for offset in set(here.tolist()) for apart in set(part.tolist())
    ]
    return {int(np.bincount(hours[group]).argmax()) for group in groups if group.sum() > 1}
