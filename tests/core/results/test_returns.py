"""Which bars end a day, and what a day returned."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from core.market.bars import Bars
from core.market.timeframes import Timeframe
from core.results.breakdowns import by_month
from core.results.calendar import DAY, calendar_of, last_rows_of_days
from core.results.returns import cagr_pct, returns, returns_a_year
from tests.core.strategies.samples import bars_of


def days_of(bars: Bars) -> list[int]:
    return [int(row) for row in last_rows_of_days(bars)]


def test_a_bar_that_closes_at_midnight_belongs_to_the_day_it_was_in() -> None:
    # Hours 00 to 23 of a Monday, and the first two of Tuesday.
    assert days_of(bars_of([1.0] * 26)) == [23, 25]


def test_saturday_and_sunday_count_to_monday() -> None:
    # Six-hour bars from Friday 2020-01-10 to Tuesday 2020-01-14, four a day.
    bars = bars_of([1.0] * 20, start="2020-01-10T00:00:00", timeframe=Timeframe.H6)
    assert days_of(bars) == [3, 15, 19]


def test_a_history_that_ends_on_a_weekend_ends_with_its_monday() -> None:
    bars = bars_of([1.0] * 6, start="2020-01-10T00:00:00", timeframe=Timeframe.H6)
    assert days_of(bars) == [3, 5]


def test_days_without_bars_are_no_days() -> None:
    monday = bars_of([1.0] * 24)
    time = monday.time.copy()
    time[12:] += np.timedelta64(3, "D")
    bars = replace(monday, time=time)
    assert days_of(bars) == [11, 23]


def test_every_daily_bar_of_a_week_is_a_day_of_its_own() -> None:
    bars = bars_of([1.0] * 5, timeframe=Timeframe.D1)
    assert days_of(bars) == [0, 1, 2, 3, 4]


def test_no_bars_have_no_days() -> None:
    assert days_of(bars_of([1.0]).slice(0, 0)) == []


def test_days_agree_with_a_plain_reckoning_over_months_of_hours() -> None:
    bars = bars_of([1.0] * 4000, start="2019-11-29T13:00:00")
    last: dict[dt.date, int] = {}
    for row, opening in enumerate(bars.time.astype(dt.datetime).tolist()):
        day = (opening + dt.timedelta(seconds=3599)).date()
        while day.weekday() > 4:
            day += dt.timedelta(days=1)
        last[day] = row
    assert days_of(bars) == list(last.values())


def test_the_first_return_is_from_the_initial_balance() -> None:
    found = returns(np.array([105.0, 110.0, 99.0]), [1, 2], 100.0)
    np.testing.assert_allclose(found, [0.10, -0.10])


@pytest.mark.parametrize(
    ("timeframe", "count"),
    [(Timeframe.M1, 252), (Timeframe.D1, 252), (Timeframe.W1, 52), (Timeframe.MN1, 12)],
)
def test_a_year_has_so_many_returns(timeframe: Timeframe, count: int) -> None:
    assert returns_a_year(timeframe) == count


def test_growth_is_compound_and_annual() -> None:
    assert cagr_pct(100.0, 121.0, int(2 * 365.25 * DAY)) == pytest.approx(10.0)
    assert cagr_pct(100.0, 81.0, int(2 * 365.25 * DAY)) == pytest.approx(-10.0)


@pytest.mark.parametrize(("final", "days"), [(110.0, 29), (0.0, 400), (-5.0, 400)])
def test_growth_is_undefined_for_a_few_days_and_for_a_lost_account(final: float, days: int) -> None:
    assert cagr_pct(100.0, final, days * DAY) is None


def test_months_follow_the_date_of_the_close_less_one_second() -> None:
    # Twelve-hour bars over the end of January 2020: the bar from 12:00 closes at midnight.
    bars = bars_of([1.0] * 4, start="2020-01-31T00:00:00", timeframe=Timeframe.H12)
    months = by_month(calendar_of(bars), np.array([101.0, 110.0, 105.0, 99.0]), 100.0)
    assert [month["month"] for month in months] == ["2020-01", "2020-02"]
    assert [month["profit"] for month in months] == [10.0, -11.0]
    assert [month["return_pct"] for month in months] == pytest.approx([10.0, -10.0])


def test_a_month_after_the_account_is_lost_has_no_return() -> None:
    bars = bars_of([1.0] * 3, start="2020-01-31T00:00:00", timeframe=Timeframe.D1)
    months = by_month(calendar_of(bars), np.array([-5.0, -5.0, -5.0]), 100.0)
    assert [month["return_pct"] for month in months] == [pytest.approx(-105.0), None]


def test_months_without_bars_are_left_out() -> None:
    bars = bars_of([1.0] * 3, start="2020-01-06T00:00:00", timeframe=Timeframe.W1)
    assert [month["month"] for month in by_month(calendar_of(bars), np.full(3, 100.0), 100.0)] == ["2020-01"]
    assert by_month(calendar_of(bars.slice(0, 0)), np.empty(0), 100.0) == []
