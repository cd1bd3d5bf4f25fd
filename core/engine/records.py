"""The records that Python and the compiled broker share.

Each class says what the fields of a record are, for the reader and for mypy; the
memory layout is made from the annotations. Every field is eight bytes wide.
Addresses are those of contiguous columns (see `memory`), 0 for a column that is
not there.
"""

from typing import Annotated, cast, get_args, get_origin, get_type_hints

import numpy as np

from core.engine.decision import MAXIMUM_TARGETS


def _constant(value: int) -> int:
    """Return a number that numba takes as any other: it compiles a helper anew for each plain one."""
    return cast("int", np.int64(value))


# How prices turn into account currency.
BY_FIXED_RATE = 0
BY_PRICE = 1
BY_BAR = 2

# Why a part of a position was closed. Slippage worsens those up to STOP_OUT.
SL = _constant(0)
SIGNAL = _constant(1)
SIGNAL_REVERSE = _constant(2)
TIME = _constant(3)
STOP_OUT = _constant(4)
TP = _constant(5)
TP_PARTIAL = _constant(6)
END_OF_DATA = _constant(7)
EXIT_REASONS = (
    "sl",
    "signal",
    "signal_reverse",
    "time",
    "stop_out",
    "tp",
    "tp_partial",
    "end_of_data",
)

# The bits of an action, as in `core.strategies.signals`.
ENTER_BUY = 1
ENTER_SELL = 2
EXIT_BUY = 4
EXIT_SELL = 8

# What a waiting order waits for.
NO_ORDER = 0
STOP_ORDER = 1
LIMIT_ORDER = 2

# Why a run cannot go on.
NO_FAULT = 0
MISSING_RATE = _constant(1)
RISK_WITHOUT_STOP = _constant(2)


class Rules:
    """The terms of the run, in the units of the loop."""

    intra: int
    spread: float
    point: float
    scale: float
    slippage: float
    commission: float
    contract: float
    leverage: float
    lots_per_step: float
    steps_per_lot: float
    minimum_steps: int
    fixed_steps: int
    risk: float
    partial_ratio: float
    swap_long: float
    swap_short: float
    conversion: int
    fixed_rate: float
    trailing: float
    breakeven: int
    max_bars: int


class Tape:
    """The columns: prices of the bars, what was decided, and where equity goes.

    `equity` is indexed from bar `first`; all else from bar 0. `action` can be
    read one row before bar 0. A decision's distances lie at row `rows[bar]`, or
    at row `bar` without `rows`, times the column's stride (0: one for all).
    """

    first: int
    last: int
    open: int
    high: int
    low: int
    close: int
    spreads: int
    rates_at_open: int
    rates_at_close: int
    nights: int
    action: int
    rows: int
    stop_column: int
    stop_stride: int
    target_columns: Annotated[list[int], MAXIMUM_TARGETS]
    target_strides: Annotated[list[int], MAXIMUM_TARGETS]
    targets_given: int
    at_stop_column: int
    at_stop_stride: int
    at_limit_column: int
    at_limit_stride: int
    expiry_column: int
    expiry_stride: int
    equity: int
    trades: int
    room: int
    finer_first: int
    finer_open: int
    finer_high: int
    finer_low: int


class State:
    """Where the run stands. Levels and extremes that are not there are NaN.

    `bar` is the one under way, `rate` what its events convert with, `changes`
    counts what has changed in the position, `bars_held` the closes at which
    positions that are closed by now were open, `profit` is what `marked` is above
    the balance. `highest`
    and `lowest` are of the closing side since the entry, `best_close` is the
    best closing-side price at the closes.
    """

    bar: int
    rate: float
    half: int
    marked: float
    profit: float
    balance: float
    direction: int
    position: int
    steps: int
    entry_bar: int
    entry_price: float
    stop: float
    targets: Annotated[list[float], MAXIMUM_TARGETS]
    target_count: int
    target_next: int
    swap: float
    highest: float
    lowest: float
    best_close: float
    breakeven_due: int
    order: int
    order_direction: int
    order_price: float
    order_decided: int
    order_last: int
    order_filled: int
    changes: int
    bars_held: int
    trade_count: int
    stopped_at: int
    ambiguous_exits: int
    ambiguous_bar: int
    refused_stop: int
    refused_size: int
    refused_margin: int
    fault: int
    fault_bar: int


class Desk(Rules, Tape, State):
    """Everything one run of the broker works on, behind one address."""


class Trade:
    """One closing of (part of) a position, in closing order.

    Indices count the bars of the run from its first loaded one, warm-up
    included. `stop_loss` is the stop in force at the closing and `take_profit`
    the target that was filled, else the next one; NaN for none. Money is in
    account currency: `profit` net of this part's `commission` and with its share
    of the swap, `equity_after` the balance after this closing. `mae` (zero or
    less) and `mfe` (zero or more) are the worst and the best this part stood at
    while it was open, before costs: over the whole range of the bars it was held
    through, and over what is certain of the bars of its entry and its exit.
    """

    position: int
    direction: int
    entry_index: int
    exit_index: int
    exit_reason: int
    entry_price: float
    exit_price: float
    stop_loss: float
    take_profit: float
    volume: float
    profit: float
    commission: float
    equity_after: float
    mae: float
    mfe: float


def layout_of(fields: type) -> "np.dtype[np.void]":
    """Return the memory layout of a record class."""
    hints = get_type_hints(fields, include_extras=True)
    return np.dtype([_field(name, hint) for name, hint in hints.items()])


def _field(name: str, hint: object) -> tuple[str, str] | tuple[str, str, tuple[int]]:
    if get_origin(hint) is Annotated:
        many, size = get_args(hint)
        return name, _kind(get_args(many)[0]), (size,)
    return name, _kind(hint)


def _kind(hint: object) -> str:
    return "f8" if hint is float else "i8"


DESK = layout_of(Desk)
TRADE = layout_of(Trade)
