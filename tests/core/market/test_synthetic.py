import datetime as dt
import hashlib

import numpy as np
import pytest

from core.market.bars import Bars
from core.market.resample import resample
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from core.market.zones import find_clock

BARS = synthetic_bars()


def digest(bars: Bars) -> str:
    columns = [
        bars.time.astype(np.int64),
        bars.open,
        bars.high,
        bars.low,
        bars.close,
        bars.volume,
        bars.spread,
    ]
    return hashlib.sha256(b"".join(column.tobytes() for column in columns if column is not None)).hexdigest()[
        :16
    ]


def test_the_sample_is_three_years_of_five_minutes() -> None:
    assert (BARS.symbol, BARS.timeframe, len(BARS)) == ("SYNTHETIC", "M5", 224_268)
    assert str(BARS.time[0]) == "2021-01-01T00:00:00"
    assert BARS.time[-1] < np.datetime64("2024-01-01")


def test_the_sample_is_the_same_on_every_machine() -> None:
    assert digest(BARS) == "169c5016a0366334"


def test_another_seed_is_another_market_and_the_same_seed_the_same() -> None:
    one, again, other = (synthetic_bars(seed=seed, years=1) for seed in (1, 1, 2))
    assert digest(one) == digest(again)
    assert digest(one) != digest(other)


def test_prices_are_possible_and_exact_points() -> None:
    assert (BARS.high >= np.maximum(BARS.open, BARS.close)).all()
    assert (BARS.low <= np.minimum(BARS.open, BARS.close)).all()
    assert BARS.low.min() > 0.5
    for column in (BARS.open, BARS.high, BARS.low, BARS.close):
        assert (np.rint(column * 1e5) / 1e5 == column).all()


def test_the_market_is_closed_from_friday_to_sunday_1700_new_york() -> None:
    seconds = BARS.time.astype(np.int64)
    local = seconds + find_clock("America/New_York").offsets(seconds)
    weekday, hour = (local // 86_400 + 3) % 7, local // 3_600 % 24
    assert not (weekday == 5).any()
    assert hour[weekday == 4].max() == 16
    assert hour[weekday == 6].min() == 17


def test_london_is_livelier_than_the_rollover_and_its_spread_is_smaller() -> None:
    seconds = BARS.time.astype(np.int64)
    hour = (seconds + find_clock("America/New_York").offsets(seconds)) // 3_600 % 24
    assert BARS.spread is not None
    reach = BARS.high - BARS.low
    assert reach[hour == 9].mean() > 2 * reach[hour == 17].mean()
    assert BARS.spread[hour == 9].mean() < BARS.spread[hour == 17].mean() / 2
    assert BARS.spread.min() >= 1


def test_coarser_timeframes_show_the_same_market() -> None:
    hours = synthetic_bars(timeframe=Timeframe.H1, years=1)
    assert digest(hours) == digest(resample(synthetic_bars(years=1), Timeframe.H1))


@pytest.mark.parametrize("timeframe", ["M1", "M4", "D1"])
def test_every_timeframe_can_be_had(timeframe: str) -> None:
    bars = synthetic_bars(timeframe=Timeframe(timeframe), start=dt.date(2020, 2, 29), years=1)
    assert bars.timeframe == timeframe
    assert (bars.close_time > bars.time).all()
