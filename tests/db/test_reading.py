from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from db import jobs, runs, trades
from db.connection import StoreConnection
from db.reading import UNREADABLE, record, unreadable
from tests.db.samples import add_run, claimed, trade_row


@dataclass(frozen=True)
class Sample:
    whole: int
    number: float
    perhaps: float | None
    text: str
    moment: datetime
    truth: bool
    blob: bytes | None
    items: Sequence[str]
    table: Mapping[str, Any]
    more: str = "not of the row"


GOOD = (1, 2.5, None, "text", "2020-01-27 13:05:00.000000", 1, b"x", '["a"]', '{"a": 1}')
FIELDS = ("whole", "number", "perhaps", "text", "moment", "truth", "blob", "items", "table")


def test_a_row_becomes_a_record_with_the_types_of_its_fields() -> None:
    moment = datetime(2020, 1, 27, 13, 5, tzinfo=UTC)
    expected = Sample(1, 2.5, None, "text", moment, True, b"x", ["a"], {"a": 1})
    assert record(Sample, GOOD) == expected
    assert record(Sample, GOOD, more="said").more == "said"
    assert unreadable(Sample, GOOD) == ()


def test_a_second_row_of_the_same_types_is_read_as_well_as_the_first() -> None:
    record(Sample, GOOD)
    other = (2, 3.5, None, "b", "2021-01-27 13:05:00.000000", 0, b"y", '["b"]', '{"b": 1}')
    assert record(Sample, other) == Sample(
        2, 3.5, None, "b", datetime(2021, 1, 27, 13, 5, tzinfo=UTC), False, b"y", ["b"], {"b": 1}
    )
    spoiled = (2, 3.5, None, "b", "garbage", 0, b"y", "{", "[]")
    assert record(Sample, spoiled) == Sample(2, 3.5, None, "b", UNREADABLE, False, b"y", (), {})


def test_whole_numbers_are_taken_where_a_number_is_wanted() -> None:
    assert record(Sample, (1, 2, 3, *GOOD[3:])).perhaps == 3.0


@pytest.mark.parametrize(
    ("field", "value", "least"),
    [
        ("whole", "many", 0),
        ("whole", 1.5, 0),
        ("number", "text", 0.0),
        ("number", float("inf"), 0.0),
        ("perhaps", float("-inf"), None),
        ("perhaps", "text", None),
        ("perhaps", b"\xff", None),
        ("text", 7, ""),
        ("text", b"\xff", ""),
        ("moment", "garbage", UNREADABLE),
        ("moment", 7, UNREADABLE),
        ("moment", "", UNREADABLE),
        ("truth", "yes", False),
        ("blob", "text", None),
        ("items", "{", []),
        ("items", "7", ()),
        ("table", "[]", {}),
        ("table", None, {}),
    ],
)
def test_what_cannot_be_read_is_undefined_or_the_least_of_its_kind(
    field: str, value: object, least: object
) -> None:
    row: list[Any] = list(GOOD)
    row[FIELDS.index(field)] = value
    found = getattr(record(Sample, row), field)
    assert list(found) == [] if field == "items" else found == least
    assert unreadable(Sample, row) == (field,)


def test_a_run_edited_by_hand_is_read_and_says_what_cannot_be(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    connection.execute(
        "UPDATE backtest_runs SET params = '{', win_rate = 'all', sharpe_ratio = 9e999, created_at = 'today'"
    )
    run = runs.get(connection, run_id)
    assert run is not None
    assert (run.params, run.win_rate, run.sharpe_ratio) == ({}, None, None)
    assert run.unreadable == ("win_rate", "sharpe_ratio", "created_at", "params")
    (summary,) = runs.summaries(connection, [run_id])
    assert (summary.win_rate, summary.created_at) == (None, UNREADABLE)


def test_a_live_side_edited_by_hand_is_read(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    claimed(connection, "token")
    connection.execute("UPDATE run_jobs SET pid = 'somebody', heartbeat = 'now'")
    job = jobs.get(connection, run_id)
    assert job is not None
    assert (job.pid, job.heartbeat) == (None, None)
    assert set(job.unreadable) == {"pid", "heartbeat"}


def test_trades_edited_by_hand_are_read(connection: StoreConnection) -> None:
    run_id = add_run(connection)
    trades.insert_many(connection, run_id, [trade_row(1), trade_row(2)])
    connection.execute("UPDATE backtest_trades SET profit = 'much', entry_time = '' WHERE position = 1")
    first, second = trades.all_of(connection, run_id)
    assert (first.profit, first.entry_time) == (0.0, UNREADABLE)
    assert second.profit != 0.0
