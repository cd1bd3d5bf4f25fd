"""Sizes and money in account currency (compiled). Money is never rounded."""

import numpy as np

from core.engine.compiled import inlined
from core.engine.memory import read_float
from core.engine.records import BY_BAR, BY_PRICE, MISSING_RATE, NO_FAULT, Desk

# More steps than any account can pay for, and few enough for an integer.
MOST_STEPS = 1e15


@inlined
def fail(desk: Desk, fault: int) -> None:
    """End the run at this bar; the first fault is the one that is told."""
    if desk.fault == NO_FAULT:
        desk.fault = fault
        desk.fault_bar = desk.bar


@inlined
def rate_at(desk: Desk, column: int, bar: int) -> float:
    """Return quote currency in account currency, NaN where the conversion pair has no price."""
    return read_float(column, bar) if desk.conversion == BY_BAR else desk.fixed_rate


@inlined
def require_rate(desk: Desk) -> None:
    """Refuse to go on without a rate: it is never replaced by a number."""
    if np.isnan(desk.rate):
        fail(desk, MISSING_RATE)


@inlined
def converted(amount: float, price: float, rate: float, kind: int) -> float:
    """Return an amount of quote currency in account currency; `price` is that of the fill."""
    return amount / price if kind == BY_PRICE else amount * rate


@inlined
def in_account(desk: Desk, amount: float, price: float) -> float:
    """Return an amount of quote currency in account currency at the rate of this moment."""
    return converted(amount, price, desk.rate, desk.conversion)


@inlined
def lots_of(desk: Desk, steps: int) -> float:
    """Return lots, as the float that their decimal text would give."""
    return steps * desk.lots_per_step / desk.steps_per_lot


@inlined
def whole_steps(lots_in_steps: float) -> int:
    """Return lots, given in lot steps, rounded down to whole ones."""
    return int(np.floor(min(lots_in_steps + 1e-9, MOST_STEPS)))


@inlined
def units_of(desk: Desk, lots: float) -> float:
    """Return how many units of the base so many lots are."""
    return lots * desk.contract


@inlined
def move(entry: float, price: float, direction: int, units: float) -> float:
    """Return what a change of price makes, in quote currency."""
    return (price - entry) * direction * units


@inlined
def made_at(desk: Desk, lots: float, level: float, price: float) -> float:
    """Return what so much of the position makes at a level, converted as at the price of a fill."""
    made = move(desk.entry_price, level, desk.direction, units_of(desk, lots))
    return converted(made, price, desk.rate, desk.conversion)


@inlined
def commission_of(desk: Desk, lots: float) -> float:
    """Return what closing so much costs, for the round turn."""
    return desk.commission * lots


@inlined
def net(made: float, commission: float, swap: float) -> float:
    """Return what a closing brings, costs included."""
    return made - commission + swap


@inlined
def equity_at(desk: Desk, price: float) -> float:
    """Return the balance plus what closing everything at this price would bring."""
    lots = lots_of(desk, desk.steps)
    return desk.balance + net(made_at(desk, lots, price, price), commission_of(desk, lots), desk.swap)


@inlined
def margin(desk: Desk, steps: int, price: float) -> float:
    """Return the margin that an entry at this price needs."""
    return in_account(desk, units_of(desk, lots_of(desk, steps)) * price, price) / desk.leverage


@inlined
def steps_for_risk(desk: Desk, distance: float, price: float) -> int:
    """Return the size at which the stop would cost the part of the equity to be risked."""
    lots = desk.balance * desk.risk / in_account(desk, distance * desk.contract, price)
    return whole_steps(lots * desk.steps_per_lot / desk.lots_per_step)
