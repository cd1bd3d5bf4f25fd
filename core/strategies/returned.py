"""What an author's methods hand back, checked; a fault is told with the file and line of the method."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from core.engine.decision import Decision
from core.strategies.errors import StrategyError
from core.strategies.signals import Decisions, bar_named, decisions
from core.text import clean

if TYPE_CHECKING:
    from core.market.bars import Bars
    from core.strategies.strategy import Strategy


def signals_of(strategy: "Strategy", bars: "Bars") -> Decisions:
    """Return what `signals` decides, as the broker's arrays.

    StrategyError says what is wrong with what it returned, and where it is written.
    """
    returned = strategy.signals(bars)
    try:
        return decisions(returned, bars)
    except StrategyError as error:
        raise _placed(str(error), strategy.signals) from None


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
