"""The equity of a run, as far as it is known: the result's, else what its worker told last."""

from core.results.plain_curve import stored_curve
from db import curves
from db.connection import Connection
from db.runs import RunRecord
from tui.drawing.curves import Curve, live_values, spaced


def packed_curve(connection: Connection, run: RunRecord) -> bytes | None:
    """Return the curve of a run as it is stored, None where there is none."""
    if run.status != "completed":
        return curves.live(connection, run.id)
    stored = curves.get(connection, run.id)
    return stored.curve if stored is not None else None


def curve_of(run: RunRecord, packed: bytes | None) -> Curve:
    """Return times (seconds since 1970) and equity; those of a run without a result are about right."""
    if run.status == "completed":
        return stored_curve(packed)
    job = run.job
    share = job.bars_done / job.bars_total if job is not None and job.bars_total else 0.0
    return spaced(live_values(packed), run.start_date, run.end_date, share)
