"""What a strategy decided on one history, comparable to the last bit with another's."""

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from core.checking.prompts import Prompts
from core.engine.decision import BUY, SELL, Decision
from core.engine.records import ENTER_BUY, ENTER_SELL, EXIT_BUY, EXIT_SELL
from core.strategies.signals import Decisions

Floats = npt.NDArray[np.float64]

ENTERING = ENTER_BUY | ENTER_SELL
# The columns of `numbers` before those of the targets.
_NUMBERS = ("stop", "at_stop", "at_limit", "expiry")

# Digits that are shown, and those that tell any two numbers apart.
_DIGITS = (7, 17)


@dataclass(frozen=True, eq=False)
class Decided:
    """The decisions on one history, and the prompts that a model was asked with.

    Row 0 is bar `start` of the bars that are checked; decisions count from bar
    `first` on. `action` holds the bits of `core.strategies.signals`, `numbers` a
    row a bar: stop, at_stop, at_limit, expiry, then the targets, zero where
    nothing is entered.
    """

    start: int
    first: int
    action: npt.NDArray[np.uint8]
    numbers: Floats
    prompts: Prompts = field(default_factory=Prompts)

    @property
    def end(self) -> int:
        """The bar after the last one decided on."""
        return self.start + len(self.action)

    def bars(self) -> npt.NDArray[np.intp]:
        """Return the bars at which something is decided."""
        rows = np.flatnonzero(self.action)
        return rows[rows >= self.first - self.start] + self.start

    def words(self, bar: int, digits: int = 7) -> str:
        """Return the decision at a bar in words, its numbers with so many digits."""
        row = bar - self.start
        return _words(int(self.action[row]), self.numbers[row], digits)

    def packed(self) -> str:
        """Return what `unpacked` takes: text, for another process."""
        columns = self.numbers.shape[1]
        arrays = self.action.tobytes() + self.numbers.tobytes()
        body = base64.b64encode(zlib.compress(arrays, 1)).decode()
        return json.dumps([self.start, self.first, len(self.action), columns, body, self.prompts.as_json()])

    @classmethod
    def unpacked(cls, text: str) -> "Decided":
        """Return the decisions that `packed` wrote down."""
        start, first, rows, columns, body, prompts = json.loads(text)
        arrays = zlib.decompress(base64.b64decode(body))
        return cls(
            start,
            first,
            np.frombuffer(arrays, np.uint8, rows),
            np.frombuffer(arrays, np.float64, offset=rows).reshape(rows, columns),
            Prompts.from_json(prompts),
        )


def of_signals(given: Decisions, start: int, first: int) -> Decided:
    """Return the decisions of `signals`; what is no entry has no distances."""
    columns = [getattr(given, name) for name in _NUMBERS] + list(given.targets)
    numbers = np.zeros((len(given.action), len(columns)))
    entering = (given.action & ENTERING) != 0
    for number, column in enumerate(columns):
        values = np.broadcast_to(column, len(entering)) if len(column) == 1 else column
        numbers[entering, number] = values[entering]
    return Decided(start, first, given.action, numbers)


def of_steps(taken: Mapping[int, Decision], span: tuple[int, int], first: int, prompts: Prompts) -> Decided:
    """Return the decisions of `on_bar` by bar; `span` are the first bar and the one after the last."""
    start, end = span
    targets = max((len(one.targets) for one in taken.values()), default=0)
    action = np.zeros(end - start, np.uint8)
    numbers = np.zeros((end - start, len(_NUMBERS) + targets))
    for bar, one in taken.items():
        entry = {BUY: ENTER_BUY, SELL: ENTER_SELL}.get(one.direction, 0)
        action[bar - start] = entry | EXIT_BUY * one.exit_buy | EXIT_SELL * one.exit_sell
        if entry:
            row = (one.stop, one.at_stop, one.at_limit, one.expiry, *one.targets)
            numbers[bar - start, : len(row)] = row
    return Decided(start, first, action, numbers, prompts)


def first_difference(one: Decided, other: Decided) -> int | None:
    """Return the first bar of both at which they differ, in a decision or in a prompt; None for none."""
    low, high = max(one.first, other.first), min(one.end, other.end)
    mine, its = (slice(low - both.start, high - both.start) for both in (one, other))
    width = max(one.numbers.shape[1], other.numbers.shape[1])
    differs = one.action[mine] != other.action[its]
    differs |= (_wide(one.numbers[mine], width) != _wide(other.numbers[its], width)).any(axis=1)
    found = [low + int(row) for row in np.flatnonzero(differs)[:1]]
    asked = one.prompts.first_difference(other.prompts, low, high)
    return min(found if asked is None else [*found, asked], default=None)


def both_words(one: Decided, other: Decided, bar: int) -> tuple[str, str]:
    """Return what each did at a bar where they differ: "decides buy", "asks ..."; a prompt comes first."""
    if one.prompts.first_difference(other.prompts, bar, bar + 1) is not None:
        return one.prompts.both_words(other.prompts, bar)
    for digits in _DIGITS:
        words = one.words(bar, digits), other.words(bar, digits)
        if words[0] != words[1]:
            return f"decides {words[0]}", f"decides {words[1]}"
    raise ValueError(f"nothing differs at bar {bar}")


def _wide(numbers: Floats, width: int) -> Floats:
    """Return the numbers with columns of zeros for targets that this history has none of."""
    missing = width - numbers.shape[1]
    return np.pad(numbers, ((0, 0), (0, missing))) if missing else numbers


def _words(action: int, numbers: Floats, digits: int) -> str:
    stop, at_stop, at_limit, expiry, *targets = (
        f"{float(value):.{digits}g}" if value else "" for value in numbers
    )
    targets = [target for target in targets if target]
    parts = [*_exit_words(action)]
    if action & ENTERING:
        entry = "buy" if action & ENTER_BUY else "sell"
        entry += f" at stop {at_stop}" if at_stop else ""
        entry += f" at limit {at_limit}" if at_limit else ""
        entry += f" for {expiry} bars" if expiry else ""
        parts.append(entry)
        parts += [f"stop {stop}"] if stop else []
        parts += [f"target{'s' if len(targets) > 1 else ''} {' '.join(targets)}"] if targets else []
    return ", ".join(parts) or "nothing"


def _exit_words(action: int) -> list[str]:
    exits = action & (EXIT_BUY | EXIT_SELL)
    if exits == EXIT_BUY | EXIT_SELL:
        return ["exit"]
    return [] if not exits else ["exit of a buy" if exits == EXIT_BUY else "exit of a sell"]
