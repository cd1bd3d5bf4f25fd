"""A file of any known dialect as bars, with everything that was left out or is doubtful."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.market.bars import Bars, Floats
from core.market.days import DayRule
from core.market.dialects import Layout, detect, split
from core.market.grid import settle_days, settle_timeframe, tell_grid
from core.market.instruments import Instrument, UnknownSymbolError, find_instrument, unknown_symbol
from core.market.names import NamedIn, read_name
from core.market.opening import TextFile, open_text
from core.market.placing import ReadOn, place, settle_dates
from core.market.prices import at_scale, decimals_of
from core.market.quality import ClockDoubt, doubt_clock, examine
from core.market.rows import PRICES, Rows, drop_filler, drop_impossible, put_in_order, tell_faults
from core.market.stamps import Stamps, parse_stamps
from core.market.table import DroppedLine, Table, read_table, why_unread
from core.market.timeframes import Timeframe, parse_timeframe
from core.market.zones import Seconds, find_clock
from core.text import clean, plural

_SAMPLED = 200

__all__ = ["DroppedLine", "MarketFile", "quoted_digits", "read_market_file"]


@dataclass(frozen=True)
class MarketFile:
    """A file that was read: its bars, what it was taken for, what was left out, what is doubtful.

    `dialect` and `timezone` say how it was read; `dropped` has every line that
    became no bar, in order; `warnings` are sentences to be kept with the data.
    `text`, `layout`, `read_on` and `lines`, each bar's line, are for whoever
    wants to see how the bars came about.
    """

    bars: Bars
    dialect: str
    timezone: str
    dropped: list[DroppedLine]
    warnings: list[str]
    text: TextFile
    layout: Layout
    read_on: ReadOn
    lines: Seconds
    doubt: ClockDoubt | None


def read_market_file(
    path: Path,
    *,
    symbol: str | None = None,
    timeframe: str | None = None,
    timezone: str | None = None,
    own: Mapping[str, Instrument] | None = None,
) -> MarketFile:
    """Return the bars of a market file, plain or in a gzip or zip archive.

    What is not named is taken from the file's name (symbol), from the bars
    (timeframe) and from the dialect (time zone). `own` are the user's own
    instruments.

    Raises:
        BacktapeError: the file cannot be read as bars; the sentence names the
            file, the line where there is one, and what to do.
    """
    asked = parse_timeframe(timeframe) if timeframe else None
    if timezone is not None:
        find_clock(timezone)
    file = open_text(path)
    named = _named(file, own)
    layout = detect(file)  # before the name is asked for a symbol: the file may hold no prices at all
    instrument = _instrument(file, layout, symbol, named, own)
    rows, read_on, decimals = _rows(file, layout, instrument, timezone)
    if named.instrument is not None and named.instrument.symbol != instrument.symbol:
        rows.warnings.append(
            f"The file's name says {named.instrument.symbol}; it is {instrument.symbol}, as asked."
        )
    frame = settle_timeframe(rows, asked, named.timeframe)
    days = settle_days(rows, frame, layout.dialect, read_on)
    drop_filler(rows)
    tell_grid(rows, frame)
    tell_faults(rows)
    bars = _bars(rows, layout, instrument=instrument, timeframe=frame, days=days, decimals=decimals)
    rows.warnings += examine(bars)
    doubt = None if read_on.explicit else doubt_clock(bars, read_on.clock)
    if doubt is not None:
        rows.warnings.append(doubt.sentence)
    if any(" ASK " in f" {name} ".upper().replace("_", " ") for name in file.names):
        rows.warnings.append(
            "The file's name says ASK; its prices are taken as bid, and the spread is added to them."
        )
    return MarketFile(
        bars=bars,
        dialect=layout.dialect.name,
        timezone=read_on.label,
        dropped=sorted(rows.dropped, key=lambda line: line.line),
        warnings=rows.warnings,
        text=file,
        layout=layout,
        read_on=read_on,
        lines=rows.lines,
        doubt=doubt,
    )


def quoted_digits(path: Path) -> int:
    """Return how many decimals the first prices of a market file are quoted with.

    Raises:
        BacktapeError: the file cannot be read as bars.
    """
    file = open_text(path)
    return _first_digits(file, detect(file))


def _first_digits(file: TextFile, layout: Layout) -> int:
    lines = file.lines_from(layout.first_line)[:_SAMPLED].tolist()
    return _digits_of(file, layout, lines, padded=False)


def _digits_of(file: TextFile, layout: Layout, lines: list[int], *, padded: bool) -> int:
    """Return the most decimals of the prices in some lines, zeros at the end counted only if `padded`."""
    places = [layout.columns[name] for name in PRICES]
    rows = (split(file.line(line), layout.separator) for line in lines)
    texts = (row[place] for row in rows for place in places if place < len(row))
    decimals = (text.strip().partition(layout.decimal)[2] for text in texts)
    found = (part if padded else part.rstrip("0") for part in decimals if part.isdigit())
    return max(map(len, found), default=0)


def _named(file: TextFile, own: Mapping[str, Instrument] | None) -> NamedIn:
    """Return what the name of the archive's member, then that of the file itself, tell."""
    found = [read_name(name, own) for name in file.names]
    return NamedIn(
        next((one.instrument for one in found if one.instrument), None),
        next((one.timeframe for one in found if one.timeframe), None),
    )


