"""Weeks without any bar: found whatever the timeframe, and told apart from gaps inside weeks."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from core.market.holes import NO_HOLES, find_holes
from core.market.quality import Gaps, examine, find_gaps
from core.market.reading import read_market_file
from tests.core.market.making import grid, make_bars


def day(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{text}T00:00:00+00:00")


def test_years_without_a_bar_are_one_hole_and_no_gap() -> None:
    bars = make_bars(["2020-08-14T20:30", "2020-08-14T20:45", "2025-04-15T22:00", "2025-04-15T22:15"])
    (hole,) = find_holes(bars).longest
    assert (f"{hole.start:%Y-%m-%d %H:%M}", f"{hole.end:%Y-%m-%d %H:%M}") == (
        "2020-08-14 21:00",
        "2025-04-15 22:00",
    )
    assert find_gaps(bars) == Gaps()
    assert examine(bars)[0] == "No bars at all from 2020-08-14 to 2025-04-15 (243 weeks)."


def test_several_holes_are_counted_and_the_longest_told() -> None:
    bars = make_bars(["2020-01-06", "2020-01-20", "2020-03-02", "2020-03-16"], timeframe="H1")
    found = find_holes(bars, longest=2)
    assert (found.count, [hole.weeks for hole in found.longest]) == (3, [6, 2])
    assert found.sentence == (
        "No bars at all from 2020-01-20 to 2020-03-02 (6 weeks), nor in 2 more holes of a week or longer."
    )


@pytest.mark.parametrize(
    ("timeframe", "times", "weeks"),
    [
        ("M15", ["2020-12-24T18:00", "2020-12-28T22:00"], []),
        ("H1", ["2020-01-06T00:00", "2020-01-13T00:00"], [1]),
        ("D1", ["2020-01-06", "2020-01-13"], []),
        ("D1", ["2020-01-06", "2020-02-03"], [3]),
        ("W1", ["2020-03-22T22:00", "2020-03-29T21:00", "2020-04-12T21:00"], [1]),
        ("MN1", ["2020-01-01", "2020-02-01", "2020-03-01", "2020-05-01"], [4]),
    ],
)
def test_holidays_and_the_length_of_a_bar_are_no_hole(
    timeframe: str, times: list[str], weeks: list[int]
) -> None:
    assert [hole.weeks for hole in find_holes(make_bars(times, timeframe=timeframe)).longest] == weeks


def test_a_period_that_begins_or_ends_beyond_the_bars_has_a_hole_there() -> None:
    bars = make_bars(grid("2020-02-03", 24, "H1"), timeframe="H1")
    found = find_holes(bars, start=day("2020-01-06"), end=day("2020-02-20"))
    assert [(hole.start.day, hole.end.day, hole.weeks) for hole in found.longest] == [(6, 3, 4), (4, 20, 2)]
    assert find_holes(bars, start=day("2020-02-01"), end=day("2020-02-05")) == NO_HOLES
    assert find_holes(bars) == NO_HOLES


def test_a_run_keeps_the_longest_hole_and_how_many_there_are() -> None:
    bars = make_bars(["2020-01-06", "2020-01-20", "2020-03-02"], timeframe="H1")
    assert find_holes(bars).statistics() == {
        "holes": 2,
        "longest_hole_start": "2020-01-20T01:00:00Z",
        "longest_hole_end": "2020-03-02T00:00:00Z",
        "longest_hole_weeks": 6,
    }
    assert NO_HOLES.statistics() == {}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("mt4-history-center-a/EURUSD60.csv", None),
        ("stooq/eurusd_d.csv", None),
        ("mt4-history-center-a/XAUUSD15.csv", "from 2020-07-31 to 2020-08-14 (2 weeks)."),
        ("mt4-history-center-b/USDJPY60_cut.csv", "from 2025-09-12 to 2026-04-07 (29 weeks)."),
        ("yahoo/EURUSD=X.csv", "from 2008-08-09 to 2008-08-26 (2 weeks), nor in 1 more hole"),
    ],
)
def test_real_files_have_the_holes_that_a_look_into_them_shows(
    market_files: Path, name: str, told: str | None
) -> None:
    bars = read_market_file(market_files / name).bars
    sentences = [one for one in examine(bars) if one.startswith("No bars at all")]
    assert [told in one for one in sentences if told is not None] == ([] if told is None else [True])
    longest = np.diff(bars.time).max().astype(int)
    assert (longest > 8 * 86_400) == bool(sentences)
