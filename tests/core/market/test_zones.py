import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BacktapeError
from core.market.zones import Seconds, find_clock


def seconds(*texts: str) -> Seconds:
    return np.array(texts, dtype="datetime64[s]").astype(np.int64)


def texts(values: Seconds) -> list[str]:
    return [str(value) for value in values.view("datetime64[s]")]


def test_a_broker_clock_is_two_hours_ahead_in_winter_and_three_in_summer() -> None:
    placed = find_clock("Europe/Athens").to_utc(seconds("2020-01-15T12:00", "2020-07-15T12:00"))
    assert texts(placed.utc) == ["2020-01-15T10:00:00", "2020-07-15T09:00:00"]
    assert not placed.skipped.any()
    assert not placed.repeated.any()


def test_the_hour_that_a_clock_skips_is_told() -> None:
    # Athens went from 03:00 to 04:00 on 29 March 2020.
    placed = find_clock("Europe/Athens").to_utc(
        seconds("2020-03-29T02:59:59", "2020-03-29T03:00", "2020-03-29T03:59:59", "2020-03-29T04:00")
    )
    assert placed.skipped.tolist() == [False, True, True, False]
    assert texts(placed.utc)[0::3] == ["2020-03-29T00:59:59", "2020-03-29T01:00:00"]


def test_the_hour_that_a_clock_repeats_is_read_as_its_first_or_second_passing() -> None:
    # Athens went from 04:00 back to 03:00 on 25 October 2020.
    clock, wall = (
        find_clock("Europe/Athens"),
        seconds("2020-10-25T03:30", "2020-10-25T03:30", "2020-10-25T04:00"),
    )
    placed = clock.to_utc(wall, later=np.array([False, True, False]))
    assert placed.repeated.tolist() == [True, True, False]
    assert texts(placed.utc) == ["2020-10-25T00:30:00", "2020-10-25T01:30:00", "2020-10-25T02:00:00"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("UTC", "2020-07-15T12:00:00"),
        ("+02:00", "2020-07-15T10:00:00"),
        ("-0530", "2020-07-15T17:30:00"),
        ("UTC+3", "2020-07-15T09:00:00"),
        ("GMT-5", "2020-07-15T17:00:00"),
        ("America/New_York+7", "2020-07-15T09:00:00"),
        ("Europe/Athens-7", "2020-07-15T16:00:00"),
        ("Etc/GMT+5", "2020-07-15T17:00:00"),
    ],
)
def test_a_clock_is_named_by_zone_offset_or_zone_moved(name: str, expected: str) -> None:
    assert texts(find_clock(name).to_utc(seconds("2020-07-15T12:00")).utc) == [expected]


@pytest.mark.parametrize(
    "name", ["", "Athens/Europe", "../../etc/passwd", "+15:00", "+02:75", "Europe", "New York", "\x1b[2J"]
)
def test_what_names_no_clock_is_refused(name: str) -> None:
    with pytest.raises(BacktapeError, match="time zone") as refusal:
        find_clock(name)
    assert refusal.value.field == "timezone"
    assert "\x1b" not in str(refusal.value)


ZONES = [
    "Europe/Athens",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Africa/Cairo",
]


@given(
    st.sampled_from(ZONES),
    st.lists(st.integers(31_536_000, 2_500_000_000), min_size=1, max_size=20),
)
def test_offsets_are_those_of_the_time_zone_database(zone: str, moments: list[int]) -> None:
    expected = [
        int(dt.datetime.fromtimestamp(moment, ZoneInfo(zone)).utcoffset().total_seconds())  # type: ignore[union-attr]
        for moment in moments
    ]
    assert find_clock(zone).offsets(np.array(moments, dtype=np.int64)).tolist() == expected


@given(st.sampled_from(ZONES), st.integers(31_536_000, 2_500_000_000), st.booleans())
def test_wall_times_are_read_as_python_reads_them(zone: str, wall: int, later: bool) -> None:
    shown = dt.datetime(1970, 1, 1) + dt.timedelta(seconds=wall)  # noqa: DTZ001 - what the clock shows
    placed = find_clock(zone).to_utc(np.array([wall], dtype=np.int64), later=np.array([later]))
    fold = int(later and bool(placed.repeated[0]))
    expected = shown.replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()
    assert placed.utc.tolist() == [int(expected)]
