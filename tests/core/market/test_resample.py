import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BacktapeError
from core.market.bars import Bars
from core.market.days import DayRule
from core.market.resample import resample
from core.market.timeframes import Timeframe
from tests.core.market.making import grid, make_bars, texts

NEW_YORK = DayRule("America/New_York", 17)


def test_open_is_the_first_high_the_highest_low_the_lowest_close_the_last_volume_the_sum() -> None:
    bars = make_bars(grid("2020-01-06T10:00", 4, "M15"), [1.1, 1.3, 1.0, 1.2], spread=[3, 1, 2, 4])
    hour = resample(bars, Timeframe.H1)
    assert texts(hour.time) == ["2020-01-06T10:00"]
    assert hour.open.tolist() == [1.1]
    assert hour.high.tolist() == [1.3001]
    assert hour.low.tolist() == [0.9999]
    assert hour.close.tolist() == [1.2]
    assert hour.volume.tolist() == [10.0]
    assert hour.spread is not None
    assert hour.spread.tolist() == [1.0]


def test_a_bar_is_stamped_with_the_beginning_of_its_span_though_its_first_part_is_missing() -> None:
    bars = make_bars(["2020-01-05T22:00", "2020-01-05T23:00", "2020-01-06T00:00"], timeframe="H1")
    assert texts(resample(bars, Timeframe.H4).time) == ["2020-01-05T20:00", "2020-01-06T00:00"]


def test_four_hour_bars_begin_with_the_datasets_own_day() -> None:
    bars = make_bars(grid("2020-01-05T22:00", 8, "H1"), timeframe="H1", days=NEW_YORK)
    assert texts(resample(bars, Timeframe.H4).time) == ["2020-01-05T22:00", "2020-01-06T02:00"]


def test_a_day_of_23_hours_ends_with_a_short_bar_and_not_in_the_next_day() -> None:
    bars = make_bars(grid("2020-03-07T22:00", 24, "H1"), timeframe="H1", days=NEW_YORK)
    four_hours = resample(bars, Timeframe.H4)
    assert texts(four_hours.time)[-3:] == ["2020-03-08T14:00", "2020-03-08T18:00", "2020-03-08T21:00"]
    days = resample(bars, Timeframe.D1)
    assert texts(days.time) == ["2020-03-07T22:00", "2020-03-08T21:00"]


def test_spans_without_a_bar_are_left_out() -> None:
    bars = make_bars(["2020-01-03T20:45", "2020-01-05T22:00"])
    assert texts(resample(bars, Timeframe.H1).time) == ["2020-01-03T20:00", "2020-01-05T22:00"]


def test_weeks_and_months_are_made_of_days() -> None:
    bars = make_bars(grid("2020-01-30", 5, "D1"), timeframe="D1")
    assert texts(resample(bars, Timeframe.W1).time) == ["2020-01-26T00:00", "2020-02-02T00:00"]
    assert texts(resample(bars, Timeframe.MN1).time) == ["2020-01-01T00:00", "2020-02-01T00:00"]


def test_the_same_timeframe_gives_the_same_bars() -> None:
    bars = make_bars(grid("2020-01-06", 4, "M15"))
    assert resample(bars, Timeframe.M15) is bars


@pytest.mark.parametrize(("own", "wanted"), [("H1", "M15"), ("M20", "M30"), ("W1", "MN1")])
def test_bars_that_cannot_be_made_of_whole_bars_are_refused(own: str, wanted: str) -> None:
    bars = make_bars(grid("2020-01-06", 4, own), timeframe=own)
    with pytest.raises(
        BacktapeError, match=rf"{wanted} bars cannot be made from {own} bars; import EURUSD {wanted}"
    ):
        resample(bars, Timeframe(wanted))


def test_no_bars_give_no_bars() -> None:
    assert len(resample(make_bars([], spread=[]), Timeframe.H1)) == 0


steps = st.lists(st.integers(1, 400), min_size=1, max_size=60)
rules = st.sampled_from([DayRule("UTC"), NEW_YORK, DayRule("Europe/Athens"), DayRule("Asia/Kolkata")])
coarser = st.sampled_from(["M30", "H1", "H4", "H12", "D1", "W1", "MN1"])


def some_bars(steps: list[int], rule: DayRule) -> Bars:
    times = np.datetime64("2020-02-20T00:00", "s") + np.cumsum(steps) * np.timedelta64(900, "s")
    closes = (1.1 + np.sin(np.arange(len(steps))) / 100).round(5)
    return make_bars(times, closes.tolist(), days=rule, spread=list(range(len(steps))))


@given(steps, rules, coarser)
def test_nothing_is_lost_or_made_up(steps: list[int], rule: DayRule, timeframe: str) -> None:
    bars = some_bars(steps, rule)
    whole = resample(bars, Timeframe(timeframe))
    assert (np.diff(whole.time.astype(np.int64)) > 0).all()
    assert whole.volume.sum() == bars.volume.sum()
    assert whole.high.max() == bars.high.max()
    assert whole.low.min() == bars.low.min()
    assert (whole.open[0], whole.close[-1]) == (bars.open[0], bars.close[-1])
    # Each bar lies in the span of exactly the bar that begins last before it.
    home = np.searchsorted(whole.time, bars.time, side="right") - 1
    assert set(home.tolist()) == set(range(len(whole)))
    assert (bars.time < whole.close_time[home]).all()


@given(steps, rules)
def test_two_steps_give_what_one_gives(steps: list[int], rule: DayRule) -> None:
    bars = some_bars(steps, rule)
    once = resample(bars, Timeframe.D1)
    twice = resample(resample(bars, Timeframe.H1), Timeframe.D1)
    for name in ("time", "open", "high", "low", "close", "volume", "spread"):
        assert (getattr(once, name) == getattr(twice, name)).all()