def _instrument(
    file: TextFile,
    layout: Layout,
    symbol: str | None,
    named: NamedIn,
    own: Mapping[str, Instrument] | None,
) -> Instrument:
    """Return the instrument of a file.

    Raises:
        UnknownSymbolError: it is not known; the sentence says what its prices look like.
    """
    if symbol is None:
        if named.instrument is None:
            raise UnknownSymbolError(f"{file.name}: its name tells no symbol; name it with --symbol.", "")
        return named.instrument
    try:
        return find_instrument(symbol, own)
    except UnknownSymbolError as error:
        raise unknown_symbol(error.symbol, own, _first_digits(file, layout)) from None


def _rows(
    file: TextFile, layout: Layout, instrument: Instrument, timezone: str | None
) -> tuple[Rows, ReadOn, int | None]:
    """Return the rows that can be bars, in UTC and in order of time, and the decimals of their prices."""
    table = read_table(file, layout)
    stamps, notes = settle_dates(file, _stamps(table), table.lines)
    rows = Rows(
        file=file,
        count=len(table.lines) + len(table.ragged),
        time=stamps.seconds,
        lines=table.lines,
        numbers=dict(table.numbers),
        warnings=[*file.notes, *layout.notes, *notes],
    )
    rows.drop_faulty(table.ragged)
    _leave_out_empty(rows)
    _drop_unreadable(rows, layout, table, stamps)
    _settle_volume(rows)
    decimals = _make_exact(rows, instrument)
    drop_impossible(rows)
    if not len(rows):
        first = min(rows.dropped, key=lambda line: line.line)
        raise file.refusal(f"{first.reason}; no other line is a bar.", first.line)
    read_on = place(rows, stamps, layout.dialect, timezone)
    put_in_order(rows)
    return rows, read_on, decimals


def _stamps(table: Table) -> Stamps:
    """Return the times of a table; where some cannot be read, blanks around them are taken away."""
    stamps = parse_stamps(table.times, table.clocks)
    if not stamps.bad.any():
        return stamps
    import pyarrow.compute as pc

    clocks = None if table.clocks is None else pc.ascii_trim_whitespace(table.clocks)
    return parse_stamps(pc.ascii_trim_whitespace(table.times), clocks)


