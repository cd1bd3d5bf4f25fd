import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BacktapeError
from core.market.bars import Bars
from core.market.days import DayRule
from core.market.resample import resample
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from tests.core.market.making import grid, make_bars

SAMPLE = synthetic_bars(years=1).slice(0, 12_000)


def test_an_hour_is_seen_from_the_close_of_its_last_quarter_on() -> None:
    bars = make_bars(grid("2020-01-06T10:00", 9, "M15"))
    hour = bars.context("H1")
    assert hour.index.tolist() == [-1, -1, -1, 0, 0, 0, 0, 1, 1]
    assert np.isnan(hour.close[:3]).all()
    assert hour.close[3:7].tolist() == [bars.close[3]] * 4
    assert hour.high[7] == bars.high[4:8].max()
    assert np.isnat(hour.time[0])
    assert str(hour.time[3]) == "2020-01-06T10:00:00"


def test_a_bar_that_has_not_closed_is_not_even_among_the_bars() -> None:
    bars = make_bars(grid("2020-01-06T10:00", 6, "M15"))
    assert len(bars.context("H1").bars) == 1
    assert len(bars.slice(0, 3).context("H1").bars) == 0


def test_fridays_day_is_seen_on_sunday_where_the_day_has_a_later_end_than_the_market() -> None:
    times = ["2020-01-03T20:00", "2020-01-03T21:00", "2020-01-05T22:00", "2020-01-05T23:00"]
    day = make_bars(times, timeframe="H1").context("D1")
    assert day.index.tolist() == [-1, -1, 0, 1]


def test_fridays_day_is_seen_at_its_last_close_where_days_end_with_the_market() -> None:
    times = ["2020-01-03T20:00", "2020-01-03T21:00", "2020-01-05T22:00"]
    day = make_bars(times, timeframe="H1", days=DayRule("America/New_York", 17)).context("D1")
    assert day.index.tolist() == [-1, 0, 0]


def test_a_series_over_context_bars_is_aligned_like_their_prices() -> None:
    bars = make_bars(grid("2020-01-06T10:00", 9, "M15"))
    hour = bars.context("H1")
    assert hour.align([5.0, 6.0])[3:].tolist() == [5.0, 5.0, 5.0, 5.0, 6.0, 6.0]
    with pytest.raises(BacktapeError, match="one for each of the 2 context bars"):
        hour.align([5.0])


def test_a_history_of_its_own_is_used_and_may_begin_later() -> None:
    bars = make_bars(grid("2020-01-06T00:00", 12, "H1"), timeframe="H1")
    four_hours = make_bars(grid("2020-01-06T04:00", 5, "H4"), [1.5, 1.6, 1.7, 1.8, 1.9], timeframe="H4")
    seen = bars.with_context({Timeframe.H4: four_hours}).context("H4")
    assert seen.index.tolist() == [-1] * 7 + [0, 0, 0, 0, 1]
    assert seen.close[-1] == 1.6
    assert len(seen.bars) == 2


def test_a_slice_keeps_the_histories_beside_it_and_still_sees_no_later_bar() -> None:
    bars = make_bars(grid("2020-01-06T00:00", 12, "H1"), timeframe="H1")
    whole = bars.with_context({Timeframe.H4: resample(bars, Timeframe.H4)})
    part = whole.slice(5, 9).context("H4")
    assert part.index.tolist() == [0, 0, 1, 1]
    assert len(part.bars) == 2


@pytest.mark.parametrize("timeframe", ["M15", "M5"])
def test_a_context_must_be_coarser_than_the_primary(timeframe: str) -> None:
    bars = make_bars(grid("2020-01-06T00:00", 4, "M15"))
    with pytest.raises(
        BacktapeError, match=f"context timeframe {timeframe} must be coarser than the run's own, M15"
    ):
        bars.context(timeframe)


def test_a_context_that_cannot_be_made_is_refused() -> None:
    with pytest.raises(BacktapeError, match="M30 bars cannot be made from M20 bars"):
        make_bars(grid("2020-01-06T00:00", 4, "M20"), timeframe="M20").context("M30")


def test_a_context_of_no_bars_is_empty() -> None:
    assert len(make_bars([]).context("H1")) == 0


def visible(bars: Bars, timeframe: str) -> list[np.ndarray[tuple[int], np.dtype[np.float64]]]:
    context = bars.context(timeframe)
    return [context.open, context.high, context.low, context.close, context.volume]


@given(st.integers(1, len(SAMPLE)), st.sampled_from(["M15", "H1", "H4", "D1", "W1"]))
def test_what_is_seen_does_not_change_when_the_future_is_cut_off(cut: int, timeframe: str) -> None:
    whole, part = visible(SAMPLE, timeframe), visible(SAMPLE.slice(0, cut), timeframe)
    for column, shorter in zip(whole, part, strict=True):
        np.testing.assert_array_equal(column[:cut], shorter)


@given(st.integers(0, len(SAMPLE) - 1), st.sampled_from(["H1", "H4", "D1", "W1"]))
def test_the_bar_seen_is_made_of_bars_that_have_closed_and_the_next_one_is_not_over(
    row: int, timeframe: str
) -> None:
    context = SAMPLE.context(timeframe)
    known, seen = SAMPLE.close_time[row], int(context.index[row])
    if seen >= 0:
        bar = context.bars
        inside = (SAMPLE.time >= bar.time[seen]) & (SAMPLE.time < bar.close_time[seen])
        assert (SAMPLE.close_time[inside] <= known).all()
        assert context.close[row] == SAMPLE.close[inside][-1]
        assert context.high[row] == SAMPLE.high[inside].max()
    if seen + 1 < len(context.bars):
        assert context.bars.close_time[seen + 1] > known
