from db import curves
from db.connection import StoreConnection
from db.curves import CurveRecord
from tests.db.samples import CURVE, add_run


def test_a_curve_is_kept_apart_from_its_preview_and_replaced(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    assert curves.get(connection, run_id) is None
    assert curves.preview(connection, run_id) is None
    assert curves.live(connection, run_id) is None
    curves.put(connection, run_id, CURVE)
    assert curves.get(connection, run_id) == CURVE
    assert curves.preview(connection, run_id) == CURVE.preview
    other = CurveRecord(1, b"", b"\x00")
    curves.put(connection, run_id, other)
    assert curves.get(connection, run_id) == other


def test_a_run_that_is_not_there_has_no_curve(connection: StoreConnection) -> None:
    assert curves.live(connection, 1) is None
