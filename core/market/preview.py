"""What was understood of a market file, to be looked at before anything is stored."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from core.market.bars import moment
from core.market.dialects import Layout
from core.market.holes import Holes, find_holes
from core.market.instruments import Instrument
from core.market.quality import Gaps, find_gaps
from core.market.reading import DroppedLine, MarketFile, read_market_file
from core.market.timeframes import Timeframe
from core.text import clean

_SHOWN_LINES = 6
_LISTED = 1_000
_LONGEST_LINE = 200
_LONGEST_NAME = 30
_SEPARATORS = {"\t": "tab", ";": "semicolon", ",": "comma", "|": "bar"}
_DECIMALS = {".": "point", ",": "comma"}


@dataclass(frozen=True)
class ColumnRead:
    """A column of the file: what it was taken for, its place from 1, its name in the header ("" for none)."""

    role: str
    place: int
    name: str


@dataclass(frozen=True)
class BarShown:
    """A bar as it would be stored: its opening time in UTC, prices, volume, spread in points (None: none)."""

    time: dt.datetime
    open: float
    high: float
    low: float
    close: float
    volume: float
    spread: float | None


@dataclass(frozen=True)
class LineShown:
    """One of the file's first lines, and the bar that it became, or why it became none."""

    line: int
    text: str
    bar: BarShown | None
    instead: str = ""


@dataclass(frozen=True)
class Preview:
    """What was understood of one file.

    The reasons are ends of the sentence "it is so, because": "the file's name
    says so". `fitting_timezone` is the clock on which the weeks of the file end
    as the market's do, where they do not on `timezone`. With `ask_doubted` the
    file's name says that its prices are ask, not bid. `days` says where days
    begin, `digits` how many the symbol's prices have. `dropped` are the first of
    `dropped_count` lines that became no bar, `warnings` all that would be kept
    with the bars, were they a dataset of their own.
    """

    file: str
    dialect: str
    separator: str
    decimal_mark: str
    columns: tuple[ColumnRead, ...]
    unused_columns: tuple[str, ...]
    symbol: str
    symbol_reason: str
    timeframe: Timeframe
    timeframe_reason: str
    timezone: str
    timezone_reason: str
    timezone_doubted: bool
    fitting_timezone: str | None
    ask_doubted: bool
    days: str
    digits: int
    has_spread: bool
    rows: int
    first: dt.datetime
    last: dt.datetime
    gaps: Gaps
    share_there: float | None
    holes: Holes
    dropped: tuple[DroppedLine, ...]
    dropped_count: int
    warnings: tuple[str, ...]
    lines: tuple[LineShown, ...]


@dataclass(frozen=True)
class Reading:
    """A market file and what it was asked to be read as; None for what was left to the file itself."""

    path: Path
    symbol: str | None = None
    timeframe: str | None = None
    timezone: str | None = None

    def read(self, own: Mapping[str, Instrument] | None = None) -> MarketFile:
        """Return the file's bars; `own` are the user's own instruments.

        Raises:
            BacktapeError: it cannot be read so.
        """
        return read_market_file(
            self.path, symbol=self.symbol, timeframe=self.timeframe, timezone=self.timezone, own=own
        )

    def preview(self, found: MarketFile) -> Preview:
        """Return what was understood of the file that `read` has returned."""
        bars, gaps = found.bars, find_gaps(found.bars)
        return Preview(
            file=found.text.name,
            dialect=found.dialect,
            separator=_SEPARATORS[found.layout.separator],
            decimal_mark=_DECIMALS[found.layout.decimal],
            columns=_columns(found.layout),
            unused_columns=_unused(found.layout),
            symbol=bars.symbol,
            symbol_reason=_CHOSEN if self.symbol else "the file's name says so",
            timeframe=bars.timeframe,
            timeframe_reason=_CHOSEN if self.timeframe else "most bars are so far apart",
            timezone=found.timezone,
            timezone_reason=_clock_reason(found),
            timezone_doubted=found.doubt is not None,
            fitting_timezone=found.doubt.fitting if found.doubt is not None else None,
            ask_doubted=any("name says ASK" in warning for warning in found.warnings),
            days=str(bars.days),
            digits=bars.instrument.digits,
            has_spread=bars.spread is not None,
            rows=len(bars),
            first=moment(bars.time[0]),
            last=moment(bars.time[-1]),
            gaps=gaps,
            share_there=gaps.share_there(len(bars)) if bars.timeframe.is_intraday else None,
            holes=find_holes(bars),
            dropped=tuple(found.dropped[:_LISTED]),
            dropped_count=len(found.dropped),
            warnings=tuple(found.warnings),
            lines=_first_lines(found),
        )


_CHOSEN = "so it was chosen"


def _columns(layout: Layout) -> tuple[ColumnRead, ...]:
    found = (ColumnRead(role, at + 1, _name_at(layout, at)) for role, at in layout.columns.items())
    return tuple(sorted(found, key=lambda column: column.place))


def _unused(layout: Layout) -> tuple[str, ...]:
    """Return the names of the columns that mean nothing here, or their places where they have none."""
    used = set(layout.columns.values())
    return tuple(_name_at(layout, at) or f"no. {at + 1}" for at in range(layout.width) if at not in used)


def _name_at(layout: Layout, at: int) -> str:
    return clean(layout.names[at], limit=_LONGEST_NAME) if at < len(layout.names) else ""


def _clock_reason(found: MarketFile) -> str:
    if found.read_on.explicit:
        return "the times name it themselves"
    return _CHOSEN if found.read_on.named else found.layout.dialect.why


def _first_lines(found: MarketFile) -> tuple[LineShown, ...]:
    """Return the first lines that are not blank, each with what became of it."""
    filled = ((number, text) for number, text in found.text.head() if text.strip())
    first = dict(islice(filled, _SHOWN_LINES))
    dropped = {line.line: line.reason for line in found.dropped[:_SHOWN_LINES]}
    rows = np.flatnonzero(np.isin(found.lines, list(first)))
    bars = {
        line: _bar(found, row) for line, row in zip(found.lines[rows].tolist(), rows.tolist(), strict=True)
    }
    return tuple(
        LineShown(
            number,
            clean(text, limit=_LONGEST_LINE),
            bars.get(number),
            "" if number in bars else dropped.get(number) or _not_a_bar(found.layout, number),
        )
        for number, text in first.items()
    )


def _not_a_bar(layout: Layout, number: int) -> str:
    if number >= layout.first_line:
        return "left out"
    return "the header" if layout.names and number == layout.first_line - 1 else "no bar"


def _bar(found: MarketFile, row: int) -> BarShown:
    bars = found.bars
    return BarShown(
        time=moment(bars.time[row]),
        open=float(bars.open[row]),
        high=float(bars.high[row]),
        low=float(bars.low[row]),
        close=float(bars.close[row]),
        volume=float(bars.volume[row]),
        spread=None if bars.spread is None else float(bars.spread[row]),
    )
