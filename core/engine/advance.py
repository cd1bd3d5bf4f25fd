"""The one entry into the compiled broker."""

from collections.abc import Callable
from functools import cache

from core.engine.compiled import compiled, compiled_entry, entry_for
from core.engine.decision import MAXIMUM_TARGETS
from core.engine.memory import read_float, record_reader
from core.engine.prices import closing_side
from core.engine.records import DESK, NO_FAULT, Desk
from core.engine.skipping import skip
from core.engine.stepping import begin_close, finish_close, marked_equity, step_intra

# How the broker came back.
REACHED = 0
NO_ROOM = 1
FAULT = 2

# More trades than one bar can bring: every target, and the closings by a signal,
# a reversal, a stop, the time and the end.
TRADES_A_BAR = MAXIMUM_TARGETS + 8

desk_at = record_reader(DESK)


@compiled_entry
def advance(address: int, upto: int, half: int) -> int:
    """Take the bars before `upto`, and with `half` also `upto` as far as a strategy decides on it.

    Returns REACHED, NO_ROOM (give it a larger trade buffer and call again) or
    FAULT (see `fault` and `fault_bar`).
    """
    desk = desk_at(address, 0)
    while desk.fault == NO_FAULT:
        if desk.room - desk.trade_count < TRADES_A_BAR:
            return NO_ROOM
        if desk.half == 0:
            desk.bar = skip(desk, desk.bar, upto)
        if desk.bar >= upto:
            if half and desk.half == 0:
                decide_at(desk)
            elif desk.half == 0 and desk.bar > desk.first:
                desk.marked = read_float(desk.equity, desk.bar - 1 - desk.first)
            desk.profit = desk.marked - desk.balance
            return FAULT if desk.fault != NO_FAULT else REACHED
        step(desk)
    return FAULT


@cache
def ready_to_advance() -> Callable[[int, int, int], int]:
    """Return `advance`, compiled or loaded, without what every call from Python would look up."""
    return entry_for(advance, "int64", "int64", "int64")


@compiled
def step(desk: Desk) -> None:
    """Take the next bar, or the rest of the one that was begun."""
    if desk.intra:
        step_intra(desk)
    else:
        if desk.half == 0:
            begin_close(desk)
        finish_close(desk)
    desk.half = 0
    desk.bar += 1


@compiled
def decide_at(desk: Desk) -> None:
    """Begin the next bar and stop where the strategy decides on it (`close_price`)."""
    if desk.stopped_at < 0:
        begin_close(desk)
        desk.half = 1
    desk.marked = marked_equity(desk, closing_side(desk, read_float(desk.close, desk.bar)))
