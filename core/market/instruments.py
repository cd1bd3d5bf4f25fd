"""The instruments: how each is quoted, and what a lot of it is.

Contract sizes and digits are those of most MetaTrader brokers. A broker that
differs is described by an instrument of the user's own.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from core.errors import BacktapeError
from core.text import clean


@dataclass(frozen=True)
class Instrument:
    """What is traded: `base` is bought and sold, prices are in `quote`."""

    symbol: str
    base: str
    quote: str
    digits: int
    pip: float
    contract_size: float
    lot_step: float = 0.01
    minimum_lot: float = 0.01

    @property
    def point(self) -> float:
        """The last digit quoted, the unit of recorded spreads."""
        return 1.0 / float(10**self.digits)

    @property
    def price_scale(self) -> float:
        """Tenths of a point in one unit of price: prices are whole multiples of 1 / this."""
        return float(10 ** (self.digits + 1))


class UnknownSymbolError(BacktapeError):
    """Nothing known is written so; `symbol` is how it was written, "" where nothing was."""

    def __init__(self, sentence: str, symbol: str) -> None:
        super().__init__(sentence, field="symbol")
        self.symbol = symbol


# In the order of the market's convention: of two currencies the earlier is the base.
_MAJORS = ("EUR", "GBP", "AUD", "NZD", "USD", "CAD", "CHF", "JPY")
# fmt: off
_EXOTICS = (
    "EXOTIC", "USDSEK", "USDNOK", "USDDKK", "USDSGD", "USDHKD", "USDZAR", "USDMXN", "USDTRY",
    "USDPLN", "USDCZK", "USDHUF", "USDCNH", "USDILS", "USDTHB", "EURSEK", "EURNOK", "EURDKK",
    "EURSGD", "EURHKD", "EURZAR", "EURMXN", "EURTRY", "EURPLN", "EURCZK", "EURHUF", "EURCNH",
    "EURILS", "GBPSEK", "GBPNOK", "GBPDKK", "GBPSGD", "GBPHKD", "GBPZAR", "GBPMXN", "GBPTRY",
    "GBPPLN", "AUDSGD", "NZDSGD", "CADSGD", "CHFSGD", "SGDJPY", "HKDJPY", "ZARJPY", "MXNJPY",
    "TRYJPY", "NOKJPY", "SEKJPY", "CNHJPY", "NOKSEK", "CHFSEK", "CHFNOK", "CHFPLN", "CHFHUF",
)
# fmt: on

# symbol: base, quote, digits, pip, contract size, lot step, minimum lot
_OTHERS: dict[str, tuple[str, str, int, float, float, float, float]] = {
    "XAUUSD": ("XAU", "USD", 2, 0.1, 100, 0.01, 0.01),
    "XAUEUR": ("XAU", "EUR", 2, 0.1, 100, 0.01, 0.01),
    "XAUGBP": ("XAU", "GBP", 2, 0.1, 100, 0.01, 0.01),
    "XAUAUD": ("XAU", "AUD", 2, 0.1, 100, 0.01, 0.01),
    "XAUCHF": ("XAU", "CHF", 2, 0.1, 100, 0.01, 0.01),
    "XAGUSD": ("XAG", "USD", 3, 0.01, 5_000, 0.01, 0.01),
    "XAGEUR": ("XAG", "EUR", 3, 0.01, 5_000, 0.01, 0.01),
    "XAGGBP": ("XAG", "GBP", 3, 0.01, 5_000, 0.01, 0.01),
    "XAGAUD": ("XAG", "AUD", 3, 0.01, 5_000, 0.01, 0.01),
    "XPTUSD": ("XPT", "USD", 2, 0.1, 100, 0.01, 0.01),
    "XPDUSD": ("XPD", "USD", 2, 0.1, 100, 0.01, 0.01),
    "XTIUSD": ("XTI", "USD", 2, 0.01, 1_000, 0.01, 0.01),
    "XBRUSD": ("XBR", "USD", 2, 0.01, 1_000, 0.01, 0.01),
    "XNGUSD": ("XNG", "USD", 3, 0.001, 10_000, 0.01, 0.01),
    "US30": ("US30", "USD", 2, 1.0, 1, 0.01, 0.01),
    "US500": ("US500", "USD", 2, 1.0, 1, 0.01, 0.01),
    "NAS100": ("NAS100", "USD", 2, 1.0, 1, 0.01, 0.01),
    "US2000": ("US2000", "USD", 2, 1.0, 1, 0.01, 0.01),
    "CA60": ("CA60", "CAD", 2, 1.0, 1, 0.01, 0.01),
    "GER40": ("GER40", "EUR", 2, 1.0, 1, 0.01, 0.01),
    "FRA40": ("FRA40", "EUR", 2, 1.0, 1, 0.01, 0.01),
    "EU50": ("EU50", "EUR", 2, 1.0, 1, 0.01, 0.01),
    "ESP35": ("ESP35", "EUR", 2, 1.0, 1, 0.01, 0.01),
    "ITA40": ("ITA40", "EUR", 2, 1.0, 1, 0.01, 0.01),
    "NETH25": ("NETH25", "EUR", 2, 1.0, 1, 0.01, 0.01),
    "SWI20": ("SWI20", "CHF", 2, 1.0, 1, 0.01, 0.01),
    "UK100": ("UK100", "GBP", 2, 1.0, 1, 0.01, 0.01),
    "JP225": ("JP225", "JPY", 2, 1.0, 1, 0.01, 0.01),
    "AUS200": ("AUS200", "AUD", 2, 1.0, 1, 0.01, 0.01),
    "HK50": ("HK50", "HKD", 2, 1.0, 1, 0.01, 0.01),
    "CHINA50": ("CHINA50", "USD", 2, 1.0, 1, 0.01, 0.01),
    "BTCUSD": ("BTC", "USD", 2, 1.0, 1, 0.01, 0.01),
    "BTCEUR": ("BTC", "EUR", 2, 1.0, 1, 0.01, 0.01),
    "ETHUSD": ("ETH", "USD", 2, 0.1, 1, 0.01, 0.01),
    "ETHEUR": ("ETH", "EUR", 2, 0.1, 1, 0.01, 0.01),
    "ETHBTC": ("ETH", "BTC", 6, 0.0001, 1, 0.01, 0.01),
    "BCHUSD": ("BCH", "USD", 2, 0.1, 1, 0.01, 0.01),
    "BNBUSD": ("BNB", "USD", 2, 0.1, 1, 0.01, 0.01),
    "LTCUSD": ("LTC", "USD", 2, 0.01, 1, 0.01, 0.01),
    "SOLUSD": ("SOL", "USD", 2, 0.01, 1, 0.01, 0.01),
    "DOTUSD": ("DOT", "USD", 4, 0.001, 1, 0.01, 0.01),
    "LNKUSD": ("LNK", "USD", 3, 0.01, 1, 0.01, 0.01),
    "XRPUSD": ("XRP", "USD", 5, 0.0001, 1, 1, 1),
    "ADAUSD": ("ADA", "USD", 5, 0.0001, 1, 1, 1),
    "XLMUSD": ("XLM", "USD", 5, 0.0001, 1, 1, 1),
    "DOGEUSD": ("DOGE", "USD", 5, 0.0001, 1, 1, 1),
    # The built-in sample market: quoted like EURUSD, in no currency that exists.
    "SYNTHETIC": ("SYN", "USD", 5, 0.0001, 100_000, 0.01, 0.01),
}

_ALIASES = {
    "GOLD": "XAUUSD",
    "SILVER": "XAGUSD",
    "USOIL": "XTIUSD",
    "WTI": "XTIUSD",
    "WTIUSD": "XTIUSD",
    "UKOIL": "XBRUSD",
    "BRENT": "XBRUSD",
    "NATGAS": "XNGUSD",
    "DJ30": "US30",
    "DJI30": "US30",
    "WS30": "US30",
    "WALLSTREET30": "US30",
    "USA30": "US30",
    "SPX500": "US500",
    "SP500": "US500",
    "USA500": "US500",
    "US100": "NAS100",
    "USTEC": "NAS100",
    "USTECH100": "NAS100",
    "NDX100": "NAS100",
    "USA100": "NAS100",
    "RUS2000": "US2000",
    "RUSSELL2000": "US2000",
    "DE40": "GER40",
    "DAX40": "GER40",
    "DE30": "GER40",
    "GER30": "GER40",
    "DAX30": "GER40",
    "FR40": "FRA40",
    "CAC40": "FRA40",
    "F40": "FRA40",
    "EUSTX50": "EU50",
    "STOXX50": "EU50",
    "ES35": "ESP35",
    "SPA35": "ESP35",
    "IT40": "ITA40",
    "NL25": "NETH25",
    "CH20": "SWI20",
    "FTSE100": "UK100",
    "GB100": "UK100",
    "JPN225": "JP225",
    "NI225": "JP225",
    "NIKKEI225": "JP225",
    "AU200": "AUS200",
    "ASX200": "AUS200",
    "HKG50": "HK50",
    "HK33": "HK50",
    "CN50": "CHINA50",
    "A50": "CHINA50",
}

# What brokers write behind a symbol: a mark and anything short, a few words, or
# one or more small letters (EURUSD.m, EURUSD-ECN, US30.cash, US30Cash, EURUSDm).
_MARKED = re.compile(r"[.#_\-!+][A-Za-z0-9]{0,8}|[!+#]|=X", re.IGNORECASE)
_WORDS = re.compile(r"(?:micro|mini|cash|pro|ecn|raw|std|spot|roll|index)", re.IGNORECASE)
_SMALL = re.compile(r"[a-z]{1,3}")
_FEED = re.compile(r"(?:[A-Za-z0-9 ]{1,20}[:_]){1,3}")
_LONGEST = 64  # no broker's spelling is longer
_NEAR = 0.8  # of six letters, one may be another one
_SPLIT_PAIR = re.compile(r"^([A-Za-z]{3,4})[/_\- ]([A-Za-z]{3})")


@cache
def instruments() -> dict[str, Instrument]:
    """Return every built-in instrument by its symbol."""
    pairs = [base + quote for i, base in enumerate(_MAJORS) for quote in _MAJORS[i + 1 :]]
    table = {symbol: _pair(symbol) for symbol in [*pairs, *_EXOTICS]}
    for symbol, terms in _OTHERS.items():
        table[symbol] = Instrument(symbol, *terms)
    return table


def _pair(symbol: str) -> Instrument:
    base, quote = symbol[:3], symbol[3:]
    digits, pip = (3, 0.01) if quote == "JPY" else (5, 0.0001)
    return Instrument(symbol, base, quote, digits, pip, 100_000)


def find_instrument(symbol: str, own: Mapping[str, Instrument] | None = None) -> Instrument:
    """Return the instrument that `symbol` names, in any broker's spelling.

    Suffixes (`EURUSD.m`), feeds before it (`OANDA:XAUUSD`), separators
    (`EUR/USD`) and other names of the same thing (`GOLD`, `DE40`) are
    understood. `own` holds the user's own instruments by symbol in capitals;
    they come first, and one of a built-in name takes its place in every spelling.

    Raises:
        UnknownSymbolError: nothing known is written so; it is never guessed.
    """
    text = symbol.strip()
    mine = own or {}
    if text.upper() in mine:
        return mine[text.upper()]
    for candidate in _spellings(text) if len(text) <= _LONGEST else ():
        if found := _known(candidate):
            return mine.get(found.symbol, found)
    raise unknown_symbol(text, mine)


def unknown_symbol(
    text: str, own: Mapping[str, Instrument] | None = None, digits: int | None = None
) -> UnknownSymbolError:
    """Return the refusal of a symbol that is not known: which one is near, and how to describe one's own.

    `digits` are those of the prices at hand, if there are any; what is taken from them is said.
    """
    near = difflib.get_close_matches(
        text[:_LONGEST].upper(), [*instruments(), *_ALIASES, *(own or {})], n=2, cutoff=_NEAR
    )
    known = f"did you mean {' or '.join(near)}?" if near else "name a known one such as EURUSD or US30."
    values = "the values are yours to fill in"
    if digits is not None:
        values = f"digits {digits} and pip {usual_pip(digits)} are assumed from the prices, the rest is yours"
    return UnknownSymbolError(
        f"The symbol {clean(text, limit=30)!r} is not known; {known} Your own instruments are described in "
        f"config.toml of the data folder; {values}: {_described(text, 2 if digits is None else digits)}.",
        text,
    )


def usual_pip(digits: int) -> str:
    """Return what a pip of prices with so many digits most likely is: three and five have tenths of one."""
    places = digits - 1 if digits in {3, 5} else digits
    return f"{10.0**-places:.{places}f}"


def _described(text: str, digits: int) -> str:
    """Return a line of TOML that would make `text` known, to be filled in by the user."""
    name = text.upper() if re.fullmatch(r"[A-Za-z0-9_-]{1,20}", text) else "NAME"
    pair = re.fullmatch(r"([A-Z]{3})([A-Z]{3})", name)
    base, quote = (pair[1], pair[2]) if pair else (name, "USD")
    return (
        f'instruments.{name} = {{ base = "{base}", quote = "{quote}", digits = {digits}, '
        f"pip = {usual_pip(digits)}, contract_size = 1 }}"
    )


def _spellings(text: str) -> list[str]:
    """Return `text` as written, and without what names a feed or parts the currencies."""
    spellings = [text, text.lstrip("#.")]
    if match := _FEED.match(text):
        spellings.append(text[match.end() :])
    joined = [_SPLIT_PAIR.sub(r"\1\2", spelling, count=1) for spelling in spellings]
    return [*spellings, *joined]


def _known(text: str) -> Instrument | None:
    table = instruments()
    upper = text.upper()
    whole = _ALIASES.get(upper, upper)
    if whole in table:
        return table[whole]
    for length in range(len(text) - 1, 2, -1):
        head = upper[:length]
        name = _ALIASES.get(head, head)
        if name in table and _is_suffix(text[:length], text[length:]):
            return table[name]
    return None


def _is_suffix(head: str, tail: str) -> bool:
    if _MARKED.fullmatch(tail) or _WORDS.fullmatch(tail):
        return True
    return head.isupper() and _SMALL.fullmatch(tail) is not None
