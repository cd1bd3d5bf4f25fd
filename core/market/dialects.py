"""The CSV dialects of price exports: which columns, which clock.

A dialect is recognised from the header and the way times are written; the file's
name is asked only where two exports write the very same text. What a dialect
settles is its name, the clock that its times are read on unless another is
named, and where its days begin.
"""

import re
from dataclasses import dataclass

from core.errors import BacktapeError
from core.market.days import DayRule
from core.market.opening import TextFile
from core.market.stamps import is_clock, is_stamp
from core.text import clean, plural

BROKER_CLOCK = "Europe/Athens"  # GMT+2 in winter, GMT+3 in summer, on the EU dates
_NEW_YORK = DayRule("America/New_York", 17)

_SEPARATORS = "\t;,|"
_SAMPLE_LINES = 200
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d+)*|[.,]\d+)([eE][+-]?\d+)?%?")
_COMMA_NUMBER = re.compile(r"-?\d+,\d+")
_POINT_NUMBER = re.compile(r"-?\d+\.\d+")

# fmt: off
_STAMP_NAMES = [
    "gmt time", "local time", "time (utc)", "time (eet)", "etc/utc time", "datetime", "date time",
    "date_time", "timestamp", "open time", "open_time", "utc", "date", "dtyyyymmdd", "time", "gmt",
]
# fmt: on
_PRICE_NAMES = {
    "open": ["open", "o", "bidopen", "open bid", "open price", "bid open"],
    "high": ["high", "h", "bidhigh", "high bid", "high price", "bid high", "max"],
    "low": ["low", "l", "bidlow", "low bid", "low price", "bid low", "min"],
    "close": ["close", "c", "bidclose", "close bid", "close price", "bid close", "last", "price"],
}
_VOLUME_NAMES = [
    "tickvol",
    "tick_volume",
    "tick volume",
    "tickvolume",
    "ticks",
    "tickqty",
    "volume",
    "vol",
    "v",
]
# What a header of bars has and one of ticks has, whatever else.
_OF_BARS = {"open", "high", "low"}
_OF_TICKS = ({"bid", "ask"}, {"bid price", "ask price"}, {"bidprice", "askprice"})


_BROKER = "such files show the broker's own clock, at most brokers GMT+2 in winter and GMT+3 in summer"
_EST = "HistData writes New York's winter time all year"
_UNKNOWN = "the times name no zone; UTC is taken where nothing tells another"
_NO_ZONE = "the times name no zone, and such files are in UTC"


@dataclass(frozen=True)
class Dialect:
    """One export format: its name, its default clock (None: the times say it) and why, its days."""

    name: str
    clock: str | None
    why: str = _NO_ZONE
    days: DayRule | None = None
    epochs_are_broker_time: bool = False


MT4 = Dialect("MT4 History Center", BROKER_CLOCK, _BROKER)
MT5 = Dialect("MT5 Export Bars", BROKER_CLOCK, _BROKER)
MT5_CHART = Dialect("MT5 chart save", BROKER_CLOCK, _BROKER)
MT5_PYTHON = Dialect("MT5 Python API", BROKER_CLOCK, _BROKER, epochs_are_broker_time=True)
HISTDATA = Dialect("HistData ASCII", "-05:00", _EST, _NEW_YORK)
HISTDATA_MT = Dialect("HistData MetaTrader", "-05:00", _EST, _NEW_YORK)
DUKASCOPY = Dialect("Dukascopy", "UTC")
DUKASCOPY_EET = Dialect("Dukascopy", "EET", "its header says EET")
TRADINGVIEW = Dialect("TradingView", None, days=_NEW_YORK)
YAHOO = Dialect("Yahoo Finance", "UTC")
INVESTING = Dialect("investing.com", "UTC")
STOOQ = Dialect("Stooq", "UTC")
PLAIN = Dialect("plain CSV", "UTC", _UNKNOWN)
HEADERLESS = Dialect("plain CSV without header", "UTC", _UNKNOWN)


