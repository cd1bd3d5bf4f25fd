"""Carrying out decisions, and entry orders that wait for their price (compiled)."""

from core.engine.closing import close_all
from core.engine.compiled import compiled, inlined
from core.engine.entering import enter, row_of
from core.engine.levels import stop_pessimistically
from core.engine.memory import read_byte, read_float, read_int
from core.engine.prices import (
    bid_below,
    closing_side,
    entry_side,
    normalised,
    reached_stop,
    slipped,
    worst_of,
)
from core.engine.records import (
    ENTER_BUY,
    ENTER_SELL,
    EXIT_BUY,
    EXIT_SELL,
    LIMIT_ORDER,
    NO_ORDER,
    SIGNAL,
    SIGNAL_REVERSE,
    SL,
    STOP_ORDER,
    Desk,
)


@inlined
def exits(action: int, direction: int) -> bool:
    """Say whether an action closes positions of this direction."""
    return action & (EXIT_BUY if direction > 0 else EXIT_SELL) != 0


@inlined
def entry_of(action: int) -> int:
    """Return the direction that an action enters in, 0 for none."""
    return 1 if action & ENTER_BUY else -1 if action & ENTER_SELL else 0


@compiled
def carry_out(desk: Desk, decided: int, bid: float) -> None:
    """Carry out at this bid what was decided on bar `decided`.

    An exit comes before an entry and cancels a waiting order of its side. An
    entry in the direction of the position is ignored and leaves an order alone;
    any other replaces it.
    """
    action = read_byte(desk.action, decided)
    if desk.direction != 0 and exits(action, desk.direction):
        close_all(desk, closing_side(desk, bid), SIGNAL)
    if desk.order != NO_ORDER and exits(action, desk.order_direction):
        desk.order = NO_ORDER
    direction = entry_of(action)
    if direction in {0, desk.direction}:
        return
    desk.order = NO_ORDER
    if not place_order(desk, decided, direction):
        reverse(desk, closing_side(desk, bid))
        entry = slipped(desk, entry_side(desk, direction, bid), direction)
        enter(desk, decided, direction, entry, entry_side(desk, -direction, bid))


@inlined
def reverse(desk: Desk, price: float) -> None:
    """Close the position, if there is one, because the other direction is entered."""
    if desk.direction != 0:
        close_all(desk, price, SIGNAL_REVERSE)


@compiled
def place_order(desk: Desk, decided: int, direction: int) -> bool:
    """Let the decision wait for its price; False if it names none."""
    row = row_of(desk, decided)
    at_stop = read_float(desk.at_stop_column, row * desk.at_stop_stride)
    at_limit = read_float(desk.at_limit_column, row * desk.at_limit_stride)
    if not (at_stop > 0.0 or at_limit > 0.0):
        return False
    desk.order = STOP_ORDER if at_stop > 0.0 else LIMIT_ORDER
    desk.order_direction = direction
    desk.order_price = normalised(desk, at_stop if at_stop > 0.0 else at_limit)
    desk.order_decided = decided
    expiry = read_int(desk.expiry_column, row * desk.expiry_stride)
    desk.order_last = decided + expiry if expiry > 0 else desk.last
    return True


@inlined
def order_in_force(desk: Desk) -> bool:
    """Say whether an order waits on this bar; one that has expired is dropped."""
    if desk.order != NO_ORDER and desk.bar > desk.order_last:
        desk.order = NO_ORDER
    return desk.order != NO_ORDER


@inlined
def order_reached(desk: Desk, price: float) -> bool:
    """Say whether an entry-side price fills the order.

    A stop order to buy is filled from below, a limit order from above.
    """
    side = desk.order_direction if desk.order == STOP_ORDER else -desk.order_direction
    return side * price >= side * desk.order_price


@inlined
def range_fills_order(desk: Desk, low: float, high: float) -> bool:
    """Say whether a range of bids fills the order."""
    upwards = (desk.order == STOP_ORDER) == (desk.order_direction > 0)
    return order_reached(desk, entry_side(desk, desk.order_direction, high if upwards else low))


@compiled
def fill_order(desk: Desk, price: float, closing: float) -> None:
    """Fill the order at an entry-side price; an opposite position closes at the same moment.

    `closing` is the closing side of the new position at that moment. The order is
    spent even if the entry is refused. Limits do not slip.
    """
    direction = desk.order_direction
    entry = slipped(desk, price, direction) if desk.order == STOP_ORDER else price
    desk.order = NO_ORDER
    if desk.direction != direction:
        reverse(desk, price)
        enter(desk, desk.order_decided, direction, entry, closing)


@compiled
def check_order_at_close(desk: Desk) -> None:
    """Fill the order at the close if that is beyond its price (`close_price`)."""
    bid = read_float(desk.close, desk.bar)
    price = entry_side(desk, desk.order_direction, bid)
    if order_reached(desk, price):
        fill_order(desk, price, entry_side(desk, -desk.order_direction, bid))


@compiled
def check_order_inside(desk: Desk) -> None:
    """Fill the order at the open if that is beyond its price, else at its level (`intra_candle`)."""
    bid = read_float(desk.open, desk.bar)
    price = entry_side(desk, desk.order_direction, bid)
    if not order_reached(desk, price):
        if not range_fills_order(desk, read_float(desk.low, desk.bar), read_float(desk.high, desk.bar)):
            return
        price = desk.order_price
        bid = price if desk.order_direction < 0 else bid_below(desk, price)
    kind, opened = desk.order, desk.position
    fill_order(desk, price, entry_side(desk, -desk.order_direction, bid))
    if desk.position != opened:
        desk.order_filled = desk.bar
        check_stop_of_new(desk, kind)


@compiled
def check_stop_of_new(desk: Desk, kind: int) -> None:
    """In the bar of its fill a new position sees its stop, not its targets."""
    low, high = read_float(desk.low, desk.bar), read_float(desk.high, desk.bar)
    if not reached_stop(desk, worst_of(desk, low, high)):
        return
    if desk.finer_first == 0 or not stop_by_finer(desk, kind):
        stop_pessimistically(desk)


@compiled
def stop_by_finer(desk: Desk, kind: int) -> bool:
    """Look for the stop in the finer bars after the fill; False if they do not tell."""
    first, beyond = read_int(desk.finer_first, desk.bar), read_int(desk.finer_first, desk.bar + 1)
    filled = finer_fill(desk, kind, first, beyond)
    for finer in range(filled, beyond):
        low, high = read_float(desk.finer_low, finer), read_float(desk.finer_high, finer)
        if not reached_stop(desk, worst_of(desk, low, high)):
            continue
        if finer == filled:
            return False
        opening = closing_side(desk, read_float(desk.finer_open, finer))
        close_all(desk, opening if reached_stop(desk, opening) else desk.stop, SL)
        break
    return filled < beyond


@compiled
def finer_fill(desk: Desk, kind: int, first: int, beyond: int) -> int:
    """Return the finer bar that fills an order of this kind, `beyond` if none does."""
    desk.order = kind
    finer = first
    while finer < beyond:
        if range_fills_order(desk, read_float(desk.finer_low, finer), read_float(desk.finer_high, finer)):
            break
        finer += 1
    desk.order = NO_ORDER
    return finer
