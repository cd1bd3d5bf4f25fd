"""The equity of a run, as far as it is known: the result's, else what its worker told last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.live_curve import told_bars
from core.results.plain_curve import stored_curve
from db import curves, queue
from db.connection import Connection
from db.queue import Place
from db.runs import RunRecord
from tui.drawing.curves import Curve, live_values, spaced


class Spanning(Protocol):
    """What has a period: a run, whole or as a row of the list."""

    @property
    def start_date(self) -> datetime:
        """Its first moment."""

    @property
    def end_date(self) -> datetime:
        """The moment at which it is over."""


@dataclass(frozen=True)
class Known:
    """What the store has of a run without a result beside its row: its curve, its place in the queue."""

    packed: bytes | None = None
    place: Place | None = None


def known_of(connection: Connection, run_id: int) -> Known:
    """Return what there is to know of a run that has no result."""
    return Known(curves.live(connection, run_id), queue.place(connection, run_id))


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
    done, total = (job.bars_done, job.bars_total) if job is not None else (0, 0)
    return live_curve(run, live_values(packed), done, total)


def live_curve(run: Spanning, values: Sequence[float], done: int, total: int) -> Curve:
    """Return the curve that a worker told when it had done so many bars of all."""
    share = min(1.0, done / total) if total else 0.0
    bars = told_bars(done)
    if len(bars) != len(values) or not share:
        return spaced(values, run.start_date, run.end_date, share)  # as an earlier version told it
    first, span = run.start_date.timestamp(), (run.end_date - run.start_date).total_seconds()
    return [first + span * bar / total for bar in bars], list(values)


def period_of(run: Spanning) -> tuple[float, float]:
    """Return the period of a run in seconds since 1970."""
    return run.start_date.timestamp(), run.end_date.timestamp()
