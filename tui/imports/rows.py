"""The datasets as rows of a table, and what is to be known about one."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from core.market.holes import NO_HOLES, Holes
from core.market.timeframes import Timeframe
from core.text import clean
from db.datasets import DatasetRecord
from tui import formats
from tui.drawing.wrapping import bounded, prose_lines
from tui.imports.outlook import files_told, row
from tui.imports.preview import gap_lines, hole_line, share_text, warning_lines
from tui.widgets.columns import Cell, Column
from tui.widgets.lines import Line, line

if TYPE_CHECKING:
    from core.market.quality import Gaps

_VERSION = 12
_THIN = 0.95


@dataclass(frozen=True)
class DatasetRow:
    """A dataset and its gaps; these are None until they are looked for, and for days and longer bars.

    `problem` says why its files cannot be looked at, `holes` are its weeks without any bar.
    """

    record: DatasetRecord
    gaps: "Gaps | None" = None
    problem: str = ""
    holes: Holes = NO_HOLES

    @property
    def name(self) -> str:
        """What tells it apart from others."""
        record = self.record
        return " ".join(filter(None, (record.symbol, record.timeframe, record.source)))

    @property
    def share_there(self) -> float | None:
        """Which share of the bars expected inside weeks is there; None where that is not known."""
        return None if self.gaps is None else self.gaps.share_there(self.record.rows)


def dataset_columns(records: Iterable[DatasetRecord]) -> list[Column[DatasetRow]]:
    """Return the columns for these datasets; what tells them apart grows as long as it is."""
    there = list(records)
    longest = {
        "symbol": max((len(one.symbol) for one in there), default=0),
        "source": max((len(one.source) for one in there), default=0),
    }
    return [
        replace(column, grows=max(column.width, longest.get(column.name, column.grows)))
        for column in _COLUMNS
        if longest["source"] or column.name != "source"
    ]


def _share(one: DatasetRow) -> Cell:
    if one.problem:
        return Cell("gone", "bad")
    share = one.share_there
    if share is None:
        return Cell(formats.UNDEFINED)
    return Cell(share_text(share), "warn" if share < _THIN or one.holes.count else "")


def _gap_count(one: DatasetRow) -> Cell:
    """Return how many gaps there are inside weeks, and of whole weeks."""
    if one.holes.count:
        inside = 0 if one.gaps is None else one.gaps.count
        return Cell(formats.count(inside + one.holes.count), "warn")
    return Cell(formats.UNDEFINED if one.gaps is None else formats.count(one.gaps.count))


def _warning_count(one: DatasetRow) -> Cell:
    amount = len(one.record.warnings)
    return Cell(str(amount), "warn") if amount else Cell("")


_COLUMNS: list[Column[DatasetRow]] = [
    Column("symbol", "symbol", 9, lambda one: Cell(one.record.symbol)),
    Column("timeframe", "tf", 3, lambda one: Cell(one.record.timeframe)),
    Column("rows", "bars", 10, lambda one: Cell(formats.count(one.record.rows)), right=True),
    Column("first", "first", 10, lambda one: Cell(formats.day(one.record.first_time))),
    Column("last", "last", 10, lambda one: Cell(formats.day(one.record.last_time))),
    Column("there", "% there", 7, _share, right=True, priority=1),
    Column("gaps", "gaps", 6, _gap_count, right=True, priority=2),
    Column("warnings", "warnings", 8, _warning_count, right=True, priority=3),
    Column("source", "source", 8, lambda one: Cell(one.record.source)),
    Column("dialect", "format", 12, lambda one: Cell(one.record.dialect), priority=4, grows=24),
    Column("timezone", "time zone", 13, lambda one: Cell(one.record.timezone), priority=5, grows=20),
]


def fits(one: DatasetRow, words: str) -> bool:
    """Return whether every word is found in the dataset: in any of its names, or with `tf:` and such in one.

    What begins with - must not be found.
    """
    record = one.record
    names = {
        "symbol": record.symbol.lower(),
        "tf": record.timeframe.lower(),
        "source": record.source.lower(),
        "format": record.dialect.lower(),
    }
    wanted = [word for word in words.lower().split() if word != "-"]
    return all(_has(names, word.removeprefix("-")) != word.startswith("-") for word in wanted)


def _has(names: Mapping[str, str], word: str) -> bool:
    name, colon, value = word.partition(":")
    if word.upper() in Timeframe.__members__:
        return names["tf"] == word
    return value in names[name] if colon and name in names else any(word in text for text in names.values())


def dataset_lines(one: DatasetRow, width: int) -> list[Line]:
    """Return what is to be known about a dataset, most important first."""
    record = one.record
    span = f"{formats.minute(record.first_time)} to {formats.minute(record.last_time)} UTC"
    lines = prose_lines(f"{one.name} · {formats.plural(record.rows, 'bar')} · {span}", width, "title")
    if record.synthetic:
        lines += row("made up", "these prices are no market's; they are for trying things out", width, "warn")
    if one.problem:
        lines += row("files", one.problem, width, "bad")
    if record.files:
        lines += row("from", files_told(record.files), width)
    lines += warning_lines(record.warnings, width)
    gaps = None if one.gaps is None else asdict(one.gaps)
    lines += gap_lines(gaps, one.share_there, asdict(one.holes), width)
    left_out = f"{formats.plural(record.dropped_count, 'line')} of its files" if record.dropped else "nothing"
    lines += row("left out", left_out, width, "warn" if record.dropped else "")
    lines += row("spread", "recorded with each bar" if record.has_spread else "not recorded", width)
    lines += row("read as", record.dialect, width)
    return [*lines, *row("time zone", record.timezone, width)]


def dataset_page(one: DatasetRow, width: int) -> list[Line]:
    """Return everything known about a dataset: every gap and line that is listed, and where it lies."""
    record = one.record
    lines = dataset_lines(one, width)
    lines += row("source", record.source or "without a name", width)
    lines += row("imported", f"{formats.minute(record.created_at)} UTC", width)
    lines += row("digits", f"{record.digits} behind the point", width)
    lines += row("version", record.digest[:_VERSION], width)
    lines += row("folder", record.folder, width)
    if one.holes.longest:
        lines += [line(""), line("The longest stretches without any bar", "title")]
        lines += [line(hole_line(asdict(hole))) for hole in one.holes.longest]
    if one.gaps is not None and one.gaps.longest:
        lines += [line(""), line("The longest gaps", "title")]
        gaps = (
            f"{formats.plural(gap.missing, 'bar')} after {formats.minute(gap.after)} UTC"
            for gap in one.gaps.longest
        )
        lines += [line(text) for text in gaps]
    if len(record.files) > 1:
        lines += [line(""), line("The files it was imported from", "title")]
        names = (name or "and others before, whose names are not known" for name in reversed(record.files))
        lines += [line(clean(str(name))) for name in names]
    if record.dropped:
        lines += [line(""), line("The lines left out", "title")]
        for drop in record.dropped:
            lines += row(f"line {drop['line']}", formats.with_times(str(drop["reason"])), width)
        if record.more_dropped:
            lines.append(line(f"and {formats.plural(record.more_dropped, 'more line')}", "dim"))
    return bounded(lines)
