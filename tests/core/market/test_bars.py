import numpy as np
import pytest

from core.market.days import DayRule
from tests.core.market.making import grid, make_bars, texts

NEW_YORK = DayRule("America/New_York", 17)


def test_bars_below_a_day_close_after_their_duration() -> None:
    bars = make_bars(["2020-01-03T21:45", "2020-01-05T22:00"])
    assert texts(bars.close_time) == ["2020-01-03T22:00", "2020-01-05T22:15"]


def test_a_day_of_23_and_one_of_25_hours_close_at_the_next_days_beginning() -> None:
    spring = make_bars(["2020-03-07T22:00", "2020-03-08T21:00"], timeframe="D1", days=NEW_YORK)
    assert texts(spring.close_time) == ["2020-03-08T21:00", "2020-03-09T21:00"]
    autumn = make_bars(["2020-10-31T21:00", "2020-11-01T22:00"], timeframe="D1", days=NEW_YORK)
    assert texts(autumn.close_time) == ["2020-11-01T22:00", "2020-11-02T22:00"]


def test_the_last_short_day_of_a_week_closes_with_its_day_and_not_with_the_next_bar() -> None:
    bars = make_bars(["2020-01-03", "2020-01-05", "2020-01-06"], timeframe="D1")
    assert texts(bars.close_time) == ["2020-01-04T00:00", "2020-01-06T00:00", "2020-01-07T00:00"]


@pytest.mark.parametrize("opening", ["2020-03-01T00:00", "2020-03-02T00:00"])
def test_a_week_closes_a_week_later_whatever_day_it_begins_on(opening: str) -> None:
    bars = make_bars([opening], timeframe="W1")
    assert bars.close_time[0] - bars.time[0] == np.timedelta64(7, "D")


def test_a_week_in_which_the_clock_changes_closes_by_the_clock() -> None:
    bars = make_bars(["2020-03-07T22:00"], timeframe="W1", days=NEW_YORK)
    assert texts(bars.close_time) == ["2020-03-14T21:00"]


def test_a_month_closes_when_the_next_begins_though_it_opened_on_its_second_day() -> None:
    bars = make_bars(["2020-01-02", "2020-02-03"], timeframe="MN1")
    assert texts(bars.close_time) == ["2020-02-01T00:00", "2020-03-01T00:00"]


def test_bars_cannot_be_changed_in_place() -> None:
    bars = make_bars(grid("2020-01-06", 4, "M15"))
    for column in (bars.time, bars.close, bars.volume):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = column[1]


def test_a_slice_shares_memory_and_keeps_what_the_bars_are() -> None:
    bars = make_bars(grid("2020-01-06", 10, "M15"), spread=range(10))
    part = bars.slice(3, 7)
    assert len(part) == 4
    assert part.time[0] == bars.time[3]
    assert part.spread is not None
    assert part.spread.tolist() == [3, 4, 5, 6]
    assert np.shares_memory(part.close, bars.close)
    assert (part.symbol, part.pip, part.timeframe) == ("EURUSD", 0.0001, "M15")


def test_columns_of_different_lengths_are_no_bars() -> None:
    bars = make_bars(grid("2020-01-06", 3, "M15"))
    with pytest.raises(ValueError, match="spread has 2 values for 3 bars"):
        make_bars(bars.time, spread=[1, 2])


def test_a_frame_is_a_copy_that_an_author_may_change() -> None:
    bars = make_bars(grid("2020-01-06", 3, "M15"), spread=[1, 2, 3])
    frame = bars.frame()
    assert list(frame.columns) == ["open", "high", "low", "close", "volume", "spread"]
    assert str(frame.index[0]) == "2020-01-06 00:00:00+00:00"
    frame.loc[frame.index[0], "close"] = 9.0
    assert bars.close[0] != 9.0


def test_no_bars_have_no_closes() -> None:
    for timeframe in ("M15", "D1", "W1"):
        assert len(make_bars([], timeframe=timeframe).close_time) == 0
