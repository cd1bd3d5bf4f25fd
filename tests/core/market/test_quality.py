import numpy as np
import pytest

from core.market.days import DayRule
from core.market.quality import Gaps, doubt_clock, examine, find_gaps, leaps
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from core.market.zones import find_clock
from tests.core.market.making import grid, make_bars

SAMPLE = synthetic_bars(timeframe=Timeframe.H1, years=1)


def test_a_hole_inside_a_week_is_counted_and_the_longest_found() -> None:
    times = np.delete(grid("2020-01-06T00:00", 40, "M15"), [3, 10, 11])
    found = find_gaps(make_bars(times))
    assert (found.missing, found.count) == (3, 2)
    assert [(f"{gap.after:%Y-%m-%d %H:%M}", gap.missing) for gap in found.longest] == [
        ("2020-01-06 02:15", 2),
        ("2020-01-06 00:30", 1),
    ]
    assert found.share_there(37) == 37 / 40
    assert len(find_gaps(make_bars(times), longest=1).longest) == 1


def test_a_hole_with_a_saturday_in_it_is_a_weekend() -> None:
    assert find_gaps(make_bars(["2020-01-03T21:45", "2020-01-05T22:00"])) == Gaps()


def test_the_saturday_is_that_of_the_datasets_own_clock() -> None:
    # In Athens Saturday has begun at 22:00 UTC on Friday.
    times = ["2020-01-03T21:45", "2020-01-03T23:00"]
    assert find_gaps(make_bars(times)).missing == 4
    assert find_gaps(make_bars(times, days=DayRule("Europe/Athens"))) == Gaps()


def test_days_are_not_searched_for_holes() -> None:
    assert find_gaps(make_bars(["2020-01-06", "2020-01-09"], timeframe="D1")) == Gaps()


def test_a_leap_is_far_beyond_the_usual_move() -> None:
    closes = [1.1, 1.101, 1.1, 1.101, 1.2, 1.1, 1.101]
    count, farthest, far = leaps(make_bars(grid("2020-01-06", 7, "H1"), closes, timeframe="H1"))
    assert (count, farthest) == (2, 4)
    assert far == pytest.approx(1.2 / 1.101 - 1)


def test_two_bars_and_bars_that_never_move_do_not_leap() -> None:
    assert leaps(make_bars(grid("2020-01-06", 2, "H1"), [1.1, 2.2], timeframe="H1")) == (0, -1, 0.0)
    assert leaps(make_bars(grid("2020-01-06", 5, "H1"), [1.1] * 5, timeframe="H1")) == (0, -1, 0.0)


def test_a_sound_history_has_nothing_to_tell() -> None:
    assert examine(SAMPLE) == []


def test_a_clock_under_which_weeks_end_with_the_market_is_not_doubted() -> None:
    assert doubt_clock(SAMPLE, find_clock("America/New_York")) is None


def test_a_clock_without_summer_time_is_doubted_and_the_right_one_named() -> None:
    # The file showed New York's time and was read as UTC-5 all year.
    seconds = SAMPLE.time.astype(np.int64)
    wall = seconds + find_clock("America/New_York").offsets(seconds)
    euro = make_bars((wall + 5 * 3_600).astype("datetime64[s]"), SAMPLE.close.tolist(), timeframe="H1")
    doubt = doubt_clock(euro, find_clock("-05:00"))
    assert doubt is not None
    told = doubt.sentence
    assert told.startswith("Read on -05:00, the weeks of this file do not end at one hour all year")
    assert f"read with time zone {doubt.fitting} they all do" in told


def test_a_market_that_never_closes_has_no_weeks_to_doubt() -> None:
    bars = make_bars(grid("2020-01-01", 9_000, "H1"), [100.0] * 9_000, timeframe="H1", symbol="BTCUSD")
    assert doubt_clock(bars, find_clock("-05:00")) is None
