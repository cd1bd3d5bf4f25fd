"""Months and years, from the figures that a run keeps."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.results.months import Month, Year, best_and_worst, years

KEPT = [
    {"month": "2020-11", "profit": 1000.0, "return_pct": 10.0},
    {"month": "2020-12", "profit": -1100.0, "return_pct": -10.0},
    {"month": "2021-02", "profit": -99.0, "return_pct": -1.0},
]


def test_a_year_compounds_its_months_and_adds_their_money() -> None:
    first, second = years(KEPT)
    assert (first.name, sorted(first.months), second.name, sorted(second.months)) == (
        "2020",
        [11, 12],
        "2021",
        [2],
    )
    assert first.return_pct == pytest.approx((1.1 * 0.9 - 1.0) * 100.0)
    assert first.profit == pytest.approx(-100.0)
    assert second.return_pct == pytest.approx(-1.0)
    assert second.profit == -99.0


def test_a_year_with_a_month_that_is_not_defined_is_not_defined() -> None:
    (year,) = years([*KEPT[:2], {"month": "2020-03", "profit": None, "return_pct": None}])
    assert list(year.months) == [3, 11, 12]
    assert (year.return_pct, year.profit) == (None, None)


def test_the_best_and_the_worst_month_are_named_the_earlier_of_equal_ones() -> None:
    again = {"month": "2021-03", "profit": 5.0, "return_pct": 10.0}
    undefined = {"month": "2021-04", "profit": 5.0, "return_pct": None}
    found = best_and_worst(years([*KEPT, again, undefined]))
    assert found == (Month("2020-11", 1000.0, 10.0), Month("2020-12", -1100.0, -10.0))
    assert best_and_worst([]) is None
    assert best_and_worst([Year("2021", {4: Month("2021-04", 1.0, None)})]) is None


@pytest.mark.parametrize(
    "kept",
    [
        None,
        "2020",
        7,
        {},
        [None],
        [7],
        [{}],
        [{"month": 7}],
        [{"month": "2020-13"}],
        [{"month": "20-01"}],
        [{"month": "[red]"}],
    ],
)
def test_what_somebody_wrote_by_hand_is_left_out_where_it_is_no_month(kept: object) -> None:
    assert years(kept) == []


@pytest.mark.parametrize("value", [None, "x", True, math.nan, math.inf, 1e300, [1.0]])
def test_what_is_no_figure_is_not_defined(value: object) -> None:
    (year,) = years([{"month": "2020-01", "profit": value, "return_pct": value}])
    assert year.months[1] == Month("2020-01", None, None)


@given(st.lists(st.floats(-99.0, 200.0), min_size=1, max_size=12))
def test_the_year_returns_what_its_months_return_one_after_the_other(returns: list[float]) -> None:
    equity, kept = 10_000.0, []
    for number, value in enumerate(returns, start=1):
        after = equity * (1.0 + value / 100.0)
        kept.append({"month": f"2020-{number:02}", "profit": after - equity, "return_pct": value})
        equity = after
    (year,) = years(kept)
    assert year.return_pct == pytest.approx((equity / 10_000.0 - 1.0) * 100.0, abs=1e-9)
    assert year.profit == pytest.approx(equity - 10_000.0, abs=1e-6)
