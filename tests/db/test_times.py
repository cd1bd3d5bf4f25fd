from datetime import UTC, datetime, timedelta, timezone

import pytest

from db.times import is_day, now, optional_text, seconds_texts, utc_datetime, utc_text


def test_a_moment_in_any_zone_is_kept_as_its_utc_text() -> None:
    athens = timezone(timedelta(hours=2))
    moment = datetime(2020, 1, 27, 15, 5, 0, 7, tzinfo=athens)
    assert utc_text(moment) == "2020-01-27 13:05:00.000007"
    assert utc_datetime(utc_text(moment)) == moment
    assert utc_datetime(utc_text(moment)).tzinfo is UTC


def test_texts_sort_as_their_moments_do() -> None:
    moments = [
        datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2000, 1, 1, tzinfo=UTC),
        now(),
    ]
    assert sorted(map(utc_text, reversed(moments))) == list(map(utc_text, moments))


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        utc_text(datetime(2020, 1, 1))  # noqa: DTZ001


def test_nothing_stays_nothing() -> None:
    assert optional_text(None) is None


@pytest.mark.parametrize(
    ("text", "known"),
    [("2020-02-29", True), ("2021-02-29", False), ("2020-13-01", False), ("2020-02", False), ("", False)],
)
def test_a_day_is_one_that_the_calendar_has(text: str, known: bool) -> None:
    assert is_day(text) == known


def test_seconds_become_texts_in_order_before_1970_too() -> None:
    assert seconds_texts([0, 1580130300, 0, -1]) == [
        "1970-01-01 00:00:00.000000",
        "2020-01-27 13:05:00.000000",
        "1970-01-01 00:00:00.000000",
        "1969-12-31 23:59:59.000000",
    ]