@dataclass(frozen=True)
class Layout:
    """How one file is written.

    `columns` gives each role (time, clock, open, high, low, close, volume,
    spread) its position; `first_line` is the first line with a bar; `names` are
    those of the header above it, empty where there is none.
    """

    dialect: Dialect
    separator: str
    decimal: str
    width: int
    columns: dict[str, int]
    first_line: int
    names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def detect(file: TextFile) -> Layout:
    """Return how `file` is written.

    Raises:
        BacktapeError: it is no table of bars; the sentence names line and column.
    """
    lines = _sample(file)
    separator = _separator(file, lines)
    table = [(number, split(line, separator)) for number, line in lines]
    table = [(number, fields) for number, fields in table if len(fields) >= 5]
    number, head = table[0]
    notes = () if number == lines[0][0] else (_said_of_head(number - 1),)
    body = [fields for _, fields in table]
    if _is_header(head):
        columns = _columns_of_header(file, number, head)
        names = [_plain(field) for field in head]
        body, first_line = body[1:], number + 1
    else:
        columns, names, first_line = _columns_of_rows(file, number, head), [], number
    if not body:
        raise file.refusal("there is a header but no bar below it; export the file again.", number)
    widths = [len(fields) for fields in body]
    width = max(set(widths), key=lambda one: (widths.count(one), one))
    if names:
        _refuse_shifted(file, number, head, body, width)
    columns = _within(file, first_line, columns, width)
    _refuse_comma_prices(file, first_line, body, separator, len(head))
    return Layout(
        dialect=_dialect(file, names, separator, head if not names else body[0], columns),
        separator=separator,
        decimal=_decimal(body, separator, columns),
        width=width,
        columns=columns,
        first_line=first_line,
        names=tuple(head) if names else (),
        notes=notes,
    )


def _said_of_head(count: int) -> str:
    if count == 1:
        return "The first line holds no bar and was left out."
    return f"The first {count:,} lines hold no bars and were left out."


def _refuse_shifted(file: TextFile, line: int, head: list[str], body: list[list[str]], width: int) -> None:
    """Refuse a header that names more or fewer columns than there are: which is which cannot be known.

    Separators at the end of the header or of every row do no harm.
    """
    unnamed = any(field for fields in body if len(fields) == width for field in fields[len(head) :])
    missing = any(head[width:])
    if unnamed or missing:
        raise file.refusal(
            f"the header names {len(head)} columns and the lines below it have {width}; make them agree.",
            line,
        )


def _within(file: TextFile, line: int, columns: dict[str, int], width: int) -> dict[str, int]:
    """Return the columns that the lines have; one that is needed must be among them."""
    there = {role: position for role, position in columns.items() if position < width}
    if lacking := [role for role in columns if role not in there and role not in {"volume", "spread"}]:
        raise file.refusal(f"most lines have {width} columns, which leaves none for the {lacking[0]}.", line)
    return there


def _refuse_comma_prices(
    file: TextFile, line: int, body: list[list[str]], separator: str, columns: int
) -> None:
    """Refuse a file that parts its columns by commas and writes 1,05 for 1.05, unquoted."""
    row = body[0]
    whole = all(field.lstrip("-").isdigit() for field in row[2:] if field)
    if separator == "," and whole and (len(row) >= columns + 4 or (len(row) == columns and len(row) >= 9)):
        raise file.refusal(
            "the comma parts both the columns and the digits of a price; export with a decimal point, or "
            "with columns parted by semicolons.",
            line,
        )


def split(line: str, separator: str) -> list[str]:
    """Return the fields of one line, without quotes and blanks around them."""
    if '"' in line:
        import csv

        fields = next(csv.reader([line], delimiter=separator), [])
    else:
        fields = line.split(separator)
    return [field.strip() for field in fields]


def _sample(file: TextFile) -> list[tuple[int, str]]:
    """Return the first lines that are not blank, with their numbers."""
    found: list[tuple[int, str]] = []
    for number, line in file.head():
        if line.strip():
            found.append((number, line))
        if len(found) == _SAMPLE_LINES:
            break
    return found


