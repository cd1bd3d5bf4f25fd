import numpy as np
import pytest

from core.market.days import DayRule
from core.market.timeframes import Timeframe


def begins(rule: DayRule, timeframe: str, first: str, last: str) -> list[str]:
    moments = [int(np.datetime64(text, "s").astype(np.int64)) for text in (first, last)]
    return [str(time)[:16] for time in rule.boundaries(Timeframe(timeframe), *moments).view("datetime64[s]")]


def test_days_begin_at_the_hour_of_the_clock_in_summer_and_winter() -> None:
    rule = DayRule("America/New_York", 17)
    assert begins(rule, "D1", "2020-03-06T22:00", "2020-03-09T20:59") == [
        "2020-03-06T22:00",
        "2020-03-07T22:00",
        "2020-03-08T21:00",  # the clock was put forward: a day of 23 hours
        "2020-03-09T21:00",
        "2020-03-10T21:00",
    ]


def test_the_first_boundary_is_at_or_before_and_the_last_two_are_after() -> None:
    rule = DayRule("UTC")
    assert begins(rule, "D1", "2020-01-02T00:00", "2020-01-02T23:59") == [
        "2020-01-02T00:00",
        "2020-01-03T00:00",
        "2020-01-04T00:00",
    ]


def test_weeks_begin_with_the_day_that_opens_on_sunday() -> None:
    assert begins(DayRule("UTC"), "W1", "2020-01-08", "2020-01-09")[0] == "2020-01-05T00:00"
    assert begins(DayRule("America/New_York", 17), "W1", "2020-01-08", "2020-01-09")[0] == "2020-01-05T22:00"
    assert begins(DayRule("Europe/Athens"), "W1", "2020-01-08", "2020-01-09")[0] == "2020-01-04T22:00"


def test_months_begin_with_the_day_whose_trading_date_is_the_first() -> None:
    assert begins(DayRule("UTC"), "MN1", "2020-02-10", "2020-02-10")[:2] == [
        "2020-02-01T00:00",
        "2020-03-01T00:00",
    ]
    # The day that opens on 31 January at 17:00 trades on 1 February.
    assert begins(DayRule("America/New_York", 17), "MN1", "2020-02-10", "2020-02-10")[0] == "2020-01-31T22:00"


def test_a_rule_survives_json() -> None:
    rule = DayRule("America/New_York", 17)
    assert DayRule.from_json(rule.as_json()) == rule


@pytest.mark.parametrize(
    ("clock", "rule"),
    [
        ("UTC", DayRule("UTC", 0)),
        ("Europe/Athens", DayRule("Europe/Athens", 0)),
        ("America/New_York", DayRule("America/New_York", 17)),
        ("-05:00", DayRule("America/New_York", 17)),
    ],
)
def test_a_clocks_days_begin_at_midnight_and_new_yorks_with_the_market(clock: str, rule: DayRule) -> None:
    assert DayRule.of_clock(clock) == rule
