"""Stop and target of a position, as far as a chart may show them."""

from dataclasses import dataclass

from core.stop_rules import StopRule
from tui.chart.run_trades import RunTrades


@dataclass(frozen=True)
class Levels:
    """Stop and target, None for none, and from when to when they stand (seconds since 1970, UTC).

    A `stop_rule` other than "stays" means that the stop is the last one of a trade, if there is one.
    """

    begin: int
    end: int
    stop: float | None
    target: float | None
    stop_rule: StopRule = "stays"


def levels_at(trades: RunTrades, second: int, stop_rule: StopRule) -> Levels | None:
    """Return the levels of what was open at a bar's close as they were known there; None if nothing was.

    Targets are set at the entry and each closes a part when it is filled, so the next one is that
    of the trade that closes next. The stop that a trade keeps is the one at its end: it tells
    what comes later, unless the strategy leaves stops alone.
    """
    open_then = trades.open_at(second)
    closing_next = trades.record(open_then.start) if open_then else None
    if closing_next is None:
        return None
    stop = closing_next.stop_loss if stop_rule == "stays" else None
    return Levels(trades.entered(open_then.start), second, stop, closing_next.take_profit, stop_rule)