def _separator(file: TextFile, lines: list[tuple[int, str]]) -> str:
    """Return the separator that gives most lines at least five columns."""
    for separator in _SEPARATORS:
        wide = sum(len(split(line, separator)) >= 5 for _, line in lines)
        if 2 * wide > len(lines):
            return separator
    raise _no_columns(file, lines)


def _no_columns(file: TextFile, lines: list[tuple[int, str]]) -> BacktapeError:
    """Return the refusal of a file whose lines have no five columns, by its header where it has one."""
    for place, (number, line) in enumerate(lines):
        for separator in _SEPARATORS:
            head = split(line, separator)
            names = [_plain(field) for field in head]
            if _are_ticks(names):
                return _ticks(file, number)
            if len(head) < 5 or not set(names) >= _OF_BARS:
                continue
            if short := _first_short(lines[place + 1 :], separator, len(head)):
                return _too_short(file, short, number, len(head))
    return file.refusal(
        "this is not a price file: there are no five columns (time, open, high, low, close) separated by "
        "comma, semicolon or tab; name an export of bars.",
        lines[0][0],
    )


def _first_short(lines: list[tuple[int, str]], separator: str, width: int) -> tuple[int, int] | None:
    """Return the number of the first line with fewer than `width` fields, and how many it has."""
    counts = ((number, len(split(line, separator))) for number, line in lines)
    return next((found for found in counts if found[1] < width), None)


def _too_short(file: TextFile, short: tuple[int, int], header: int, width: int) -> BacktapeError:
    line, count = short
    there = f"there {'is' if count == 1 else 'are'} {plural(count, 'value')}"
    return file.refusal(
        f"{there} where the header in line {header} names {width} columns; make them agree.", line
    )


def _are_ticks(names: list[str]) -> bool:
    """Return whether a header names bid and ask, and no prices of bars."""
    found = set(names)
    return not found & _OF_BARS and any(needed <= found for needed in _OF_TICKS)


def _ticks(file: TextFile, line: int) -> BacktapeError:
    return file.refusal(
        "these look like ticks (bid and ask), and Backtape reads bars (time, open, high, low, close); "
        "export bars, or make bars of the ticks first.",
        line,
    )


def _is_header(fields: list[str]) -> bool:
    """Return whether a first line names columns: nothing in it is a number or a time, or it names prices."""
    if {_plain(field) for field in fields} >= _OF_BARS:
        return True
    values = [field for field in fields if _NUMBER.fullmatch(field) or is_stamp(field)]
    return not values and any(any(map(str.isalpha, field)) for field in fields)


def _plain(name: str) -> str:
    return re.sub(r"\s+", " ", name.strip().strip("<>").strip().lower().rstrip("."))


def _columns_of_header(file: TextFile, line: int, head: list[str]) -> dict[str, int]:
    """Return the position of each role by the names in the header."""
    names = [_plain(field) for field in head]
    columns: dict[str, int] = {}
    stamp = next((name for name in _STAMP_NAMES if name in names), None)
    if stamp is not None:
        columns["time"] = _only(file, line, names, stamp)
    if stamp in {"date", "dtyyyymmdd"} and "time" in names:
        columns["clock"] = _only(file, line, names, "time")
    for role, spellings in _PRICE_NAMES.items():
        name = next((name for name in spellings if name in names), None)
        if name is not None:
            columns[role] = _only(file, line, names, name)
    missing = [role for role in ("time", *_PRICE_NAMES) if role not in columns]
    if missing and _are_ticks(names):
        raise _ticks(file, line)
    if missing:
        shown = ", ".join(clean(field, limit=20) for field in head[:12])
        raise file.refusal(
            f"no column is named {' or '.join(missing)} (there are: {shown}); name the columns "
            "time, open, high, low, close.",
            line,
        )
    volume = next((name for name in _VOLUME_NAMES if name in names), None)
    if volume is not None:
        columns["volume"] = names.index(volume)
    if "spread" in names:
        columns["spread"] = names.index("spread")
    return columns


