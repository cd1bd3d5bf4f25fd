"""What passes between a strategy that steps bar by bar and the broker.

Plain data without numba, so that `core.strategies` can import it at no cost.
"""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

BUY = 1
SELL = -1
MAXIMUM_TARGETS = 8


@dataclass(frozen=True, slots=True)
class Decision:
    """What a strategy decided at the close of one bar.

    `direction` is BUY, SELL or 0 for no entry. `exit_buy` and `exit_sell` close
    a position of that side first (`signal`). `stop` and `targets` are distances
    in price, zero for none. `at_stop` or `at_limit` (a price, zero for none)
    makes the entry an order that waits for `expiry` bars from the next one;
    an `expiry` of zero waits until it is replaced or cancelled.
    """

    direction: int = 0
    exit_buy: bool = False
    exit_sell: bool = False
    stop: float = 0.0
    targets: tuple[float, ...] = ()
    at_stop: float = 0.0
    at_limit: float = 0.0
    expiry: int = 0


class Position(NamedTuple):
    """The open position as a strategy sees it at the close of a bar; it cannot be changed.

    `stop` and the remaining `targets` are price levels (None, empty: none);
    `profit` is what closing it at this close would bring, costs included, in
    account currency. A tuple, since one may be made at every bar and nothing else is made as fast.
    """

    direction: int
    lots: float
    entry_index: int
    entry_price: float
    stop: float | None
    targets: tuple[float, ...]
    profit: float


class Account(Protocol):
    """The broker's answers to a strategy that is deciding on bar `index`.

    Asking costs a step of the broker only when something was asked; both are
    as of the close of the bar, before the decision is carried out.
    """

    def position(self, index: int) -> Position | None:
        """Return the open position, None when flat."""

    def equity(self, index: int) -> float:
        """Return balance plus what closing everything now would bring."""


class Stepping(Protocol):
    """What the engine needs of the context it hands to `on_bar`.

    It is made once a run. Before each call the engine sets `index` to the bar
    that has just closed, counted over all bars, warm-up included; afterwards it
    takes `decision` and puts None there again.
    """

    index: int
    decision: Decision | None
