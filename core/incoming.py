"""Bars on their way into the library, and what becomes of the dataset that is there."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from core.market.bars import Bars
from db.datasets import DatasetRecord

if TYPE_CHECKING:
    from core.market.reading import DroppedLine, MarketFile

# What the store keeps of the lines left out; the report of an import has them all.
_KEPT_LINES = 1_000


@dataclass(frozen=True)
class Incoming:
    """Bars, and how they were read."""

    bars: Bars
    dialect: str
    timezone: str
    dropped: "Sequence[DroppedLine]"
    warnings: Sequence[str]
    more_dropped: int = 0  # lines left out that `dropped` does not list

    @classmethod
    def of(cls, found: "MarketFile") -> Self:
        """Return the bars of a file."""
        return cls(found.bars, found.dialect, found.timezone, found.dropped, found.warnings)

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
    `warnings` are those that would be kept with the dataset then. With `refusal`, a
    sentence, the import would be refused.
    """

    there: DatasetRecord | None
    rows: int
    added: int
    warnings: Sequence[str]
    replaces: bool = False
    refusal: str = ""


def together(old: Bars, record: DatasetRecord, incoming: Incoming) -> tuple[Incoming, int]:
    """Return the dataset `record`, whose bars are `old`, with new bars added, and how many it has had.

    Raises:
        BacktapeError: the two contradict each other.
    """
    from core.market.merging import merge
    from core.market.quality import examine
    from core.market.reading import DroppedLine

    bars = merge(old, incoming.bars)
    told = [*record.warnings, *incoming.warnings]
    of_parts = {*examine(old), *examine(incoming.bars)}
    warnings = [warning for warning in dict.fromkeys(told) if warning not in of_parts] + examine(bars)
    if record.timezone != incoming.timezone:
        warnings.append(f"Parts were read on different clocks, {record.timezone} and {incoming.timezone}.")
    dropped = [DroppedLine(line["line"], line["reason"]) for line in record.dropped]
    whole = replace(
        incoming,
        bars=bars,
        dropped=[*dropped, *incoming.dropped],
        warnings=list(dict.fromkeys(warnings)),
        more_dropped=record.more_dropped,
    )
    return whole, len(old)
