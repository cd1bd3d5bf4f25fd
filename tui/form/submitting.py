"""Requests on their way into the store: what is known of their runs beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import BacktapeError
from core.home import Home
from db import queue, speed
from db.connection import Connection, verify

if TYPE_CHECKING:
    from core.jobs.request import RunRequest
    from core.jobs.submit import Prepared


@dataclass(frozen=True)
class Judged:
    """Requests that can be run: what would be made of each, and how long it would take in all.

    `seconds` is an estimate from how fast earlier runs went, None where none of them tells;
    `is_first` says whether that is for want of any run of this strategy as it is now.
    """

    prepared: "Sequence[Prepared]"
    seconds: float | None
    is_first: bool = False

    @property
    def bars(self) -> int:
        """How many bars the runs go over in all."""
        return sum(one.bars for one in self.prepared)

    @property
    def calls(self) -> int:
        """How many requests to a language model they make at most."""
        return sum(one.calls_at_most for one in self.prepared)

    @property
    def notes(self) -> list[str]:
        """What is to be said before they start, each sentence once."""
        return list(dict.fromkeys(note for one in self.prepared for note in one.notes))

    @property
    def warnings(self) -> dict[str, str]:
        """What of the values does nothing, by field."""
        from core.jobs.rates import unused_rates

        unused = unused_rates([one.rates for one in self.prepared])
        return {"rates": unused} if unused else {}


def judge(connection: Connection, home: Home, requests: "Sequence[RunRequest]") -> Judged:
    """Judge requests for one strategy as submitting them would, reading only.

    Raises:
        BacktapeError: one of them cannot be run; `field` is the part of it at fault.
        StoreError: the store they would go to is not there any more.
    """
    from core.jobs.submit import of_several, prepare

    verify(connection)
    prepared = []
    for request in requests:
        try:
            prepared.append(prepare(connection, home, request))
        except BacktapeError as error:
            raise of_several(error, request, len(requests)) from error
    pace = speed.pace_of(connection, prepared[0].strategy.name, prepared[0].strategy.version)
    seconds = None if pace is None else _seconds(connection, home, pace, prepared)
    return Judged(prepared, seconds, is_first=pace is None)


def _seconds(
    connection: Connection, home: Home, pace: speed.Pace, prepared: "Sequence[Prepared]"
) -> float | None:
    """Return about how long runs of one strategy take, side by side as far as there are workers."""
    from core.jobs.places import configured_places

    each = [pace.seconds(one.bars) for one in prepared]
    known = [seconds for seconds in each if seconds is not None]
    if len(known) < len(each):
        return None
    workers = queue.read(connection).workers or configured_places(home).computing
    return max(*known, sum(known) / workers)
