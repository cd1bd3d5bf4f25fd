"""How findings name bars, cuts and errors."""

from core.market.bars import Bars
from core.strategies.errors import StrategyError
from core.strategies.signals import bar_named
from core.text import plural


def bar_words(bars: Bars, bar: int) -> str:
    """Return a bar as errors name it: "bar 17 (2020-01-27 07:15 UTC)"."""
    return bar_named(bars, bar)


def iso_time(bars: Bars, bar: int) -> str:
    """Return a bar's opening as ISO 8601 in UTC."""
    return f"{bars.time[bar]}+00:00"


def cut_words(bars: Bars, cut: int) -> str:
    """Return which history a cut leaves: "history that ends with bar 17 (...)"."""
    return f"history that ends with {bar_words(bars, cut - 1)}"


def start_words(bars: Bars, bar: int, warmup: int) -> str:
    """Return which history a run from a bar on has: "history that begins 20 bars before bar 170 (...)"."""
    before = f"{plural(warmup, 'bar')} before" if warmup else "with"
    return f"history that begins {before} {bar_words(bars, bar)}"


def errors_words(error: StrategyError, history: str, cases: int, tried: int) -> str:
    """Return an error and on which history it was raised."""
    where = f"on the {history}" + (f", and on {cases - 1} more of {tried}" if cases > 1 else "")
    return f"{str(error).rstrip('.')}; {where}."
