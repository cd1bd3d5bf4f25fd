"""The broker as a strategy sees it that steps bar by bar."""

import math

import numpy as np

from core.engine.broker import Broker
from core.engine.decision import Decision, Position
from core.engine.plan import GrowingPlan
from core.engine.records import DESK

# Every field of the record is eight bytes wide, so a field is one item of a view.
_WIDTH = 8

_READ = (
    "direction",
    "steps",
    "lots_per_step",
    "steps_per_lot",
    "entry_bar",
    "entry_price",
    "stop",
    "targets",
    "target_next",
    "target_count",
    "balance",
    "marked",
    "order",
)


class SteppedAccount:
    """Answers for a broker that runs only as far as somebody asked (`decision.Account`).

    Decisions are written down; the broker carries them out when the position or
    the equity is asked for, or when the run is driven on. So a bar on which
    nothing is asked costs nothing here, and while the account is flat with
    nothing waiting the answers are known without the broker.
    """

    def __init__(self, broker: Broker, plan: GrowingPlan, *, intra: bool) -> None:
        """Answer for this broker, which reads this plan."""
        self._broker = broker
        self._plan = plan
        self._intra = intra
        whole = broker.desk.view(np.uint8).data
        self._whole = whole.cast("q")
        self._real = whole.cast("d")
        self._places = {name: _place(name) for name in _READ}
        self._direction = self._places["direction"]
        self._order = self._places["order"]
        self._marked = self._places["marked"]
        self._idle = False

    def decide(self, index: int, decision: Decision) -> None:
        """Write down what was decided on a bar."""
        self._idle = False
        if self._plan.decide(index, decision):
            self._broker.take(self._plan)

    def drive(self, upto: int) -> None:
        """Carry out everything on the bars before `upto`."""
        self._broker.run(upto)

    def position(self, index: int) -> Position | None:
        """Return the open position at the close of a bar, None when flat."""
        if not self._idle:
            self._reach(index)
        return self._open_position() if self._whole[self._direction] else None

    def equity(self, index: int) -> float:
        """Return the equity at the close of a bar."""
        if not self._idle:
            self._reach(index)
        return self._real[self._marked]

    def _reach(self, index: int) -> None:
        """Let the broker come to where the strategy decides on a bar."""
        if self._intra:
            self._broker.run(index + 1)
        else:
            self._broker.run(index, half=True)
        self._idle = not (self._whole[self._direction] or self._whole[self._order])

    def _open_position(self) -> Position:
        place, whole, real = self._places, self._whole, self._real
        stop = real[place["stop"]]
        first = place["targets"]
        waiting = slice(first + whole[place["target_next"]], first + whole[place["target_count"]])
        return Position(
            direction=whole[place["direction"]],
            lots=whole[place["steps"]] * real[place["lots_per_step"]] / real[place["steps_per_lot"]],
            entry_index=whole[place["entry_bar"]],
            entry_price=real[place["entry_price"]],
            stop=None if math.isnan(stop) else stop,
            targets=tuple(real[waiting]),
            profit=real[self._marked] - real[place["balance"]],
        )


def _place(name: str) -> int:
    """Return the index of a field in the record, seen as fields of eight bytes."""
    fields = DESK.fields
    if fields is None:
        raise TypeError("the broker's record has no fields")
    return fields[name][1] // _WIDTH
