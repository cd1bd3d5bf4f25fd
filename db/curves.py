"""Equity curves, kept apart from their runs; what the bytes mean is the caller's business."""

from dataclasses import dataclass

from db.connection import Connection, transaction


@dataclass(frozen=True, slots=True)
class CurveRecord:
    """A packed curve, how many points it has, and a small preview of it."""

    points: int
    preview: bytes
    curve: bytes


def put(connection: Connection, run_id: int, curve: CurveRecord) -> None:
    """Keep the curve of a run; one that is there is replaced."""
    with transaction(connection):
        connection.execute(
            "INSERT INTO run_curves (run_id, points, preview, curve) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (run_id) DO UPDATE SET points = excluded.points, preview = excluded.preview,"
            " curve = excluded.curve",
            (run_id, int(curve.points), bytes(curve.preview), bytes(curve.curve)),
        )


def get(connection: Connection, run_id: int) -> CurveRecord | None:
    """Return the curve of a run, None before it has a result."""
    row = connection.execute(
        "SELECT points, preview, curve FROM run_curves WHERE run_id = ?", (run_id,)
    ).fetchone()
    return None if row is None else CurveRecord(*row)


def preview(connection: Connection, run_id: int) -> bytes | None:
    """Return the preview of a run's curve without reading the curve."""
    row = connection.execute("SELECT preview FROM run_curves WHERE run_id = ?", (run_id,)).fetchone()
    return None if row is None else bytes(row[0])


def live(connection: Connection, run_id: int) -> bytes | None:
    """Return the curve of a run without a result as its worker last told it, None if it told none."""
    row = connection.execute("SELECT curve FROM run_jobs WHERE run_id = ?", (run_id,)).fetchone()
    return None if row is None or row[0] is None else bytes(row[0])