def _only(file: TextFile, line: int, names: list[str], name: str) -> int:
    if names.count(name) > 1:
        raise file.refusal(f"two columns are named {name}; keep the one that is meant.", line)
    return names.index(name)


def _columns_of_rows(file: TextFile, line: int, fields: list[str]) -> dict[str, int]:
    """Return the position of each role in a file without header, by its first row."""
    if not is_stamp(fields[0]):
        raise file.refusal(
            f"the first column, {clean(fields[0], limit=30)!r}, is no date or time in a known form; "
            "write it as 2020-01-31 23:45.",
            line,
        )
    first = 2 if is_clock(fields[1]) else 1
    if len(fields) < first + 4:
        raise file.refusal("there are fewer than four prices (open, high, low, close).", line)
    columns = {"time": 0, "open": first, "high": first + 1, "low": first + 2, "close": first + 3}
    if first == 2:
        columns["clock"] = 1
    if len(fields) > first + 4:
        columns["volume"] = first + 4
    if len(fields) == 9 and first == 2:
        columns["spread"] = 8  # MT5 Export Bars without its header
    return columns


def _decimal(body: list[list[str]], separator: str, columns: dict[str, int]) -> str:
    """Return the decimal mark: a comma if prices are written 1,05 and none 1.05."""
    if separator == ",":
        # Quoted prices may still have one; a comma between digits is then no separator.
        return "."
    prices = [fields[columns["close"]] for fields in body if len(fields) > columns["close"]]
    commas = sum(_COMMA_NUMBER.fullmatch(price) is not None for price in prices)
    points = sum(_POINT_NUMBER.fullmatch(price) is not None for price in prices)
    return "," if commas > points else "."


def _dialect(
    file: TextFile, names: list[str], separator: str, row: list[str], columns: dict[str, int]
) -> Dialect:
    stamp = row[columns["time"]] if len(row) > columns["time"] else ""
    return _of_names(names, stamp) if names else _of_row(file, separator, stamp, "clock" in columns)


def _of_names(names: list[str], stamp: str) -> Dialect:
    """Return the dialect of a file with a header."""
    signatures = [
        (MT5, {"date", "tickvol", "spread"}),
        (MT5_PYTHON, {"time", "tick_volume"}),
        (DUKASCOPY, {"gmt time"}),
        (DUKASCOPY, {"local time"}),
        (DUKASCOPY, {"time (utc)"}),
        (DUKASCOPY_EET, {"time (eet)"}),
        (YAHOO, {"date", "adj close"}),
        (INVESTING, {"date", "price", "change %"}),
    ]
    for dialect, needed in signatures:
        if needed <= set(names):
            return dialect
    if names[:5] == ["time", "open", "high", "low", "close"] and _says_zone(stamp):
        return PLAIN if len(names) in {6, 7} and names[5] == "volume" else TRADINGVIEW
    if names[0] == "date" and names[-1] in {"close", "volume"} and "-" in stamp and len(names) <= 6:
        return STOOQ
    return PLAIN


def _of_row(file: TextFile, separator: str, stamp: str, has_clock: bool) -> Dialect:
    """Return the dialect of a file without header."""
    if re.fullmatch(r"\d{8} \d{6}", stamp) and separator == ";":
        return HISTDATA
    if re.match(r"\d{4}\.\d{2}\.\d{2}", stamp):
        if has_clock and any(name.upper().startswith("DAT_MT_") for name in file.names):
            return HISTDATA_MT
        return MT4 if has_clock else MT5_CHART
    return HEADERLESS


def _says_zone(stamp: str) -> bool:
    return (
        re.fullmatch(r"\d{9,19}", stamp) is not None or re.search(r"(Z|[+-]\d{2}:?\d{2})$", stamp) is not None
    )
