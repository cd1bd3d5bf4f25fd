"""The rows of a file on their way to bars: what is dropped, and why.

The policy. A line that cannot be a bar (unreadable time or price, a price of
zero or less, a high below a low, another number of columns) is dropped and
listed with its reason; if more than one line and more than 5 % of them are so,
the file is refused with the first of them, since something is misunderstood.
Bars in which nothing traded, where the file counts volume at all, and exact
repetitions are dropped and listed without limit. Two different bars for one
time are refused: nobody can say which is right.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from core.market.bars import Floats
from core.market.opening import TextFile
from core.market.table import DroppedLine
from core.market.zones import Mask, Seconds
from core.text import plural

_TOLERATED = 0.05
PRICES = ("open", "high", "low", "close")


@dataclass
class Rows:
    """`n` rows: opening times (seconds; UTC once `place` is done), their lines, their numbers."""

    file: TextFile
    count: int
    time: Seconds
    lines: Seconds
    numbers: dict[str, Floats]
    dropped: list[DroppedLine] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    faults: int = 0

    def __len__(self) -> int:
        return len(self.time)

    def select(self, choice: Mask | Seconds) -> None:
        """Keep the rows that a mask or a list of positions chooses, in that order."""
        self.time, self.lines = self.time[choice], self.lines[choice]
        self.numbers = {name: column[choice] for name, column in self.numbers.items()}

    def drop_faulty(self, dropped: list[DroppedLine]) -> None:
        """Count lines that cannot be bars; refuse the file if they are too many.

        Raises:
            BacktapeError: more than 5 % of the lines are so.
        """
        self.dropped += dropped
        self.refuse_if_too_many(len(dropped), lambda: min(self.dropped, key=lambda line: line.line))
        self.faults += len(dropped)

    def refuse_if_too_many(self, more: int, first: Callable[[], DroppedLine]) -> None:
        """Refuse the file if `more` faulty lines are too many; `first` tells of one of them.

        Raises:
            BacktapeError: more than 5 % of the lines would be faulty.
        """
        faults = self.faults + more
        if more and faults > 1 and faults > _TOLERATED * self.count:
            fault = first()
            raise self.file.refusal(
                f"{fault.reason}; {faults:,} of {self.count:,} lines cannot be read as bars, "
                "which is too many to leave out.",
                fault.line,
            )

    def drop(self, mask: Mask, reason: str, *, faulty: bool = True) -> None:
        """Drop the rows of a mask for one reason."""
        if not mask.any():
            return
        dropped = [DroppedLine(line, reason) for line in self.lines[mask].tolist()]
        self.select(~mask)
        if faulty:
            self.drop_faulty(dropped)
        else:
            self.dropped += dropped


def drop_impossible(rows: Rows) -> None:
    """Drop rows whose prices no market can have quoted."""
    lowest = np.minimum.reduce([rows.numbers[name] for name in PRICES])
    rows.drop(lowest <= 0, "a price is zero or negative")
    high, low = rows.numbers["high"], rows.numbers["low"]
    rows.drop(high < low, "the high is below the low")
    ends = rows.numbers["open"], rows.numbers["close"]
    rows.drop(rows.numbers["high"] < np.maximum(*ends), "the high is below the open or the close")
    ends = rows.numbers["open"], rows.numbers["close"]
    rows.drop(rows.numbers["low"] > np.minimum(*ends), "the low is above the open or the close")
    if "spread" in rows.numbers:
        rows.drop(rows.numbers["spread"] < 0, "the spread is negative")
    if "volume" in rows.numbers:
        rows.drop(rows.numbers["volume"] < 0, "the volume is negative")


def drop_filler(rows: Rows) -> None:
    """Drop flat bars without volume, where the file counts volume."""
    volume = rows.numbers.get("volume")
    if volume is None or not volume.any():
        return
    flat = (rows.numbers["high"] == rows.numbers["low"]) & (volume == 0)
    if count := int(flat.sum()):
        rows.drop(flat, "a flat bar without volume: nothing traded", faulty=False)
        rows.warnings.append(
            f"{plural(count, 'flat bar without volume was', 'flat bars without volume were')} left out: "
            "nothing traded there."
        )


def put_in_order(rows: Rows) -> None:
    """Sort by time, drop repetitions, refuse two different bars for one time."""
    steps = np.diff(rows.time)
    if backward := int((steps < 0).sum()):
        rows.warnings.append(
            f"The lines were not in order of time ({plural(backward, 'step')} back) and were sorted."
        )
        rows.select(np.argsort(rows.time, kind="stable"))
        steps = np.diff(rows.time)
    again = np.append(False, steps == 0)
    if not again.any():
        return
    first = np.maximum.accumulate(np.where(again, 0, np.arange(len(rows))))
    differs = np.zeros(len(rows), dtype=np.bool_)
    for column in rows.numbers.values():
        differs |= column != column[first]
    if differs.any():
        row = int(np.argmax(differs))
        moment = np.datetime64(int(rows.time[row]), "s")
        raise rows.file.refusal(
            f"another bar than in line {rows.lines[first[row]]} for the same time ({moment}Z); "
            "keep the one that is right.",
            int(rows.lines[row]),
        )
    rows.dropped += [
        DroppedLine(line, f"repeats line {original}")
        for line, original in zip(rows.lines[again].tolist(), rows.lines[first[again]].tolist(), strict=True)
    ]
    count, line = int(again.sum()), int(rows.lines[again].min())
    if count == 1:
        rows.warnings.append(f"Line {line} repeats another line exactly and was left out.")
    else:
        rows.warnings.append(
            f"{count:,} lines repeat another line exactly and were left out, the first of them line {line}."
        )
    rows.select(~again)


def tell_faults(rows: Rows) -> None:
    """Add one warning for each reason for which lines were dropped as faulty."""
    told = ("repeats line", "a flat bar")
    counts = Counter(line.reason for line in rows.dropped if not line.reason.startswith(told))
    firsts: dict[str, int] = {}
    for line in rows.dropped:
        firsts[line.reason] = min(line.line, firsts.get(line.reason, line.line))
    for reason, count in counts.most_common(5):
        which = f"Line {firsts[reason]} was" if count == 1 else f"{count:,} lines were"
        where = "" if count == 1 else f", the first in line {firsts[reason]}"
        rows.warnings.append(f"{which} left out: {reason}{where}.")
    if len(counts) > 5:
        rest = sum(count for _, count in counts.most_common()[5:])
        others = plural(len(counts) - 5, "other reason")
        rows.warnings.append(f"{plural(rest, 'more line was', 'more lines were')} left out for {others}.")
