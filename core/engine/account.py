"""The broker as a strategy sees it that steps bar by bar."""

import math
from typing import TypeAlias

from core.engine.advance import REACHED
from core.engine.board import place_of
from core.engine.broker import Broker
from core.engine.decision import Decision, Position
from core.engine.plan import GrowingPlan

_DIRECTION, _ORDER, _CHANGES = place_of("direction"), place_of("order"), place_of("changes")
_MARKED, _PROFIT = place_of("marked"), place_of("profit")
_STEPS, _LOTS, _STEPS_PER_LOT = place_of("steps"), place_of("lots_per_step"), place_of("steps_per_lot")
_ENTRY_BAR, _ENTRY_PRICE, _STOP = place_of("entry_bar"), place_of("entry_price"), place_of("stop")
_TARGETS, _NEXT, _COUNT = place_of("targets"), place_of("target_next"), place_of("target_count")

_Held: TypeAlias = tuple[int, float, int, float, float | None, tuple[float, ...]]

_tuple = tuple.__new__


class SteppedAccount:
    """Answers for a broker that runs only as far as somebody asked (`decision.Account`).

    Decisions are written down; the broker carries them out when the position or
    the equity is asked for, or when the run is driven on. So a bar on which
    nothing is asked costs nothing here, and while the account is flat with
    nothing waiting the answers are known without the broker. Of an open position
    only the profit changes at every bar: the rest is read again when it has changed.
    """

    def __init__(self, broker: Broker, plan: GrowingPlan, *, intra: bool) -> None:
        """Answer for this broker, which reads this plan."""
        self._broker = broker
        self._plan = plan
        # Deciding on a bar comes after all of it, or in the middle of it (`close_price`).
        self._lead, self._half = (1, False) if intra else (0, True)
        self._advance = broker.advance
        self._address = broker.board.address
        self._whole = broker.board.whole
        self._real = broker.board.real
        self._idle = False
        self._at = -1
        self._seen = -1
        self._held: _Held | None = None

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
        if index != self._at and not self._idle:
            self._reach(index)
        if self._whole[_CHANGES] != self._seen:
            self._look()
        held = self._held
        if held is None:
            self._idle = not self._whole[_ORDER]
            return None
        # Not by name, which takes twice as long.
        return _tuple(Position, (*held, self._real[_PROFIT]))

    def equity(self, index: int) -> float:
        """Return the equity at the close of a bar."""
        if index != self._at and not self._idle:
            self._reach(index)
        return self._real[_MARKED]

    def _reach(self, index: int) -> None:
        """Let the broker come to where the strategy decides on a bar."""
        self._at = index
        if self._advance(self._address, index + self._lead, self._half) != REACHED:
            self._broker.run(index + self._lead, half=self._half)

    def _look(self) -> None:
        """Read what of the position stays the same from bar to bar."""
        whole, real = self._whole, self._real
        self._seen = whole[_CHANGES]
        stop = real[_STOP]
        waiting = slice(_TARGETS + whole[_NEXT], _TARGETS + whole[_COUNT])
        self._held = None
        if whole[_DIRECTION]:
            self._held = (
                whole[_DIRECTION],
                whole[_STEPS] * real[_LOTS] / real[_STEPS_PER_LOT],
                whole[_ENTRY_BAR],
                real[_ENTRY_PRICE],
                None if math.isnan(stop) else stop,
                tuple(real[waiting]),
            )
