"""Buy and hold over the period of a stored run, from the bars it was tested on."""

from typing import TYPE_CHECKING

from core.errors import BacktapeError
from core.home import Home
from core.jobs.bars_of_run import bars_of_run
from db.connection import Connection
from db.runs import RunRecord

if TYPE_CHECKING:
    from core.results.holding import Curve

# Of the periods looked at last: runs that are exported together mostly share theirs.
_MOST_KEPT = 8
_kept: "dict[tuple[object, ...], Curve]" = {}


def holding_of_run(connection: Connection, home: Home, run: RunRecord) -> "Curve":
    """Return what the run's balance would have become, held in its market; see `core.results.holding`.

    Raises:
        BacktapeError: the bars were removed or changed since; the sentence says how to get them back.
    """
    of_one = _of_one(connection, home, run)
    return of_one[0], [value * run.initial_balance for value in of_one[1]]


def holding_if_there(connection: Connection, home: Home, run: RunRecord) -> "Curve | None":
    """Return that curve, None where its bars are gone: a report does without."""
    try:
        return holding_of_run(connection, home, run)
    except BacktapeError:
        return None


def _of_one(connection: Connection, home: Home, run: RunRecord) -> "Curve":
    """Return the curve of a balance of 1. Bars of one digest never change, so it may be kept."""
    key = (home.path, run.dataset_version, run.timeframe, run.start_date, run.end_date)
    found = _kept.get(key)
    if found is None:
        bars = bars_of_run(connection, home, run)
        from core.results.holding import holding

        found = _kept[key] = holding(bars, 1.0)
        for old in list(_kept)[:-_MOST_KEPT]:
            _kept.pop(old, None)
    return found
