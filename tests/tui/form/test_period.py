"""The period of a form: which one it opens with, and how it comes back when other choices have changed it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.home import Home
from core.strategies.registry import describe_all
from tests.tui.form.test_run import DATASET
from tui.form.defaults import with_defaults
from tui.form.run import RunForm

# EURUSD has January 2020, USDJPY eleven years, GBPUSD the end of January and February.
LONG = replace(DATASET, symbol="USDJPY", first_time=datetime(2010, 1, 4, tzinfo=UTC))
LATE = replace(
    DATASET,
    symbol="GBPUSD",
    first_time=datetime(2020, 1, 20, tzinfo=UTC),
    last_time=datetime(2020, 2, 28, tzinfo=UTC),
)
HOURS = replace(DATASET, symbol="AUDUSD", timeframe="H4")
ALL_DATA = (DATASET, LONG, LATE, HOURS)
EURUSD = {"symbol": "EURUSD", "timeframe": "M15"}
TYPED = {**EURUSD, "period": "own", "start": "2020-01-06", "end": "2020-01-24"}


def _opened(home: Home, last: dict[str, str], market: dict[str, str] | None = None) -> RunForm:
    return RunForm(describe_all(home.strategies), ALL_DATA, last, market or {})


def _period(form: RunForm) -> tuple[str, str, str]:
    return form.texts["period"], form.texts["start"], form.texts["end"]


# Opening


@pytest.mark.parametrize("market", [{}, EURUSD, {**EURUSD, "source": ""}], ids=str)
def test_on_the_market_used_last_the_period_used_last_comes_too(home: Home, market: dict[str, str]) -> None:
    form = _opened(home, {**TYPED, "source": ""}, market)
    assert _period(form) == ("own", "2020-01-06", "2020-01-24")
    assert form.remarks == []


@pytest.mark.parametrize("market", [{"symbol": "USDJPY", "timeframe": "M15"}, {**EURUSD, "timeframe": "H1"}])
def test_on_another_market_days_within_its_bars_are_kept(home: Home, market: dict[str, str]) -> None:
    form = _opened(home, TYPED, market)
    assert form.texts.items() >= market.items()
    assert _period(form) == ("own", "2020-01-06", "2020-01-24")
    assert form.remarks == []


def test_days_that_another_market_has_no_bars_of_are_all_there_is_and_that_is_told(home: Home) -> None:
    form = _opened(home, TYPED, {"symbol": "GBPUSD", "timeframe": "M15"})
    assert _period(form) == ("all", "2020-01-20", "2020-02-29")
    because = "there are bars from 2020-01-20 to 2020-02-28."
    told = f"The period was set to all there is, not 2020-01-06 to 2020-01-24: {because}"
    assert form.remarks == [told]
    form.set("strategy", "sma_cross")
    assert form.texts["period"] == "all"


def test_the_period_that_did_not_fit_comes_back_with_a_market_that_it_fits(home: Home) -> None:
    form = _opened(home, TYPED, {"symbol": "GBPUSD", "timeframe": "M15"})
    assert form.outdated_by("fast") == []
    assert form.outdated_by("symbol") == form.remarks
    form.set("symbol", "AUDUSD")  # by four hours, which do not begin on time
    form.set("symbol", "EURUSD")
    assert _period(form) == ("own", "2020-01-06", "2020-01-24")
    form.set("symbol", "GBPUSD")
    form.set("period", "all")
    form.set("symbol", "USDJPY")
    assert form.texts["period"] == "all"


def test_a_period_that_fits_no_market_stays_away(home: Home) -> None:
    form = _opened(home, {**TYPED, "start": "2005-01-06"}, {"symbol": "GBPUSD", "timeframe": "M15"})
    for symbol in ("USDJPY", "GBPUSD"):
        form.set("symbol", symbol)
        assert form.texts["period"] == "all"
    assert _period(form) == ("all", "2020-01-20", "2020-02-29")


def test_days_may_reach_a_little_beyond_the_bars_of_another_market_as_a_run_s_may(home: Home) -> None:
    form = _opened(home, {**TYPED, "start": "2020-01-15"}, {"symbol": "GBPUSD", "timeframe": "M15"})
    assert _period(form) == ("own", "2020-01-15", "2020-01-24")
    assert form.remarks == []


def test_an_end_that_was_left_open_stays_open(home: Home) -> None:
    form = _opened(home, {**TYPED, "end": ""}, {"symbol": "USDJPY", "timeframe": "M15"})
    assert _period(form) == ("own", "2020-01-06", "")
    form = _opened(home, {**TYPED, "end": ""}, {"symbol": "GBPUSD", "timeframe": "M15"})
    assert form.remarks[0].startswith("The period was set to all there is, not 2020-01-06 to the last: ")


def test_a_period_with_a_name_is_kept_where_another_market_has_it(home: Home) -> None:
    data = (*ALL_DATA, replace(LONG, symbol="EURJPY"))
    last = {"symbol": "USDJPY", "timeframe": "M15", "period": "3"}
    form = RunForm(describe_all(home.strategies), data, last, {"symbol": "EURJPY", "timeframe": "M15"})
    assert _period(form) == ("3", "2017-02-02", "2020-02-02")
    form = RunForm(describe_all(home.strategies), data, last, EURUSD)
    assert _period(form) == ("all", "2020-01-01", "2020-02-02")
    assert form.remarks == [
        "The period was set to all there is, not last 3 years: there are bars from 2020-01-01 to 2020-02-01."
    ]


def test_where_the_market_used_last_is_gone_its_days_are_kept_as_far_as_they_fit(home: Home) -> None:
    gone = {"symbol": "XAUUSD", "timeframe": "M15", "period": "own", "start": "2020-01-06", "end": ""}
    assert _period(_opened(home, gone))[:2] == ("own", "2020-01-06")
    form = _opened(home, {**gone, "start": "2015-01-01"})
    assert form.texts["period"] == "all"
    assert [told.split(":")[0] for told in form.remarks] == [
        "There are no data of XAUUSD any more.",
        "The period was set to all there is, not 2015-01-01 to the last",
    ]


def test_a_market_that_there_are_no_data_of_leaves_the_values_used_last(home: Home) -> None:
    form = _opened(home, TYPED, {"symbol": "XAUUSD", "timeframe": "M15"})
    assert (form.texts["symbol"], *_period(form)) == ("EURUSD", "own", "2020-01-06", "2020-01-24")


# What other choices change


def test_a_period_comes_back_with_a_market_that_has_it(home: Home) -> None:
    form = _opened(home, {"symbol": "USDJPY", "timeframe": "M15", "period": "3"})
    form.set("symbol", "EURUSD")
    assert form.texts["period"] == "all"
    form.set("symbol", "USDJPY")
    assert _period(form) == ("3", "2017-02-02", "2020-02-02")


def test_timeframe_and_bars_inside_bars_come_back_with_a_choice_that_offers_them(home: Home) -> None:
    form = _opened(home, {**EURUSD, "timeframe": "H1", "finer": "M15"})
    form.set("symbol", "AUDUSD")
    assert (form.texts["timeframe"], form.texts["finer"]) == ("H4", "")
    form.set("symbol", "EURUSD")
    assert (form.texts["timeframe"], form.texts["finer"]) == ("H1", "M15")


def test_typed_days_come_back_after_a_period_with_a_name(home: Home) -> None:
    form = _opened(home, {"symbol": "USDJPY", "timeframe": "M15"})
    form.set("start", "2019-03-01")
    form.set("period", "1")
    assert form.texts["start"] == "2019-02-02"
    form.set("period", "own")
    assert _period(form) == ("own", "2019-03-01", "2020-02-02")


def test_a_period_with_a_name_is_where_typing_days_begins(home: Home) -> None:
    form = _opened(home, {"symbol": "USDJPY", "timeframe": "M15"})
    form.set("period", "1")
    form.set("period", "own")
    assert _period(form) == ("own", "2019-02-02", "2020-02-02")


# Days


@pytest.mark.parametrize(
    ("typed", "day"), [("2020-01", "2020-01-01"), ("2020-1", "2020-01-01"), ("2020", "2020-01-01")]
)
def test_a_month_or_a_year_stands_for_its_first_day(home: Home, typed: str, day: str) -> None:
    form = _opened(home, EURUSD)
    form.set("start", typed)
    form.set("end", "2020-2")
    [request], problems = form.check()
    assert problems == {}
    assert (f"{request.start:%Y-%m-%d}", f"{request.end:%Y-%m-%d}") == (day, "2020-02-01")


def test_a_month_beyond_the_bars_is_told_as_a_day_is(home: Home) -> None:
    form = _opened(home, EURUSD)
    form.set("start", "2030-03")
    told = "EURUSD M15 has bars from 2020-01-01 to 2020-02-01; choose a beginning within them."
    assert form.check() == ([], {"start": told})


@pytest.mark.parametrize(
    ("days", "left"),
    [
        ({"start": "eruusd"}, ("own", "2020-01-01", "2020-01-24")),
        ({"end": "1960-01-01"}, ("own", "2020-01-06", "2020-02-02")),
        ({"start": "x", "end": "y"}, ("all", "2020-01-01", "2020-02-02")),
        ({"start": ""}, ("own", "", "2020-01-24")),
        ({}, ("own", "2020-01-06", "2020-01-24")),
    ],
)
def test_defaults_take_back_days_that_are_none(
    home: Home, days: dict[str, str], left: tuple[str, str, str]
) -> None:
    form = _opened(home, {**TYPED, **days, "spread": "7"})
    again = _opened(home, with_defaults(form.texts))
    assert _period(again) == left
    assert (again.texts["symbol"], again.texts["spread"]) == ("EURUSD", "1.5")
