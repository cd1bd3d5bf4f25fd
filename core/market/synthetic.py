"""A made-up market for the first start and for tests: the same bars everywhere, for ever.

Everything is whole numbers of points from the first random draw to the price,
so that no floating-point library can move a bar.
"""

import datetime as dt

import numpy as np
import numpy.typing as npt

from core.market.bars import Bars
from core.market.days import DayRule
from core.market.instruments import find_instrument
from core.market.resample import resample
from core.market.timeframes import Timeframe
from core.market.zones import Seconds, find_clock

Whole = npt.NDArray[np.int64]

SYMBOL = "SYNTHETIC"
DAYS = DayRule("America/New_York", 17)

_HOUR = 3_600
_DAY = 86_400
_STEPS = 8  # steps of the path inside one bar
_BAR_POINTS = 20  # standard deviation of an average M5 bar
_LOW, _RANGE = 80_000, 60_000  # prices are reflected into 0.80000 to 1.40000
_FIRST_PRICE = 110_000

# By hour in New York: how lively the market is, in percent, and its spread in points.
# Asia from 19, London from 3, New York from 8; the rollover at 17 is thin and wide.
_LIVELY = np.array(
    [
        60,
        65,
        90,
        150,
        160,
        140,
        120,
        115,
        160,
        170,
        165,
        140,
        115,
        100,
        95,
        85,
        65,
        35,
        40,
        60,
        75,
        75,
        70,
        60,
    ]
)
_SPREAD = np.array([9, 9, 8, 7, 6, 6, 6, 6, 6, 6, 6, 6, 7, 7, 8, 9, 13, 30, 18, 12, 10, 9, 9, 9])


def synthetic_bars(
    *,
    seed: int = 7,
    timeframe: Timeframe = Timeframe.M5,
    start: dt.date = dt.date(2021, 1, 1),
    years: int = 3,
) -> Bars:
    """Return `years` of a made-up market from `start` (UTC), SYNTHETIC at `timeframe`.

    It has sessions, weekends (closed from Friday to Sunday 17:00 New York),
    holidays, quiet and lively weeks, drifts, weekend gaps and a recorded spread.
    Timeframes that five minutes divide show one and the same market.
    """
    base = Timeframe.M5 if Timeframe.M5.divides(timeframe) else timeframe
    first = _midnight(start)
    last = _midnight(start.replace(year=start.year + years, day=min(start.day, 28)))
    opening, local = _open_hours(np.arange(first, last, base.seconds, dtype=np.int64))
    random = np.random.Generator(np.random.PCG64(seed))
    sigma = _volatility(random, local, base)
    path = _path(random, opening, local, sigma)
    hour = local // _HOUR % 24
    spread = _SPREAD[hour] + random.integers(0, 4, len(opening)) * (_SPREAD[hour] // 6)
    ticks = 5 + np.ptp(path, axis=1) * 3 + random.integers(0, 40, len(opening))
    bars = Bars(
        instrument=find_instrument(SYMBOL),
        timeframe=base,
        days=DAYS,
        time=opening.astype("datetime64[s]"),
        open=path[:, 0] / 100_000,
        high=path.max(axis=1) / 100_000,
        low=path.min(axis=1) / 100_000,
        close=path[:, -1] / 100_000,
        volume=ticks.astype(np.float64),
        spread=spread.astype(np.float64),
    )
    return resample(bars, timeframe)


def _midnight(date: dt.date) -> int:
    return int(np.datetime64(date, "s").astype(np.int64))


def _open_hours(opening: Seconds) -> tuple[Seconds, Seconds]:
    """Return the times at which the market is open, and what New York's clock shows then."""
    local = opening + find_clock("America/New_York").offsets(opening)
    weekday, second = (local // _DAY + 3) % 7, local % _DAY  # Monday is 0
    closed = (weekday == 5) | ((weekday == 4) & (second >= 17 * _HOUR))
    closed |= (weekday == 6) & (second < 17 * _HOUR)
    dates = (local // _DAY).view("datetime64[D]")
    day_of_year = (dates - dates.astype("datetime64[Y]")).astype(np.int64)
    month = dates.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1
    closed |= (day_of_year == 0) | ((month == 12) & (day == 25))
    return opening[~closed], local[~closed]


def _volatility(random: np.random.Generator, local: Seconds, base: Timeframe) -> Whole:
    """Return each bar's standard deviation of one step, in hundredths of a point."""
    day = local // _DAY
    day -= day[:1]
    wander = np.cumsum(random.integers(-12, 13, int(day[-1]) + 1))
    level = 70 + np.abs((wander + 35) % 160 - 80)  # percent, 70 to 150, reflected at both ends
    burst = np.array([80, 80, 100, 100, 100, 120, 130, 220])[random.integers(0, 8, len(local))]
    length = np.sqrt(base.seconds / Timeframe.M5.seconds / _STEPS)
    one = int(np.rint(_BAR_POINTS * 100 * length))
    return np.asarray(one * _LIVELY[local // _HOUR % 24] * level[day] * burst // 1_000_000)


def _path(random: np.random.Generator, opening: Seconds, local: Seconds, sigma: Whole) -> Whole:
    """Return the prices inside each bar in points, shape (bars, steps + 1)."""
    count = len(opening)
    # The sum of two even draws; 817 is its standard deviation.
    shape = (count, _STEPS)
    draw = random.integers(-1_000, 1_001, shape, np.int16) + random.integers(-1_000, 1_001, shape, np.int16)
    fortnight = (local - local[:1]) // (14 * _DAY)
    drift = random.integers(-4, 5, int(fortnight[-1]) + 1)[fortnight]
    unit = 817 * 100
    moves = (draw * sigma[:, None] + (drift * 817)[:, None] + unit // 2) // unit
    gap = random.integers(-1, 2, count)
    after_break = np.diff(opening, prepend=opening[:1]) > _DAY
    gap[after_break] = random.integers(-250, 251, int(after_break.sum()))
    walk = np.cumsum(np.column_stack([gap, moves]).ravel()).reshape(count, _STEPS + 1) + _FIRST_PRICE
    folded = (walk - _LOW) % (2 * _RANGE)
    return np.asarray(_LOW + _RANGE - np.abs(folded - _RANGE))
