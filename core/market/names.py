"""Symbol and timeframe as exporters write them into file names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import BacktapeError
from core.market.instruments import Instrument, find_instrument, instruments
from core.market.timeframes import Timeframe

_ENDINGS = re.compile(r"(\.(csv|txt|tsv|prn|gz|zip|dat))+$", re.IGNORECASE)
_PAIR = re.compile(r"(?<![A-Za-z])([A-Za-z]{3})[ _\-/]?([A-Za-z]{3})(?![A-Z]{2})")
_TOKEN = re.compile(r"[A-Za-z0-9.#=]+")

_MINUTES = {str(t.seconds // 60): t for t in Timeframe if t.is_intraday} | {
    "1440": Timeframe.D1,
    "10080": Timeframe.W1,
    "43200": Timeframe.MN1,
}
_WORDS = {
    "D": Timeframe.D1,
    "1D": Timeframe.D1,
    "DAILY": Timeframe.D1,
    "DAY": Timeframe.D1,
    "W": Timeframe.W1,
    "1W": Timeframe.W1,
    "WEEKLY": Timeframe.W1,
    "MN": Timeframe.MN1,
    "MONTHLY": Timeframe.MN1,
    "1M": Timeframe.M1,
    "HOURLY": Timeframe.H1,
}
_DUKASCOPY = re.compile(r"Candlestick_(\d+)_(M|Min|Hour|H|D|Day|W|Week)[a-z]*_", re.IGNORECASE)
_COUNTED = re.compile(r"(\d+)[ _]?(min|m|hour|h)", re.IGNORECASE)


@dataclass(frozen=True)
class NamedIn:
    """What a file's name says; None for what it does not."""

    instrument: Instrument | None
    timeframe: Timeframe | None


def read_name(name: str, own: Mapping[str, Instrument] | None = None) -> NamedIn:
    """Return the instrument and timeframe that a file name tells of, guessing neither.

    `own` are the user's own instruments; one of them is looked for first, as a
    word of its own.
    """
    stem = _ENDINGS.sub("", name)
    mine = own or {}
    found = _own_in(stem, mine) or _symbol_in(stem)
    if found is None:
        return NamedIn(None, _timeframe_in(stem))
    instrument, end = found
    instrument = mine.get(instrument.symbol, instrument)
    return NamedIn(instrument, _timeframe_in(stem[end:]) or _timeframe_in(stem))


def _own_in(stem: str, own: Mapping[str, Instrument]) -> tuple[Instrument, int] | None:
    """Return the user's own instrument written in `stem`, the longest first, and where the rest begins."""
    for symbol in sorted(own, key=len, reverse=True):
        written = rf"(?<![A-Z0-9]){re.escape(symbol)}(?=[^A-Z]|(?:M|H|D|W|MN)\d|$)"
        match = re.search(written, stem.upper())
        if match and not (symbol[-1].isdigit() and stem[match.end() : match.end() + 1].isdigit()):
            return own[symbol], match.end()
    return None


def _symbol_in(stem: str) -> tuple[Instrument, int] | None:
    """Return the first instrument written in `stem`, and where the rest begins."""
    for match in _PAIR.finditer(stem):
        symbol = (match[1] + match[2]).upper()
        if symbol in instruments():
            return find_instrument(symbol), match.end()
    for match in re.finditer(r"[A-Za-z0-9]+", stem):
        word = match[0]
        for length in range(len(word), 2, -1):
            rest = word[length:]
            if rest and not re.fullmatch(r"(?:M|H|D|W|MN)?\d{0,5}|Daily|Weekly|Monthly|Cash", rest):
                continue
            if word[length - 1].isdigit() and rest[:1].isdigit():
                continue
            try:
                return find_instrument(word[:length]), match.start() + length
            except BacktapeError:
                continue
    return None


def _timeframe_in(text: str) -> Timeframe | None:
    """Return the first timeframe written in `text`."""
    if match := _DUKASCOPY.search(text):
        return _counted(match[1], match[2])
    found = (_timeframe_of(token) for token in re.split(r"[^A-Za-z0-9]+", text))
    return next((timeframe for timeframe in found if timeframe), None)


def _timeframe_of(token: str) -> Timeframe | None:
    """Return the timeframe that one word of a file name stands for."""
    upper = token.upper()
    named = Timeframe.__members__.get(upper) or _MINUTES.get(upper) or _WORDS.get(upper)
    if named:
        return named
    if match := _COUNTED.fullmatch(token):
        return _counted(match[1], match[2])
    # HistData writes timeframe and year in one: M12019.
    match = re.fullmatch(r"(M1|M5|M15|M30|H1|H4|D1)(?:19|20)\d{2}(?:\d{2})?", upper)
    return Timeframe(match[1]) if match else None


def _counted(count: str, unit: str) -> Timeframe | None:
    """Return the timeframe of so many minutes, hours, days or weeks."""
    name = unit[0].upper() + count
    return Timeframe(name) if name in Timeframe.__members__ else None
