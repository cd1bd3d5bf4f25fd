"""What `signals` returns: for every bar, what to do and at which distances."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from core.engine.decision import MAXIMUM_TARGETS
from core.strategies.errors import StrategyError

if TYPE_CHECKING:
    from core.market.bars import Bars

Floats: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Distance: TypeAlias = float | npt.NDArray[Any]

# More bars than any dataset has, and still a whole number in a float.
LONGEST_EXPIRY = 10**12

# The bits of an action. An exit together with an entry closes first, then opens.
ENTER_BUY = 1
ENTER_SELL = 2
EXIT_BUY = 4
EXIT_SELL = 8


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """Decisions for all bars at once.

    `buy`, `sell`, `exit`, `exit_buy` and `exit_sell` are boolean arrays with a
    row a bar; a part left out never happens. `stop` and each of `targets` are
    distances in price from the entry, one number or one a bar; zero or left out
    means none. `at_stop` or `at_limit` hold the price at which an entry order
    waits instead of entering at market (zero: at market), `expiry` the number of
    bars it waits for (zero: until it is replaced or cancelled).
    """

    buy: npt.NDArray[Any] | None = None
    sell: npt.NDArray[Any] | None = None
    exit: npt.NDArray[Any] | None = None
    exit_buy: npt.NDArray[Any] | None = None
    exit_sell: npt.NDArray[Any] | None = None
    stop: Distance | None = None
    targets: Sequence[Distance] | Distance | None = ()
    at_stop: Distance | None = None
    at_limit: Distance | None = None
    expiry: int | npt.NDArray[Any] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Decisions:
    """Signals that were checked against their bars: what the broker carries out.

    `action` holds the bits ENTER_BUY, ENTER_SELL, EXIT_BUY and EXIT_SELL for each bar. The
    others are contiguous float64 arrays (`expiry` int64) with one row a bar, or
    a single row that holds for all bars. Everything is
    zero for none. There is one array in `targets` for each target.
    """

    action: npt.NDArray[np.uint8]
    stop: Floats
    targets: tuple[Floats, ...]
    at_stop: Floats
    at_limit: Floats
    expiry: npt.NDArray[np.int64]


def decisions(result: object, bars: "Bars") -> Decisions:
    """Return what `signals` returned as the broker's arrays.

    StrategyError names the part at fault, and the bar where there is one.
    """
    if not isinstance(result, Signals):
        raise StrategyError(f"signals() must return Signals(...), not {_kind_of(result)}.")
    return _Checker(result, bars).decisions()


class _Checker:
    """The checks of one `Signals` against its bars."""

    def __init__(self, given: Signals, bars: "Bars") -> None:
        self._given = given
        self._bars = bars
        self._count = len(bars)
        self._action = self._packed()

    def decisions(self) -> Decisions:
        at_stop = self._numbers("at_stop", self._given.at_stop)
        at_limit = self._numbers("at_limit", self._given.at_limit)
        if self._given.at_stop is not None and self._given.at_limit is not None:
            both = (self._on_entries(at_stop) > 0) & (self._on_entries(at_limit) > 0)
            self._refuse(both, "both at_stop and at_limit are given")
        return Decisions(
            action=self._action,
            stop=self._numbers("stop", self._given.stop),
            targets=self._targets(),
            at_stop=at_stop,
            at_limit=at_limit,
            expiry=self._expiry(),
        )

    @cached_property
    def _entries(self) -> npt.NDArray[np.intp]:
        """The rows of the bars that decide to enter."""
        return np.flatnonzero((self._action & (ENTER_BUY | ENTER_SELL)) != 0)

    def _packed(self) -> npt.NDArray[np.uint8]:
        given = self._given
        buy, sell = self._mask("buy", given.buy), self._mask("sell", given.sell)
        action = np.zeros(self._count, np.uint8)
        for mask, bits in (
            (buy, ENTER_BUY),
            (sell, ENTER_SELL),
            (self._mask("exit", given.exit), EXIT_BUY | EXIT_SELL),
            (self._mask("exit_buy", given.exit_buy), EXIT_BUY),
            (self._mask("exit_sell", given.exit_sell), EXIT_SELL),
        ):
            if mask is not None:
                action |= mask.view(np.uint8) * np.uint8(bits)
        if buy is not None and sell is not None and (both := buy & sell).any():
            raise self._wrong(int(np.argmax(both)), "buy and sell are both set")
        return action

    def _mask(self, name: str, mask: object) -> Mask | None:
        if mask is None:
            return None
        array = np.asarray(mask)
        if array.dtype != np.bool_ or array.ndim != 1:
            raise StrategyError(
                f"{name} must be an array of True and False with one row a bar, not {_kind_of(mask)}."
            )
        self._same_length(name, len(array))
        return np.ascontiguousarray(array)

    def _numbers(self, name: str, given: object) -> Floats:
        """Return a distance or price as floats, refused where it is wrong on a deciding bar."""
        if given is None:
            return np.zeros(1)
        numbers = self._as_floats(name, given)
        if len(numbers) == 1 and np.isfinite(numbers[0]) and numbers[0] >= 0:
            return numbers
        on_entries = self._on_entries(numbers)
        self._refuse(~np.isfinite(on_entries), f"{name} is not a number")
        self._refuse(on_entries < 0, f"{name} is below zero")
        return numbers

    def _as_floats(self, name: str, given: object) -> Floats:
        array = np.asarray(given)
        if array.dtype.kind not in "iuf" or array.ndim > 1:
            raise StrategyError(f"{name} must be a number or an array of numbers, not {_kind_of(given)}.")
        if array.ndim == 1:
            self._same_length(name, len(array))
        return np.ascontiguousarray(array, dtype=np.float64).reshape(-1)

    def _targets(self) -> tuple[Floats, ...]:
        targets = self._given.targets
        if targets is None:
            return ()
        given = targets if isinstance(targets, list | tuple) else [targets]
        if len(given) > MAXIMUM_TARGETS:
            raise StrategyError(f"There are {len(given)} targets; at most {MAXIMUM_TARGETS} are possible.")
        return tuple(self._numbers(f"target {number}", target) for number, target in enumerate(given, 1))

    def _expiry(self) -> npt.NDArray[np.int64]:
        if self._given.expiry is None:
            return np.zeros(1, np.int64)
        bars = self._numbers("expiry", self._given.expiry)
        if len(bars) > 1 or bars[0] != 0:
            on_entries = self._on_entries(bars)
            self._refuse(on_entries != np.floor(on_entries), "expiry is not a whole number of bars")
        # Rows that decide nothing may hold anything, which is no reason to warn of a cast.
        return np.nan_to_num(bars).clip(0, LONGEST_EXPIRY).astype(np.int64)

    def _on_entries(self, numbers: Floats) -> Floats:
        """Return the values on the deciding bars, whether there is one a bar or one for all."""
        if len(numbers) == 1:
            return np.broadcast_to(numbers, len(self._entries))
        return numbers[self._entries]

    def _same_length(self, name: str, length: int) -> None:
        if length != self._count:
            raise StrategyError(f"{name} has {length} rows, but there are {self._count} bars.")

    def _refuse(self, wrong: Mask, sentence: str) -> None:
        """Raise for the first deciding bar on which `wrong` holds."""
        if wrong.any():
            raise self._wrong(int(self._entries[np.argmax(wrong)]), sentence)

    def _wrong(self, bar: int, sentence: str) -> StrategyError:
        return StrategyError(f"At {bar_named(self._bars, bar)}: {sentence}.")


def bar_named(bars: "Bars", index: int) -> str:
    """Return how errors name a bar: "bar 17 (2020-01-27 07:15 UTC)", counted from 0."""
    time = str(bars.time[index]).replace("T", " ")
    return f"bar {index} ({time.removesuffix(':00')} UTC)"


def _kind_of(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype} with the shape {value.shape}"
    return "None" if value is None else f"an object of type {type(value).__name__}"
