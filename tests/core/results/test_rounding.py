import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.results.rounding import figure, figures, money

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("computed", "meant"),
    [(-6.900000000000794, "-6.9"), (9993.099999999999, "9993.1"), (0.1 + 0.2, "0.3"), (-1e-12, "0.0")],
)
def test_money_is_written_as_it_is_meant(computed: float, meant: str) -> None:
    assert repr(money(computed)) == meant


@pytest.mark.parametrize(
    ("computed", "meant"),
    [
        (1.0994300000000001, "1.09943"),
        (8.120000000000001e-06, "8.12e-06"),
        (1.234567891e-9, "1.234567891e-09"),
        (149.99300000000002, "149.993"),
        (0.0, "0.0"),
        (1e-320, "1e-320"),
    ],
)
def test_a_price_keeps_its_digits_however_small_it_is(computed: float, meant: str) -> None:
    assert repr(figure(computed)) == meant


@given(NUMBERS)
def test_what_is_rounded_reads_as_the_same_to_eight_decimals(value: float) -> None:
    for rounded in (money(value), figure(value)):
        assert isinstance(rounded, float)
        assert abs(rounded - value) < 1e-8
    assert math.isclose(float(str(figure(value))), value, rel_tol=1e-11)


@pytest.mark.parametrize("value", [None, "1.00000000000001", 7, True, math.inf, -math.inf])
def test_what_is_no_number_stays_what_it_is(value: object) -> None:
    assert money(value) is value
    assert figure(value) is value


def test_every_figure_of_a_document_is_rounded_but_for_what_was_set() -> None:
    computed = 0.1 + 0.2
    document = {"net": computed, "months": [{"profit": computed, "n": 3}], "params": {"share": computed}}
    assert figures(document, exact=("params",)) == {
        "net": 0.3,
        "months": [{"profit": 0.3, "n": 3}],
        "params": {"share": computed},
    }
