"""What was decided at each bar, as the columns that the compiled broker reads."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from core.engine.decision import BUY, MAXIMUM_TARGETS, SELL, Decision
from core.engine.records import ENTER_BUY, ENTER_SELL, EXIT_BUY, EXIT_SELL

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

_FIRST_ROWS = 256


class DecidedColumns(Protocol):
    """Checked decisions for all bars at once; a column has one row a bar or one for all."""

    @property
    def action(self) -> npt.NDArray[np.uint8]:
        """The bits of what is done at each bar."""

    @property
    def stop(self) -> Floats:
        """Distances of the stop."""

    @property
    def targets(self) -> Sequence[Floats]:
        """Distances of each target."""

    @property
    def at_stop(self) -> Floats:
        """Prices of stop orders."""

    @property
    def at_limit(self) -> Floats:
        """Prices of limit orders."""

    @property
    def expiry(self) -> Whole:
        """Bars that an order waits."""


class Plan:
    """The decisions of a run: an action for each bar and columns of distances.

    Only bars from `first` on decide, and the last one's decision is dropped.
    """

    def __init__(self, bars: int, first: int) -> None:
        """Begin with no decision at any of so many bars."""
        self._first, self._last = first, bars - 1
        # The broker looks at the bar before the one it takes, so one row before the first.
        self._padded = np.zeros(bars + 1, np.uint8)
        self.action = self._padded[1:]
        self._columns: dict[str, Any] = {}

    @classmethod
    def of(cls, decided: DecidedColumns, first: int) -> "Plan":
        """Return the plan of decisions that were made for all bars at once."""
        plan = cls(len(decided.action), first)
        plan.action[first:-1] = decided.action[first:-1]
        targets = [np.ascontiguousarray(target, np.float64) for target in decided.targets]
        if len(targets) > MAXIMUM_TARGETS:
            raise ValueError(f"{len(targets)} targets; at most {MAXIMUM_TARGETS} are possible")
        plan._columns = {
            "stop": np.ascontiguousarray(decided.stop, np.float64),
            "at_stop": np.ascontiguousarray(decided.at_stop, np.float64),
            "at_limit": np.ascontiguousarray(decided.at_limit, np.float64),
            "expiry": np.ascontiguousarray(decided.expiry, np.int64),
            "targets": targets,
        }
        return plan

    def fields(self) -> dict[str, float | list[int]]:
        """Return the fields of `records.Tape` that describe this plan."""
        targets = self._columns["targets"]
        spare = [0] * (MAXIMUM_TARGETS - len(targets))
        found: dict[str, float | list[int]] = {
            "action": self.action.ctypes.data,
            "rows": 0,
            "target_columns": [column.ctypes.data for column in targets] + spare,
            "target_strides": [_stride(column) for column in targets] + spare,
            "targets_given": len(targets),
        }
        for name in ("stop", "at_stop", "at_limit", "expiry"):
            found[f"{name}_column"] = self._columns[name].ctypes.data
            found[f"{name}_stride"] = _stride(self._columns[name])
        return found


class GrowingPlan(Plan):
    """A plan that is written bar by bar; its distances lie in rows that grow with the decisions."""

    def __init__(self, bars: int, first: int) -> None:
        """Begin with no decision at any of so many bars."""
        super().__init__(bars, first)
        self._rows = np.zeros(bars, np.int64)
        self._used = 0
        self._room(_FIRST_ROWS)

    def decide(self, bar: int, decision: Decision) -> bool:
        """Write down what was decided on a bar; True if the columns have moved."""
        if not self._first <= bar < self._last:
            return False
        moved = self._used == len(self._columns["stop"])
        if moved:
            self._room(2 * self._used)
        row, self._used = self._used, self._used + 1
        self._rows[bar] = row
        columns = self._columns
        columns["stop"][row] = decision.stop
        columns["at_stop"][row] = decision.at_stop
        columns["at_limit"][row] = decision.at_limit
        columns["expiry"][row] = decision.expiry
        for number, distance in enumerate(decision.targets):
            columns["targets"][number][row] = distance
        self.action[bar] = _bits(decision)
        return moved

    def fields(self) -> dict[str, float | list[int]]:
        """Return the fields of `records.Tape` that describe this plan."""
        return {**super().fields(), "rows": self._rows.ctypes.data}

    def _room(self, rows: int) -> None:
        """Make room for so many decisions, keeping those that are there."""
        before = self._columns
        self._columns = {
            name: np.zeros(rows, np.int64 if name == "expiry" else np.float64)
            for name in ("stop", "at_stop", "at_limit", "expiry")
        }
        self._columns["targets"] = [np.zeros(rows) for _ in range(MAXIMUM_TARGETS)]
        if before:
            used = slice(0, self._used)
            for name in ("stop", "at_stop", "at_limit", "expiry"):
                self._columns[name][used] = before[name][used]
            for new, old in zip(self._columns["targets"], before["targets"], strict=True):
                new[used] = old[used]


def _stride(column: npt.NDArray[Any]) -> int:
    """Return how many rows on the next bar's value lies: none when one row holds for all."""
    return 0 if len(column) == 1 else 1


def _bits(decision: Decision) -> int:
    entry = {BUY: ENTER_BUY, SELL: ENTER_SELL}.get(decision.direction, 0)
    return entry | EXIT_BUY * decision.exit_buy | EXIT_SELL * decision.exit_sell
