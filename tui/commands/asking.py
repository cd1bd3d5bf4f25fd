"""Asking about an instrument that is not known: what is answered is written to `config.toml`."""

import re
import sys
from pathlib import Path

from core.config import add_instrument, is_symbol, read_config, typed_value
from core.errors import BacktapeError
from core.home import Home
from core.market.instruments import Instrument, UnknownSymbolError, find_instrument, usual_pip
from core.text import clean
from tui.commands.output import presentable, remark

# What is asked, in this order.
_QUESTIONS = {
    "base": "what is bought and sold",
    "quote": "the currency of its prices",
    "digits": "decimals of its prices",
    "pip": "one pip, in price",
    "contract_size": "units in one lot",
}


def can_ask() -> bool:
    """Return whether somebody sits at the terminal who can answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def describe(home: Home, path: Path, unknown: UnknownSymbolError) -> str:
    """Ask what the instrument of a file is, write it down, and return its symbol.

    Suggestions come from the symbol and from the file; nothing is taken without
    being confirmed.

    Raises:
        UnknownSymbolError: there was no answer.
        BacktapeError: the file cannot be read, or the answers cannot be written down.
    """
    from core.market.reading import quoted_digits

    digits = quoted_digits(path)
    try:
        symbol = unknown.symbol.upper() or _asked_symbol(path)
        if _is_known(home, symbol):
            return symbol
        remark(f"{clean(symbol, limit=20)} is not known. What is it? Enter takes what is in brackets.")
        instrument = _asked(symbol, digits)
    except EOFError:
        raise unknown from None
    add_instrument(home, instrument)
    remark(f"Written to {home.config}; that is where to change it.")
    return symbol


def _is_known(home: Home, symbol: str) -> bool:
    try:
        find_instrument(symbol, read_config(home).instruments)
    except UnknownSymbolError:
        return False
    return True


def _asked_symbol(path: Path) -> str:
    """Ask for the symbol itself.

    Raises:
        EOFError: there is no answer to come.
    """
    remark(f"The name of {clean(path.name, limit=60)} tells no symbol.")
    return _answer("symbol, such as EURUSD", "").upper()


def _asked(symbol: str, digits: int) -> Instrument:
    """Ask for everything that an instrument is.

    Raises:
        BacktapeError: nothing can be called so.
        EOFError: there is no answer to come.
    """
    if not is_symbol(symbol):
        raise BacktapeError(
            f"An instrument cannot be called {clean(symbol, limit=30)!r}; name it with --symbol, "
            "with at most 20 letters, digits and . _ # + -."
        )
    answers: dict[str, str | float] = {}
    for key, words in _QUESTIONS.items():
        answers[key] = _asked_value(key, words, _suggestion(key, symbol, digits, answers))
    return Instrument(symbol, **answers)  # type: ignore[arg-type]  # each was checked by its key


def _suggestion(key: str, symbol: str, digits: int, answers: dict[str, str | float]) -> str:
    """Return what the symbol, the file or the answers so far let one expect, "" for nothing."""
    pair = re.fullmatch(r"([A-Z]{3})([A-Z]{3})", symbol)
    if key == "base":
        return pair[1] if pair else symbol
    if key == "quote":
        return pair[2] if pair else ""
    if key == "digits":
        return str(digits)
    if key == "pip":
        return usual_pip(int(answers["digits"]))
    return ""


def _asked_value(key: str, words: str, suggested: str) -> str | float:
    """Ask until the answer can be taken."""
    while True:
        text = _answer(f"{key.replace('_', ' ')} ({words})", suggested)
        try:
            return typed_value(key, text)
        except BacktapeError as error:
            remark(str(error))


def _answer(question: str, suggested: str) -> str:
    """Return what is typed, `suggested` for an empty line.

    Raises:
        EOFError: the terminal has closed, or Ctrl-D was pressed.
    """
    offered = f" [{suggested}]" if suggested else ""
    sys.stderr.write(presentable(f"  {question}{offered}: ", sys.stderr))
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        sys.stderr.write("\n")
        raise EOFError
    return line.strip() or suggested
