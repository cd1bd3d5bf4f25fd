"""Bars on their way into the library, and what becomes of the dataset that is there."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from core.market.bars import Bars, moment
from core.market.timeframes import Timeframe
from db.datasets import DatasetRecord

if TYPE_CHECKING:
    from core.market.reading import DroppedLine, MarketFile

# What the store keeps of the lines left out; the report of an import has them all.
_KEPT_LINES = 1_000
# As many names of files, the newest, are kept of a dataset that was imported from more.
_KEPT_FILES = 100


@dataclass(frozen=True)
class Incoming:
    """Bars, and how they were read.

    `files` are the names of those they came from, "" first for any that are not known. `doubts`
    are sentences on why bars that came to others may not belong to them.
    """

    bars: Bars
    dialect: str
    timezone: str
    dropped: "Sequence[DroppedLine]"
    warnings: Sequence[str]
    more_dropped: int = 0  # lines left out that `dropped` does not list
    files: Sequence[str] = ()
    doubts: Sequence[str] = ()

    @classmethod
    def of(cls, found: "MarketFile") -> Self:
        """Return the bars of a file."""
        return cls(
            found.bars, found.dialect, found.timezone, found.dropped, found.warnings, files=(found.text.name,)
        )

    def kept_lines(self) -> list[dict[str, Any]]:
        """Return the lines left out as the store keeps them: the first, and how many more there are."""
        kept = [asdict(line) for line in self.dropped[:_KEPT_LINES]]
        if more := self.more_dropped + len(self.dropped) - len(kept):
            kept[-1]["more"] = more
        return kept


@dataclass(frozen=True)
class Outlook:
    """What an import would do: to which dataset, how many bars that would have, how many of them new.

    `there` is None where it would be a new one; with `replaces` its bars go.
    `warnings` are those that would be kept with the dataset then, `doubts` those among
    them on why the bars may not belong to those that are there. With `refusal`, a
    sentence, the import would be refused.
    """

    there: DatasetRecord | None
    rows: int
    added: int
    warnings: Sequence[str]
    replaces: bool = False
    refusal: str = ""
    doubts: Sequence[str] = ()


@dataclass(frozen=True)
class Imported:
    """What an import read, and the dataset it went to.

    `rows`, `first`, `last` (opening times, UTC) and `dropped` are of the file; `record`
    is the dataset now, `warnings` those kept with it, and `added` how many of its bars
    were not in it before; `before` is the dataset that they came to, None for a new one or
    one that was replaced.
    """

    symbol: str
    timeframe: Timeframe
    rows: int
    first: dt.datetime
    last: dt.datetime
    dialect: str
    timezone: str
    dropped: "Sequence[DroppedLine]"
    warnings: Sequence[str]
    record: DatasetRecord
    added: int
    before: DatasetRecord | None = None

    @classmethod
    def of(
        cls, incoming: Incoming, record: DatasetRecord, *, added: int, before: DatasetRecord | None
    ) -> Self:
        """Return what has become of bars."""
        bars = incoming.bars
        return cls(
            symbol=bars.symbol,
            timeframe=bars.timeframe,
            rows=len(bars),
            first=moment(bars.time[0]),
            last=moment(bars.time[-1]),
            dialect=incoming.dialect,
            timezone=incoming.timezone,
            dropped=incoming.dropped,
            warnings=record.warnings,
            record=record,
            added=added,
            before=before,
        )


def together(old: Bars, record: DatasetRecord, incoming: Incoming) -> tuple[Incoming, int]:
    """Return the dataset `record`, whose bars are `old`, with new bars added, and how many it has had.

    Raises:
        BacktapeError: the two contradict each other.
    """
    from core.market.merging import merge
    from core.market.quality import examine
    from core.market.reading import DroppedLine
    from core.market.seams import seam_doubt

    bars = merge(old, incoming.bars)
    told = [*record.warnings, *incoming.warnings]
    of_parts = {*examine(old), *examine(incoming.bars)}
    warnings = [warning for warning in dict.fromkeys(told) if warning not in of_parts] + examine(bars)
    clocks = f"Parts were read on different clocks, {record.timezone} and {incoming.timezone}."
    found = (clocks if record.timezone != incoming.timezone else None, seam_doubt(old, incoming.bars, bars))
    doubts = [doubt for doubt in found if doubt is not None]
    dropped = [DroppedLine(line["line"], line["reason"]) for line in record.dropped]
    whole = replace(
        incoming,
        bars=bars,
        dropped=[*dropped, *incoming.dropped],
        warnings=list(dict.fromkeys([*doubts, *warnings])),
        more_dropped=record.more_dropped,
        files=_names(record.files, incoming.files, apart=len(bars) == len(old) + len(incoming.bars)),
        doubts=doubts,
    )
    return whole, len(old)


def _names(before: Sequence[str], more: Sequence[str], *, apart: bool) -> Sequence[str]:
    """Return the names of all files, "" first where earlier ones are not known.

    One that has grown is named once; one of the same name is another file where the bars are `apart`.
    """
    if not more:
        return before
    names = [*(before or [""]), *(name for name in more if apart or name not in before)]
    return names if len(names) <= _KEPT_FILES else ["", *names[1 - _KEPT_FILES :]]
