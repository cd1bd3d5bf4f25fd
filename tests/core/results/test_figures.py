from typing import Any

import pytest

from core.formats import UNDEFINED
from core.results.figures import FIGURES, Figure, Kind, text_of, value_of
from tests.records import STATISTICS, run

BY_KEY = {figure.key: figure for figure in FIGURES}


def told(key: str, **changed: Any) -> str:  # noqa: ANN401
    """A figure of a run as text."""
    return text_of(run(**changed), BY_KEY[key])


def test_every_figure_has_a_name_of_its_own_that_fits_a_narrow_column() -> None:
    assert len(BY_KEY) == len({figure.label for figure in FIGURES}) == len(FIGURES)
    assert max(len(figure.label) for figure in FIGURES) <= 15
    assert all(figure.meaning and not figure.meaning.endswith(".") for figure in FIGURES)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("net_profit", "-4,006.30"),
        ("total_return_pct", "-40.06 %"),
        ("profit_factor", "0.77"),
        ("win_rate", "31.4 %"),
        ("total_trades", "1,359"),
        ("avg_spread", "1.50 pips"),
        ("ambiguous_exits", "14"),
        ("exposure_pct", "82.2 %"),
        ("avg_win", "+31.87"),
    ],
)
def test_a_figure_is_written_with_its_sign_and_unit(key: str, text: str) -> None:
    assert told(key) == text


def test_columns_and_further_statistics_are_both_found() -> None:
    row = run(statistics=STATISTICS | {"sqn": 1.25})
    assert (value_of(row, BY_KEY["sharpe_ratio"]), value_of(row, BY_KEY["sqn"])) == (-2.467, 1.25)


@pytest.mark.parametrize("spoiled", ["12", [1], {"a": 1}, True, float("nan"), float("inf"), None])
def test_what_is_no_number_in_the_store_is_undefined(spoiled: object) -> None:
    assert told("sqn", statistics={"sqn": spoiled}) == UNDEFINED


def test_a_figure_of_nothing_has_no_unit() -> None:
    assert Figure("x", "x", Kind.PERCENT, "x").text(None) == UNDEFINED
