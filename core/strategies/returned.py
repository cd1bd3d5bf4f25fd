"""What an author's methods hand back, checked; a fault is told with the file and line of the method."""

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.engine.decision import Decision
from core.strategies.errors import StrategyError
from core.strategies.signals import Decisions, Floats, bar_named, decisions
from core.text import clean

if TYPE_CHECKING:
    from core.market.bars import Bars
    from core.strategies.strategy import Strategy

# What a chart has glyphs for, and room to name.
MOST_LINES = 6
LONGEST_LINE_NAME = 24


def signals_of(strategy: "Strategy", bars: "Bars") -> Decisions:
    """Return what `signals` decides, as the broker's arrays.

    StrategyError says what is wrong with what it returned, and where it is written.
    """
    returned = strategy.signals(bars)
    try:
        return decisions(returned, bars)
    except StrategyError as error:
        raise _placed(str(error), strategy.signals) from None


def lines_of(strategy: "Strategy", bars: "Bars") -> dict[str, Floats]:
    """Return what `lines` offers for a chart, a contiguous float64 row a bar each; {} if it offers nothing.

    StrategyError says what is wrong with what it returned, and where it is written.
    """
    if not callable(getattr(strategy, "lines", None)):
        return {}  # an older strategy may have a parameter of that name
    returned = strategy.lines(bars)
    try:
        return _checked_lines(returned, len(bars))
    except StrategyError as error:
        raise _placed(str(error), strategy.lines) from None


def _checked_lines(returned: object, count: int) -> dict[str, Floats]:
    if not isinstance(returned, Mapping):
        raise StrategyError("lines() must return a dict of names and arrays.")
    if len(returned) > MOST_LINES:
        raise StrategyError(f"lines() returned {len(returned)} lines; at most {MOST_LINES} are drawn.")
    return {_line_name(name): _line(name, values, count) for name, values in returned.items()}


def _line_name(name: object) -> str:
    if not isinstance(name, str) or not name.strip():
        raise StrategyError("lines() must name each line with a text.")
    return clean(name, limit=LONGEST_LINE_NAME)


def _line(name: object, values: object, count: int) -> Floats:
    array = np.asarray(values)
    if array.dtype.kind not in "iuf" or array.shape != (count,):
        what = f"an array of numbers with a row for each of the {count} bars"
        raise StrategyError(f"The line {clean(str(name), limit=LONGEST_LINE_NAME)} must be {what}.")
    return np.ascontiguousarray(array, dtype=np.float64)


def wrong_return(strategy: "Strategy", returned: object, bars: "Bars", index: int) -> StrategyError:
    """Return the error for what `on_bar` handed back at a bar without having decided it there.

    To buy, sell or exit is to call the context; a value alone would decide nothing.
    """
    if isinstance(returned, Decision):
        what = "a decision that is not the one taken at this bar; call context.buy, sell or exit at the bar"
    else:
        kind = clean(type(returned).__name__, limit=60)
        what = (
            f"an object of type {kind}, which decides nothing; return None, "
            "or what context.buy, sell or exit return"
        )
    return _placed(f"At {bar_named(bars, index)}: on_bar returned {what}.", strategy.on_bar)


def _placed(sentence: str, method: Callable[..., object]) -> StrategyError:
    """Return an error that names the file and the line in which a method begins."""
    code = getattr(inspect.unwrap(method), "__code__", None)
    if code is None:
        return StrategyError(sentence)
    return StrategyError(
        sentence, file=clean(Path(code.co_filename).name, limit=80), line=code.co_firstlineno
    )
