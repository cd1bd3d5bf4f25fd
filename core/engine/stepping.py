"""One bar, event by event, in the order of the rules (compiled).

Fills at the open and inside a bar use the conversion rate known at its open,
everything at its close the rate known then.
"""

from core.engine.closing import close_all
from core.engine.compiled import compiled, inlined
from core.engine.levels import check_levels_at_close, check_levels_inside, move_stop
from core.engine.memory import read_byte, read_float, write_float
from core.engine.money import equity_at, lots_of, rate_at, require_rate
from core.engine.orders import carry_out, check_order_at_close, check_order_inside, order_in_force
from core.engine.prices import closing_side, note_price, note_range
from core.engine.records import END_OF_DATA, NO_ORDER, STOP_OUT, TIME, Desk


@inlined
def accrue_swap(desk: Desk) -> None:
    """Let the nights since the bar before accrue to the position."""
    if desk.nights != 0 and desk.direction != 0:
        per_lot = desk.swap_long if desk.direction > 0 else desk.swap_short
        desk.swap += per_lot * lots_of(desk, desk.steps) * read_float(desk.nights, desk.bar)


@inlined
def close_if_time_is_up(desk: Desk, bid: float) -> None:
    """Close a position that has been held for the maximum number of bars."""
    if desk.direction != 0 and desk.max_bars > 0 and desk.bar >= desk.entry_bar + desk.max_bars:
        close_all(desk, closing_side(desk, bid), TIME)


@compiled
def step_intra(desk: Desk) -> None:
    """Take one bar in `intra_candle`: the decision of the bar before, levels, orders, equity."""
    accrue_swap(desk)
    desk.rate = rate_at(desk, desk.rates_at_open, desk.bar)
    bid = read_float(desk.open, desk.bar)
    close_if_time_is_up(desk, bid)
    if read_byte(desk.action, desk.bar - 1) != 0:
        carry_out(desk, desk.bar - 1, bid)
    if desk.direction != 0:
        check_levels_inside(desk)
    if order_in_force(desk):
        check_order_inside(desk)
    if desk.direction != 0 and desk.order_filled != desk.bar:
        note_range(desk)
    end_bar(desk)


@compiled
def begin_close(desk: Desk) -> None:
    """Take one bar in `close_price` up to where the strategy decides on it."""
    accrue_swap(desk)
    desk.rate = rate_at(desk, desk.rates_at_close, desk.bar)
    if desk.direction != 0:
        note_range(desk)
        check_levels_at_close(desk)
    close_if_time_is_up(desk, read_float(desk.close, desk.bar))
    if order_in_force(desk):
        check_order_at_close(desk)


@compiled
def finish_close(desk: Desk) -> None:
    """Take the rest of the bar in `close_price`: the decision taken on it, then equity."""
    if read_byte(desk.action, desk.bar) != 0:
        carry_out(desk, desk.bar, read_float(desk.close, desk.bar))
    end_bar(desk)


@compiled
def marked_equity(desk: Desk, price: float) -> float:
    """Return equity at the closing side of the bar's close; the balance itself when flat."""
    if desk.direction == 0:
        return desk.balance
    require_rate(desk)
    return equity_at(desk, price)


@compiled
def end_bar(desk: Desk) -> None:
    """Mark equity at the close, end what ends there, and move the stop for the next bar."""
    desk.rate = rate_at(desk, desk.rates_at_close, desk.bar)
    price = closing_side(desk, read_float(desk.close, desk.bar))
    equity = marked_equity(desk, price)
    if equity <= 0.0:
        close_at_end(desk, price, STOP_OUT)
        equity = desk.balance
        desk.stopped_at = desk.bar
        desk.order = NO_ORDER
    elif desk.bar == desk.last - 1:
        close_at_end(desk, price, END_OF_DATA)
        equity = desk.balance
    elif desk.direction != 0:
        note_price(desk, price)
        move_stop(desk, price)
    desk.marked = equity
    write_float(desk.equity, desk.bar - desk.first, equity)


@inlined
def close_at_end(desk: Desk, price: float, reason: int) -> None:
    """Close the position, if there is one, at the closing side of the bar's close."""
    if desk.direction != 0:
        close_all(desk, price, reason)
