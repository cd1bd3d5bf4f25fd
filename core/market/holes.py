"""Weeks in which a history has no bar at all."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.text import plural

if TYPE_CHECKING:
    from core.market.bars import Bars

_DAY = 86_400
# A week, but for the hour that a clock may have been changed by: no market rests as long.
_LEAST = 7 * _DAY - 3_600


@dataclass(frozen=True)
class Hole:
    """A week or longer without any bar: from the close of one to the opening of the next (UTC)."""

    start: dt.datetime
    end: dt.datetime
    weeks: int


@dataclass(frozen=True)
class Holes:
    """How many holes of a week or longer there are, and the longest of them, longest first."""

    count: int = 0
    longest: tuple[Hole, ...] = ()

    @property
    def sentence(self) -> str:
        """What is missing as it is kept with the data; there are holes."""
        hole = self.longest[0]
        told = hole_told(f"{hole.start:%Y-%m-%d}", f"{hole.end:%Y-%m-%d}", hole.weeks)
        return f"{told[:1].upper()}{told[1:]}{more_holes(self.count - 1)}."

    def statistics(self) -> dict[str, int | str]:
        """Return what a run keeps of the holes in its period; nothing where there are none."""
        if not self.count:
            return {}
        hole = self.longest[0]
        return {
            "holes": self.count,
            "longest_hole_start": f"{hole.start:%Y-%m-%dT%H:%M:%SZ}",
            "longest_hole_end": f"{hole.end:%Y-%m-%dT%H:%M:%SZ}",
            "longest_hole_weeks": hole.weeks,
        }


NO_HOLES = Holes()


def hole_told(start: str, end: str, weeks: int) -> str:
    """Return a hole between two days in words."""
    return f"no bars at all from {start} to {end} ({plural(weeks, 'week')})"


def more_holes(amount: int) -> str:
    """Return as the end of a sentence that there are more holes than the one told of; "" for none."""
    return f", nor in {plural(amount, 'more hole')} of a week or longer" if amount > 0 else ""


def find_holes(
    bars: "Bars", *, start: dt.datetime | None = None, end: dt.datetime | None = None, longest: int = 5
) -> Holes:
    """Return the holes between bars, also before and behind them where `start` and `end` are given."""
    import numpy as np  # the words above are for screens that do not wait for it

    opening = bars.time.view(np.int64)
    closing = opening + bars.timeframe.seconds
    before = closing[:-1] if end is None else closing
    after = opening[1:] if start is None else opening
    if start is not None:
        before = np.concatenate([[int(start.timestamp())], before])
    if end is not None:
        after = np.concatenate([after, [int(end.timestamp())]])
    free = after - before
    found = np.flatnonzero(free >= _LEAST)
    order = found[np.argsort(-free[found], kind="stable")[:longest]]
    return Holes(len(found), tuple(_hole(int(before[at]), int(after[at])) for at in order.tolist()))


def _hole(start: int, end: int) -> Hole:
    since, until = (dt.datetime.fromtimestamp(second, dt.UTC) for second in (start, end))
    return Hole(since, until, max(1, (until.date() - since.date()).days // 7))
