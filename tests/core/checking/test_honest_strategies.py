import numpy as np
import pytest

from core.checking.findings import CheckReport
from core.market.bars import Bars
from core.market.resample import resample
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from core.strategies.registry import describe_all
from tests.core.checking.examined import builtin, examine, random_bars, sample, subject_of
from tests.core.checking.honest import HONEST
from tests.core.checking.writing import on_bar, signals

BUILTIN = [description.name for description in describe_all()]
TAKING_LONG = {"llm_analyst", "llm_filter", "bollinger_reversion", "macd_trend"}


@pytest.fixture(scope="module")
def bars() -> Bars:
    return sample()


@pytest.mark.slow
@pytest.mark.parametrize("name", HONEST)
def test_nothing_is_found_in_an_honest_strategy(name: str, bars: Bars) -> None:
    report = examine(subject_of(HONEST[name]), bars)
    assert report.findings == ()
    assert report.decisions > 0


def check_built_in(name: str, count: int, cuts: int) -> CheckReport:
    """Check a built-in strategy on so many bars after its warm-up."""
    subject = builtin(name)
    whole = synthetic_bars(timeframe=Timeframe.M15, years=2)
    first = 10_000 - subject.fresh().options().warmup
    return examine(subject, whole.slice(first, 10_000 + count), cuts=cuts, whole=whole)


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow) if name in TAKING_LONG else name for name in BUILTIN],
)
def test_nothing_is_found_in_a_built_in_strategy(name: str) -> None:
    report = check_built_in(name, 800, 24)
    assert report.findings == ()
    assert (report.bars, report.decisions > 0) == (800, True)


@pytest.mark.slow
@pytest.mark.parametrize("name", BUILTIN)
def test_nothing_is_found_in_a_built_in_strategy_on_a_long_history(name: str) -> None:
    report = check_built_in(name, 20_000, 240)
    assert report.findings == ()
    assert (report.bars, report.decisions > 0) == (20_000, True)


DAILY = """
from core.strategies import Signals, Strategy

class Mine(Strategy):
    context_timeframes = ("D1", "W1")

    def signals(self, bars):
        day, week = bars.context("D1"), bars.context("W1")
        return Signals(buy=(bars.close > day.close) & (bars.close > week.open), sell=bars.close < day.low)
"""


@pytest.mark.parametrize("timeframe", [Timeframe.H1, pytest.param(Timeframe.H4, marks=pytest.mark.slow)])
@pytest.mark.parametrize(("change", "hours"), [("2021-03-28", 23), ("2021-10-31", 25)])
def test_days_of_23_and_of_25_hours_are_seen_when_they_have_closed(
    timeframe: Timeframe, change: str, hours: int
) -> None:
    start = str(np.datetime64(change) - 60)
    whole = random_bars(3, 2_600, start=start, timeframe=timeframe, zone="Europe/Athens")
    days = np.diff(resample(whole, Timeframe.D1).close_time.astype(np.int64))
    assert hours * 3600 in days
    middle = int(np.count_nonzero(whole.time < np.datetime64(change)))
    report = examine(subject_of(DAILY), whole.slice(middle - 120, middle + 120), cuts=239, whole=whole)
    assert (report.findings, report.cuts) == ((), 239)
    assert report.decisions > 0


OPEN_DAY = """
import numpy as np
from core.market.timeframes import Timeframe
from core.strategies import Signals, Strategy

class Mine(Strategy):
    context_timeframes = ("D1",)

    def signals(self, bars):
        days = bars.contexts[Timeframe.D1]
        closed = np.searchsorted(days.time + np.timedelta64(24, "h"), bars.close_time, side="right") - 1
        rows = np.clip(closed, 0, max(len(days) - 1, 0))
        return Signals(buy=bars.close > 0, at_limit=days.close[rows]) if len(days) else Signals()
"""


def test_a_day_of_25_hours_taken_for_one_of_24_is_a_peek_at_its_last_hour() -> None:
    whole = random_bars(3, 2_600, start="2021-09-01", timeframe=Timeframe.H1, zone="Europe/Athens")
    middle = int(np.count_nonzero(whole.time < np.datetime64("2021-10-31T21:00")))
    report = examine(subject_of(OPEN_DAY), whole.slice(middle - 120, middle + 120), cuts=239, whole=whole)
    (finding,) = report.findings
    assert (finding.kind, finding.cases) == ("look-ahead", 1)
    assert finding.time == "2021-10-31T20:00:00+00:00"


@pytest.mark.slow
def test_daily_bars_can_be_checked(bars: Bars) -> None:
    daily = resample(synthetic_bars(timeframe=Timeframe.H1, years=3), Timeframe.D1)
    report = examine(builtin("sma_cross", {"fast": 5, "slow": 20}), daily)
    assert report.findings == ()
    assert report.decisions > 0


def test_a_strategy_that_decides_nothing_proves_nothing(bars: Bars) -> None:
    report = examine(subject_of(signals("return Signals()")), bars)
    assert (report.findings, report.decisions) == ((), 0)
    assert report.notes == ("It decided nothing on these bars, so nothing is proved.",)


@pytest.mark.parametrize("count", [1, 2, 3, 10])
@pytest.mark.parametrize("source", [signals("return Signals(buy=bars.close > 0)"), on_bar("context.buy()")])
def test_very_few_bars_are_cut_wherever_they_can_be(count: int, source: str, bars: Bars) -> None:
    report = examine(subject_of(source), bars.slice(0, count))
    assert (report.findings, report.bars, report.decisions, report.cuts) == ((), count, count, count - 1)


def test_silence_until_an_indicator_has_its_window_is_noted_and_is_no_fault(bars: Bars) -> None:
    report = examine(builtin("donchian_breakout", {"lookback": 30}), bars)
    assert report.findings == ()
    (note,) = report.notes
    assert "silent for up to" in note
    assert "warmup" in note


def test_a_declared_warm_up_breaks_that_silence(bars: Bars) -> None:
    source = """
from core.strategies.builtin.donchian_breakout import DonchianBreakout

class Mine(DonchianBreakout):
    warmup = 20
"""
    assert examine(subject_of(source), bars).notes == ()


@pytest.mark.slow
def test_a_long_history_of_on_bar_is_stepped_through_in_parts() -> None:
    long = synthetic_bars(timeframe=Timeframe.M15, years=1).slice(0, 6_000)
    report = examine(subject_of(HONEST["on_bar: a state of its own, equity and position"]), long, cuts=40)
    assert report.findings == ()
    assert report.cuts >= 40


@pytest.mark.slow
def test_a_peek_of_on_bar_in_a_long_history_is_caught_too() -> None:
    long = synthetic_bars(timeframe=Timeframe.M15, years=1).slice(0, 6_000)
    source = on_bar(
        """
every = context.closes.base
if context.index % 7 == 3 and context.index + 1 < len(every) and every[context.index + 1] > context.close:
    context.buy()
"""
    )
    (finding, *_) = examine(subject_of(source), long, cuts=40).findings
    assert finding.kind == "look-ahead"
    assert "it looks at the next bar" in finding.sentence
