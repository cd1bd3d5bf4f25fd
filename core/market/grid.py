"""Which timeframe a file's bars have, and where its days begin, from the bars themselves."""

import numpy as np

from core.market.days import DayRule
from core.market.dialects import BROKER_CLOCK, Dialect
from core.market.placing import ReadOn
from core.market.rows import Rows
from core.market.timeframes import Timeframe
from core.market.zones import Mask, Seconds
from core.text import plural

_HOUR, _DAY = 3_600, 86_400
_THIN = 0.05
_LONGER = [(23, 25, Timeframe.D1), (6 * 24, 8 * 24, Timeframe.W1), (27 * 24, 32 * 24, Timeframe.MN1)]


def settle_timeframe(rows: Rows, asked: Timeframe | None, named: Timeframe | None) -> Timeframe:
    """Return the timeframe of the bars, as asked for, named or seen.

    Raises:
        BacktapeError: it cannot be told, the bars contradict what was asked for,
            or bars overlap.
    """
    seen = _usual_step(rows.time)
    if asked is not None and seen is not None and seen != asked:
        raise rows.file.refusal(
            f"most bars are {_length(rows.time)} apart, so this is no {asked} file; "
            f"import it with --timeframe {seen}."
        )
    if named is not None and asked is None and seen is not None and seen != named:
        rows.warnings.append(
            f"The file's name says {named}, but its bars are {seen}; they were imported as {seen}."
        )
    timeframe = asked or seen or named
    if timeframe is None and len(rows) == 1:
        raise rows.file.refusal("one bar is not enough to tell the timeframe; name it with --timeframe.")
    if timeframe is None:
        raise rows.file.refusal(
            f"no timeframe has bars {_length(rows.time)} apart, as most here are; name it with --timeframe."
        )
    if asked is not None and named is not None and asked != named:
        rows.warnings.append(f"The file's name says {named}; it was imported as {asked}, as asked.")
    _refuse_overlap(rows, timeframe)
    return timeframe


def _usual_step(time: Seconds) -> Timeframe | None:
    """Return the timeframe whose length most neighbours are apart; None if it is none's."""
    if len(time) < 2:
        return None
    steps, counts = np.unique(np.diff(time), return_counts=True)
    step = int(steps[np.argmax(counts)])
    share = dict(zip(steps.tolist(), (counts / counts.sum()).tolist(), strict=True))
    for timeframe in Timeframe:
        length = timeframe.seconds
        # In a thin market most bars may be two or three lengths apart.
        thin = length < step and all(share.get(length * times, 0) >= _THIN for times in (1, 2, 3))
        if timeframe.is_intraday and (thin or length == step):
            return timeframe
    return next((timeframe for low, high, timeframe in _LONGER if low * _HOUR <= step <= high * _HOUR), None)


def _length(time: Seconds) -> str:
    if len(time) < 2:
        return "nothing"
    steps, counts = np.unique(np.diff(time), return_counts=True)
    minutes, seconds = divmod(int(steps[np.argmax(counts)]), 60)
    return f"{minutes:,} minutes" if not seconds else f"{minutes:,}:{seconds:02} minutes"


def _refuse_overlap(rows: Rows, timeframe: Timeframe) -> None:
    """Refuse bars that open before the one before them has ended: another timeframe is mixed in."""
    shortest = {Timeframe.D1: 20 * _HOUR, Timeframe.W1: 5 * _DAY, Timeframe.MN1: 25 * _DAY}.get(timeframe)
    if shortest is None:
        # Where a clock changes, bars of two hours and more may be an hour short.
        shortest = timeframe.seconds - (_HOUR if timeframe.seconds > _HOUR else 0)
    short = np.diff(rows.time) < shortest
    if short.any():
        row = int(np.argmax(short)) + 1
        minutes = int(rows.time[row] - rows.time[row - 1]) / 60
        raise rows.file.refusal(
            f"this bar opens {minutes:,.0f} minutes after the one before it, within that {timeframe} bar; "
            f"{plural(int(short.sum()), 'bar does', 'bars do')}. Import each timeframe "
            "from a file of its own.",
            int(rows.lines[row]),
        )


def settle_days(rows: Rows, timeframe: Timeframe, dialect: Dialect, read_on: ReadOn) -> DayRule:
    """Return where the file's days begin, so that its own bars lie on them.

    Minutes and single hours lie on any days, so the clock decides. Longer bars
    are compared with the days of the clock, of New York, of a broker and of UTC.

    Raises:
        BacktapeError: daily bars open at hours that no rule explains.
    """
    usual = DayRule.of_clock(read_on.clock.name)
    if dialect.days is not None and not read_on.named:
        usual = dialect.days
    if timeframe.seconds <= _HOUR or not len(rows):
        return usual
    clock = read_on.clock
    hours = (rows.time + clock.offsets(rows.time)) // _HOUR % 24
    own = DayRule(clock.name, int(np.bincount(hours).argmax()))
    others = [DayRule("America/New_York", 17), DayRule(BROKER_CLOCK), DayRule("UTC")]
    rules = [usual, *others] if timeframe.is_intraday else [usual, *others, own]
    fits = [_fits(rows.time, timeframe, rule) for rule in rules]
    best = max(range(len(rules)), key=lambda position: (int(fits[position].sum()), -position))
    if not timeframe.is_intraday:
        rows.drop(~fits[best], f"it does not open where the days of the file begin, {rules[best]}")
    if rules[best] != usual:
        rows.warnings.append(f"The bars lie on days that begin at {rules[best]}, and were taken so.")
    return rules[best]


def _fits(time: Seconds, timeframe: Timeframe, rule: DayRule) -> Mask:
    """Return which bars open where bars of this timeframe can open under a rule."""
    begins = rule.boundaries(Timeframe.D1, int(time[0]), int(time[-1]))
    start = begins[np.searchsorted(begins, time, side="right") - 1]
    if timeframe.is_intraday:
        return np.asarray((time - start) % timeframe.seconds == 0)
    return np.asarray(time == start)


def tell_grid(rows: Rows, timeframe: Timeframe) -> None:
    """Warn of bars that stand between the places where the others do."""
    if timeframe.seconds > _HOUR or not len(rows):
        return
    places = rows.time % timeframe.seconds
    usual = np.bincount(places).argmax()
    if count := int((places != usual).sum()):
        line = int(rows.lines[np.argmax(places != usual)])
        rows.warnings.append(
            f"{plural(count, 'bar opens', 'bars open')} between the places where {timeframe} bars do, "
            f"the first in line {line}."
        )
