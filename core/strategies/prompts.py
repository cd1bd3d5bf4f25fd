"""The market and the position in words, for the prompts of strategies that ask a language model.

A model has read about the past. Told which market it looks at and when, it may
remember instead of judging; `anonymous` texts hold neither symbol nor dates, and
prices only as distances in pips from the last close.
"""

from typing import TYPE_CHECKING

from core.engine.decision import BUY

if TYPE_CHECKING:
    from core.engine.decision import Position
    from core.strategies.context import Context

_WIDTH = 9


def bars_text(context: "Context", bars: int, *, anonymous: bool = True) -> str:
    """Return the last `bars` bars as a table, the oldest first; fewer where there are not as many."""
    count = min(bars, len(context.closes))
    names = ("ago" if anonymous else "opens at (UTC)", "open", "high", "low", "close")
    rows = [_row(context, ago, anonymous=anonymous) for ago in range(count - 1, -1, -1)]
    first = _first_width(anonymous=anonymous)
    heading = f"{names[0]:>{first}}" + "".join(f"{name:>{_WIDTH}}" for name in names[1:])
    return "\n".join([_title(context, count, anonymous=anonymous), heading, *rows])


def position_text(context: "Context", *, anonymous: bool = True) -> str:
    """Return the open position in a sentence, or that there is none."""
    held = context.position
    if held is None:
        return "There is no open position."
    side = "long" if held.direction == BUY else "short"
    entry = _price(context, held.entry_price, anonymous=anonymous)
    bars = context.index - held.entry_index
    return (
        f"A {side} position is open, entered {bars} {'bar' if bars == 1 else 'bars'} ago at {entry}, "
        f"{_levels(context, held, anonymous=anonymous)}; it is {_gained(context, held):+.1f} pips now."
    )


def _title(context: "Context", count: int, *, anonymous: bool) -> str:
    if anonymous:
        return (
            f"The last {count} bars of {context.timeframe}, prices in pips from the last close, "
            "0 bars ago being the newest:"
        )
    return f"The last {count} bars of {context.symbol} {context.timeframe}:"


def _row(context: "Context", ago: int, *, anonymous: bool) -> str:
    at = -1 - ago
    prices = (context.opens[at], context.highs[at], context.lows[at], context.closes[at])
    name = str(ago) if anonymous else str(context.times[at]).replace("T", " ")[:16]
    cells = (f"{_price(context, float(price), anonymous=anonymous):>{_WIDTH}}" for price in prices)
    return f"{name:>{_first_width(anonymous=anonymous)}}" + "".join(cells)


def _first_width(*, anonymous: bool) -> int:
    return 5 if anonymous else 16


def _price(context: "Context", price: float, *, anonymous: bool) -> str:
    """Return a price, or how many pips above or below the last close it is."""
    if anonymous:
        return f"{(price - context.close) / context.pips(1):+.1f}"
    return f"{price:.8g}"


def _levels(context: "Context", held: "Position", *, anonymous: bool) -> str:
    stop = "no stop" if held.stop is None else f"stop {_price(context, held.stop, anonymous=anonymous)}"
    targets = " ".join(_price(context, target, anonymous=anonymous) for target in held.targets)
    return f"{stop}, {f'target {targets}' if targets else 'no target'}"


def _gained(context: "Context", held: "Position") -> float:
    """Return the pips between entry and close, positive in favour of the position."""
    return (context.close - held.entry_price) * held.direction / context.pips(1)