def _drop_unreadable(rows: Rows, layout: Layout, table: Table, stamps: Stamps) -> None:
    """Drop rows whose time or one of whose prices cannot be read."""
    bad = stamps.bad.copy()
    for name, column in rows.numbers.items():
        if name != "volume":
            bad |= ~np.isfinite(column)
    where = np.flatnonzero(bad)
    if not len(where):
        return
    rows.refuse_if_too_many(len(where), lambda: _why(rows, layout, table, stamps, int(where[0])))
    dropped = [_why(rows, layout, table, stamps, row) for row in where.tolist()]
    rows.select(~bad)
    rows.drop_faulty(dropped)


def _why(rows: Rows, layout: Layout, table: Table, stamps: Stamps, row: int) -> DroppedLine:
    """Return the line of a row and what in it cannot be read."""
    line = int(rows.lines[row])
    if not stamps.bad[row]:
        return DroppedLine(line, why_unread(rows.file, layout, line))
    text = str(table.times[row])
    if table.clocks is not None:
        text += f" {table.clocks[row]}"
    problem = (
        "which is no date or time in a known form" if stamps.status[row] == 0 else "which does not exist"
    )
    return DroppedLine(line, f"the time is {clean(text, limit=40)!r}, {problem}")


def _leave_out_empty(rows: Rows) -> None:
    """Leave out optional columns that hold no value at all."""
    for name in ("volume", "spread"):
        column = rows.numbers.get(name)
        if column is not None and np.isnan(column).all():
            del rows.numbers[name]


def _settle_volume(rows: Rows) -> None:
    """Let a volume that is missing be zero, and tell of it."""
    volume = rows.numbers.get("volume")
    if volume is None:
        rows.warnings.append("The file has no volume; it is 0 in every bar.")
        return
    unknown = ~np.isfinite(volume)
    if count := int(unknown.sum()):
        rows.numbers["volume"] = np.where(unknown, 0.0, volume)
        rows.warnings.append(
            f"{plural(count, 'bar has', 'bars have')} no volume that could be read; it is 0 there."
        )


def _make_exact(rows: Rows, instrument: Instrument) -> int | None:
    """Give each price the float of its decimal text; return how many decimals the prices need."""
    decimals = decimals_of([rows.numbers[name] for name in PRICES], instrument)
    if decimals is None:
        rows.warnings.append("The prices have more decimals than any quote; they were kept as they are.")
        return None
    for name in PRICES:
        rows.numbers[name] = at_scale(rows.numbers[name], 10.0**decimals)
    if decimals > instrument.digits + 1:
        rows.warnings.append(
            f"The prices have {decimals} decimals, more than {instrument.symbol} has; they were kept."
        )
    return decimals


def _bars(
    rows: Rows,
    layout: Layout,
    *,
    instrument: Instrument,
    timeframe: Timeframe,
    days: DayRule,
    decimals: int | None,
) -> Bars:
    volume = rows.numbers.get("volume")
    return Bars(
        instrument=instrument,
        timeframe=timeframe,
        days=days,
        time=rows.time.view("datetime64[s]"),
        open=rows.numbers["open"],
        high=rows.numbers["high"],
        low=rows.numbers["low"],
        close=rows.numbers["close"],
        volume=np.zeros(len(rows)) if volume is None else volume,
        spread=_spread_in_points(rows, instrument, layout),
        decimals=decimals,
    )


def _spread_in_points(rows: Rows, instrument: Instrument, layout: Layout) -> Floats | None:
    """Return the recorded spread in points of the instrument.

    The file counts in its own last digit, which is another where the broker
    quotes with more or fewer digits than the table says.
    """
    spread = rows.numbers.get("spread")
    if spread is None:
        return None
    digits = _digits_of(rows.file, layout, rows.lines[:_SAMPLED].tolist(), padded=True)
    if digits == instrument.digits:
        return spread
    rows.warnings.append(
        f"The file quotes {instrument.symbol} with {digits} digits, not {instrument.digits}; "
        "its spreads were converted."
    )
    return spread * 10.0 ** (instrument.digits - digits)
