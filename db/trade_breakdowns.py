"""The trades of a run added up by the store itself: a run may have a million."""

from collections.abc import Sequence

from db.connection import Connection
from db.values import marks

# A store can be edited by hand: an infinite profit would take every sum with it.
_OF_RUN = "FROM backtest_trades WHERE run_id = ? AND abs(profit) < 1e100"
_EXCURSIONS = f"{_OF_RUN} AND abs(mae) < 1e100 AND abs(mfe) < 1e100"


def by_entry(connection: Connection, run_id: int) -> list[tuple[int, int, int, int, float]]:
    """Return (weekday, hour, trades, wins, profit) by the time of entry in UTC; Sunday is 0."""
    rows = connection.execute(
        "SELECT CAST(strftime('%w', entry_time) AS INTEGER) AS weekday,"
        " CAST(strftime('%H', entry_time) AS INTEGER) AS hour, count(*), sum(profit > 0), total(profit)"
        f" {_OF_RUN} GROUP BY weekday, hour",
        (run_id,),
    )
    return [tuple(row) for row in rows if row[0] is not None]


def by_reason(connection: Connection, run_id: int) -> list[tuple[str, int, int, float]]:
    """Return (exit reason, trades, wins, profit), the most frequent reason first."""
    rows = connection.execute(
        "SELECT CASE typeof(exit_reason) WHEN 'text' THEN exit_reason ELSE '' END AS reason,"
        " count(*) AS trades, sum(profit > 0), total(profit)"
        f" {_OF_RUN} GROUP BY reason ORDER BY trades DESC, reason",
        (run_id,),
    )
    return [tuple(row) for row in rows]


def by_direction(connection: Connection, run_id: int) -> list[tuple[str, int, int, float]]:
    """Return (BUY or SELL, trades, wins, profit), of those that the run has."""
    rows = connection.execute(
        "SELECT direction, count(*), sum(profit > 0), total(profit)"
        f" {_OF_RUN} GROUP BY direction ORDER BY direction",
        (run_id,),
    )
    return [tuple(row) for row in rows]


def profits(connection: Connection, run_id: int) -> tuple[int, float]:
    """Return how many trades a run has, and what they brought together."""
    count, total = connection.execute(f"SELECT count(*), total(profit) {_OF_RUN}", (run_id,)).fetchone()
    return count, total


def powers(connection: Connection, run_id: int, mean: float) -> tuple[float, float]:
    """Return the sums of the second and third powers of the distances of profits from `mean`."""
    away = "(profit - ?)"
    second, third = connection.execute(
        f"SELECT total({away} * {away}), total({away} * {away} * {away}) {_OF_RUN}", (*[mean] * 5, run_id)
    ).fetchone()
    return second, third


def profits_at(connection: Connection, run_id: int, places: Sequence[int]) -> dict[int, float]:
    """Return the profits at some ranks, from 0 for the least."""
    rows = connection.execute(
        "SELECT place, value FROM (SELECT profit + 0.0 AS value,"
        f" row_number() OVER (ORDER BY profit + 0.0) - 1 AS place {_OF_RUN})"
        f" WHERE place IN ({marks(len(places))})",
        (run_id, *places),
    )
    return dict(rows)


def binned(
    connection: Connection, run_id: int, step: float, first: int, count: int
) -> list[tuple[int, int, float]]:
    """Return (bin, trades, profit) of the bins of profits that have trades.

    Bin 0 is all below `first` * `step`, 1 to `count` are `step` wide each, and
    the next is all above them. A profit at an edge belongs to the bin above it.
    """
    # Rounded, since a loss of 30 may be one of 30.000000000001. What is cut off by CAST is never
    # negative, so that it rounds down.
    number = "CAST(min(max(round(profit / ?, 9) - ?, -1.0), ?) + 1.0 AS INTEGER)"
    rows = connection.execute(
        f"SELECT {number} AS number, count(*), total(profit) {_OF_RUN} GROUP BY number ORDER BY number",
        (step, first, count, run_id),
    )
    return [tuple(row) for row in rows]


def excursions(connection: Connection, run_id: int) -> tuple[int, float, float, float, float]:
    """Return how many trades have MAE and MFE, the means of both, the least MAE and the largest MFE."""
    row: tuple[int, float, float, float, float] = connection.execute(
        "SELECT count(*), coalesce(avg(mae), 0.0), coalesce(avg(mfe), 0.0), coalesce(min(mae + 0.0), 0.0),"
        f" coalesce(max(mfe + 0.0), 0.0) {_EXCURSIONS}",
        (run_id,),
    ).fetchone()
    return row


def scattered(
    connection: Connection, run_id: int, deepest: float, highest: float, grid: tuple[int, int]
) -> list[tuple[int, int, int, int, int]]:
    """Return (column, row, winners, losers, beyond) of MAE against MFE on a grid of so many columns and rows.

    Columns go from 0 to a loss of `deepest`, rows from 0 to a profit of `highest`.
    What lies beyond an edge is at it, and counted as such. Trades that brought
    nothing are at (column, row) too, as neither winners nor losers.
    """
    columns, height = grid
    rows = connection.execute(
        "SELECT CAST(min(max(-mae / ?, 0.0) * ?, ?) AS INTEGER) AS x,"
        " CAST(min(max(mfe / ?, 0.0) * ?, ?) AS INTEGER) AS y,"
        f" sum(profit > 0), sum(profit < 0), sum(mae < ? OR mfe > ?) {_EXCURSIONS} GROUP BY x, y",
        (deepest, columns, columns - 1, highest, height, height - 1, -deepest, highest, run_id),
    )
    return [tuple(row) for row in rows]


def spans(connection: Connection, run_id: int, most: int) -> list[tuple[int, int]]:
    """Return entry and exit of all trades, or of about `most` evenly chosen ones, in seconds since 1970."""
    rows = connection.execute(
        "SELECT CAST(strftime('%s', entry_time) AS INTEGER), CAST(strftime('%s', exit_time) AS INTEGER)"
        f" {_OF_RUN} AND (id - (SELECT min(id) FROM backtest_trades WHERE run_id = ?))"
        " % (1 + ((SELECT count(*) FROM backtest_trades WHERE run_id = ?) - 1) / ?) = 0",
        (run_id, run_id, run_id, most),
    )
    return [tuple(row) for row in rows if None not in row]
