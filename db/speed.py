"""How long runs take, as far as earlier ones tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from db.connection import Connection

# Of so many runs of a strategy, the latest, those count that completed.
_LATEST = 20
# What starting a run and storing its result take, however few bars it has.
_AROUND_SECONDS = 0.1
# Runs with fewer than this part of the largest one's bars say little about the time a bar takes.
_TELLING = 0.25
# Nor does the largest one say anything about runs so many times its size.
_REACH = 10


@dataclass(frozen=True, slots=True)
class Pace:
    """The seconds that a run takes in any case, those it takes for each bar, and for how many at most."""

    around: float
    a_bar: float
    most_bars: int

    def seconds(self, bars: int) -> float | None:
        """Return about how long a run of so many bars takes, None if no run was of that order."""
        return None if bars > self.most_bars else self.around + bars * self.a_bar


def pace_of(connection: Connection, strategy: str, version: str | None) -> Pace | None:
    """Return the pace of the latest completed runs of a version of a strategy; None where there are none.

    Runs that asked a language model tell none: how long they take is up to the model.
    """
    rows = connection.execute(
        "SELECT j.bars_total, 86400 * (julianday(r.finished_at) - julianday(r.started_at)) AS seconds"
        " FROM (SELECT * FROM backtest_runs WHERE deleted_at IS NULL AND strategy_id ="
        " (SELECT id FROM strategies WHERE name = ? AND deleted_at IS NULL) ORDER BY id DESC LIMIT ?) r"
        " JOIN run_jobs j ON j.run_id = r.id WHERE r.status = 'completed' AND r.strategy_version = ?"
        " AND j.bars_total > 0 AND NOT j.uses_model AND seconds > 0",
        (strategy, _LATEST, version),
    ).fetchall()
    return _pace([(int(bars), float(seconds)) for bars, seconds in rows]) if rows else None


def _pace(known: Sequence[tuple[int, float]]) -> Pace:
    largest = max(bars for bars, _ in known)
    around = min(_AROUND_SECONDS, *(seconds for _, seconds in known))
    telling = [(bars, seconds) for bars, seconds in known if bars >= _TELLING * largest]
    return Pace(around, median((seconds - around) / bars for bars, seconds in telling), _REACH * largest)
