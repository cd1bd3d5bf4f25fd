"""How fast runs went."""

from db.connection import Connection

_LATEST = 5


def bars_a_second(connection: Connection, strategy: str) -> float | None:
    """Return how many bars a second the latest completed runs took, from start to stored result.

    Those of a strategy where there are any, else those of all; None where no run has completed.
    """
    of_strategy = "AND r.strategy_id = (SELECT id FROM strategies WHERE name = ? AND deleted_at IS NULL)"
    return _speed(connection, of_strategy, strategy) or _speed(connection)


def _speed(connection: Connection, condition: str = "", *parameters: str) -> float | None:
    bars, seconds = connection.execute(
        "SELECT sum(bars), sum(seconds) FROM (SELECT j.bars_total AS bars,"
        " 86400 * (julianday(r.finished_at) - julianday(r.started_at)) AS seconds FROM backtest_runs r"
        " JOIN run_jobs j ON j.run_id = r.id"
        f" WHERE r.status = 'completed' AND r.deleted_at IS NULL AND j.bars_total > 0 {condition}"
        f" ORDER BY r.id DESC LIMIT {_LATEST})",
        parameters,
    ).fetchone()
    return bars / seconds if bars and seconds and seconds > 0 else None
