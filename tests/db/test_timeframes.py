"""Timeframes are listed by their length, not by their name."""

from dataclasses import replace

import pytest

from core.market.timeframes import Timeframe
from db import datasets, runs
from db.connection import StoreConnection
from db.runs import Order, key_of
from db.timeframes import minutes, minutes_of
from tests.db.samples import add_run
from tests.db.test_datasets import NEW

MIXED = ["M15", "H1", "MN1", "D1", "H4", "M1", "W1"]
BY_LENGTH = ["M1", "M15", "H1", "H4", "D1", "W1", "MN1"]


def minutes_in(connection: StoreConnection, name: str) -> int:
    query = f"SELECT {minutes_of('t.name')} FROM (SELECT ? AS name) t"  # noqa: S608
    return int(connection.execute(query, (str(name),)).fetchone()[0])


@pytest.mark.parametrize("timeframe", Timeframe)
def test_every_timeframe_has_its_length_in_the_store_too(
    connection: StoreConnection, timeframe: Timeframe
) -> None:
    assert minutes_in(connection, timeframe) == minutes(timeframe) == timeframe.seconds / 60


def test_what_is_no_timeframe_comes_last(connection: StoreConnection) -> None:
    for name in ("", "MX", "tick", "15"):
        assert minutes_in(connection, name) == minutes(name) > minutes("MN1")


def test_datasets_are_listed_by_symbol_then_length_then_source(connection: StoreConnection) -> None:
    for number, timeframe in enumerate(MIXED):
        new = replace(NEW, digest=f"d{number}")
        datasets.register_version(connection, "EURUSD", timeframe, new)
    datasets.register_version(connection, "EURUSD", "M15", replace(NEW, digest="b"), source="broker")
    datasets.register_version(connection, "AUDUSD", "H1", replace(NEW, digest="a"))
    found = [(one.symbol, one.timeframe, one.source) for one in datasets.list_all(connection)]
    expected = [("EURUSD", timeframe, "") for timeframe in BY_LENGTH]
    assert found == [("AUDUSD", "H1", ""), *expected[:2], ("EURUSD", "M15", "broker"), *expected[2:]]


@pytest.mark.parametrize("descending", [False, True])
def test_runs_are_sorted_by_the_length_of_their_timeframe_page_by_page(
    connection: StoreConnection, *, descending: bool
) -> None:
    made = {add_run(connection, timeframe=timeframe): timeframe for timeframe in MIXED}
    order = Order("timeframe", descending=descending)
    expected = BY_LENGTH[::-1] if descending else BY_LENGTH
    assert [made[run_id] for run_id in runs.ids(connection, order=order)] == expected
    first = runs.page(connection, order=order, limit=3)
    rest = runs.page(connection, order=order, after=key_of(first[-1], order), limit=9)
    assert [run.timeframe for run in [*first, *rest]] == expected
