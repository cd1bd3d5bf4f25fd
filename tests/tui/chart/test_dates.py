"""Dates that are gone to: the bar of a date, and what is said where there is none."""

import numpy as np
import pytest

from core.home import Home
from core.market.bars import Bars
from core.market.timeframes import Timeframe
from tests.tui.chart.making import bars_of
from tests.tui.chart.opening import moment, open_chart, replay
from tests.tui.conftest import make_app, until_shown
from tui.chart.chart import Chart
from tui.chart.columns import bar_at
from tui.chart.dates import typed_date
from tui.chart.loading import Loaded
from tui.chart.standing import Terms

# A Friday until its evening, then Sunday evening: H1, with the hour of 12:00 missing on Friday.
HOURS = (
    *(f"2021-02-05T{hour:02}:00:00" for hour in (9, 10, 11, 13, 20, 21)),
    *("2021-02-07T22:00:00", "2021-02-07T23:00:00", "2021-02-08T00:00:00"),
)


def _bars(times: tuple[str, ...] = HOURS, timeframe: Timeframe = Timeframe.H1) -> Bars:
    made = bars_of([(1.0, 1.2, 0.9, 1.1)] * len(times))
    parts = {name: getattr(made, name) for name in ("open", "high", "low", "close", "volume")}
    return Bars(made.instrument, timeframe, made.days, np.array(times, dtype="datetime64[s]"), **parts)


def _said(text: str, bars: Bars) -> str | None:
    typed = typed_date(text)
    assert typed is not None
    return Chart(Loaded(bars, 5, 2.0, Terms(10_000.0, 1.0, 0.0, 0.01, 0.0, "same")), None, 70).why_not_at(
        typed
    )


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2021-02-05 09:00", "2021-02-05T09:00:00"),
        ("2021-02-05 09:59", "2021-02-05T09:00:00"),
        ("2021-02-05 12:10", "2021-02-05T13:00:00"),
        ("2021-02-06", "2021-02-07T22:00:00"),
        ("2021-02-05 22:00", "2021-02-07T22:00:00"),
        ("1999", "2021-02-05T09:00:00"),
        ("2031", "2021-02-08T00:00:00"),
    ],
)
def test_a_date_means_the_bar_that_is_under_way_then_or_the_next(text: str, hour: str) -> None:
    bars, typed = _bars(), typed_date(text)
    assert typed is not None
    assert bars.time[bar_at(bars, typed.begin)] == np.datetime64(hour)


@pytest.mark.parametrize(
    "text",
    [
        "2021-02-05",
        "2021-02-05 09:59",
        "2021-02-07",
        "2021-2",
        "2021",
        "2021-02-08 00:59",
        "2021-02-08 02:00+02:00",
    ],
)
def test_nothing_is_said_of_a_date_that_has_bars_be_they_from_its_evening_on(text: str) -> None:
    assert _said(text, _bars()) is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2021-02-06", "No bars on Sat 2021-02-06: shown from 2021-02-07 22:00."),
        ("2021-2-5 12:10", "No bars at 2021-02-05 12:10: shown from 2021-02-05 13:00."),
        ("2021-02-06T01:00+02:00", "No bars at 2021-02-05 23:00: shown from 2021-02-07 22:00."),
        ("2021-02-04", "The bars begin at 2021-02-05 09:00: shown from there."),
        ("0001-01-01", "The bars begin at 2021-02-05 09:00: shown from there."),
        ("2021-02-08 01:00", "The bars end at 2021-02-08 00:00: shown up to there."),
        ("9999", "The bars end at 2021-02-08 00:00: shown up to there."),
        ("9999-12-31 23:59-10:00", "The bars end at 2021-02-08 00:00: shown up to there."),
    ],
)
def test_of_a_date_without_bars_it_is_said_which_are_shown(text: str, sentence: str) -> None:
    assert _said(text, _bars()) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2021-03", "No bars in 2021-03: shown from 2023-01-02 00:00."),
        ("2022", "No bars in 2022: shown from 2023-01-02 00:00."),
        ("2021-02-05 17:00", None),
    ],
)
def test_months_and_years_without_bars_are_named_as_such_and_a_day_lasts_until_its_end(
    text: str, sentence: str | None
) -> None:
    days = "2021-02-04T00:00:00", "2021-02-05T00:00:00", "2023-01-02T00:00:00"
    assert _said(text, _bars(days, Timeframe.D1)) == sentence


@pytest.mark.slow
@pytest.mark.parametrize("is_replay", [False, True])
async def test_a_weekend_is_left_out_and_that_is_said_in_a_replay_too(
    filled: Home, bars: Bars, is_replay: bool
) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await open_chart(pilot)
        if is_replay:
            await replay(pilot)
        await pilot.press("g", *"2020-02-08", "enter")
        screen = await until_shown(
            pilot, "No bars on Sat 2020-02-08: shown from 2020-02-09 22:00.", "2020-02-09 22:00 O"
        )
        assert ("paused" in screen) == is_replay
        await pilot.press("g", *"2020-02-10", "enter")
        await until_shown(pilot, "2020-02-10 00:00 O", "q back")
        await pilot.press("g", *"1999", "enter")
        await until_shown(pilot, f"The bars begin at {moment(bars, 0)}: shown from there.")
