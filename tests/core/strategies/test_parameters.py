"""Declaring parameters and checking values for them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BacktapeError
from core.strategies.parameters import Declaration, Parameter, check, parse

LOOKBACK = Declaration(20, minimum=2, maximum=500, step=1).named("lookback", "int")
STOP = Declaration(30, minimum=0.0).named("stop_pips", "float")
SIDE = Declaration("both", choices=("both", "long", "short")).named("side")
ACTIVE = Declaration(True).named("active")


def test_the_annotation_decides_the_type_of_a_parameter() -> None:
    assert (STOP.kind, STOP.default, type(STOP.default)) == ("float", 30.0, float)


def test_without_an_annotation_the_default_decides_the_type() -> None:
    kinds = [Declaration(default).named("x").kind for default in (1, 1.0, True, "a")]
    assert kinds == ["int", "float", "bool", "str"]


def test_defaults_fill_in_what_is_not_given() -> None:
    assert check([LOOKBACK, STOP, SIDE], {"lookback": 55}) == {
        "lookback": 55,
        "stop_pips": 30.0,
        "side": "both",
    }


@pytest.mark.parametrize(
    ("spec", "value", "sentence"),
    [
        (LOOKBACK, 1, "lookback must be a whole number from 2 to 500, not 1."),
        (LOOKBACK, 501, "lookback must be a whole number from 2 to 500, not 501."),
        (LOOKBACK, 20.5, "lookback must be a whole number from 2 to 500, not 20.5."),
        (LOOKBACK, True, "lookback must be a whole number from 2 to 500, not true."),
        (LOOKBACK, None, "lookback must be a whole number from 2 to 500, not None."),
        (STOP, -1, "stop_pips must be a number of at least 0, not -1."),
        (STOP, float("nan"), "stop_pips must be a number of at least 0, not nan."),
        (STOP, float("inf"), "stop_pips must be a number of at least 0, not so large a number."),
        (LOOKBACK, "", "lookback must be a whole number from 2 to 500; nothing is given."),
        (STOP, 10**5000, "stop_pips must be a number of at least 0, not so large a number."),
        (STOP, "30", "stop_pips must be a number of at least 0, not '30'."),
        (SIDE, "up", "side must be one of both, long, short, not 'up'."),
        (ACTIVE, 1, "active must be yes or no, not 1."),
    ],
    ids=lambda value: "" if isinstance(value, int) else None,
)
def test_a_wrong_value_gets_one_sentence_and_names_its_field(
    spec: Parameter, value: object, sentence: str
) -> None:
    with pytest.raises(BacktapeError) as raised:
        spec.check(value)
    assert str(raised.value).startswith(sentence)
    assert raised.value.field == spec.name


@pytest.mark.parametrize(
    ("declaration", "wanted"),
    [
        (Declaration(1, minimum=1, maximum=1e7), "a whole number from 1 to 10,000,000"),
        (Declaration(2e6, maximum=2_500_000.5), "a number of at most 2,500,000.5"),
        (Declaration(0.1, minimum=0.0001), "a number of at least 0.0001"),
        (Declaration("M30", choices=("M30", "H1")), "one of M30, H1"),
        (Declaration(5, choices=(5, 10)), "one of 5, 10"),
        (Declaration("", choices=("", "a")), "one of an empty text, a"),
        (Declaration(True, choices=(True,)), "one of yes"),
        (Declaration(True), "yes or no"),
        (Declaration(40.0, minimum=0, step=1), "a number of at least 0"),
    ],
    ids=str,
)
def test_what_a_value_must_be_is_told_as_people_type_and_read_it(
    declaration: Declaration, wanted: str
) -> None:
    assert declaration.named("x").wanted() == wanted


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(BacktapeError, match=r"no parameter 'fats'.*lookback, stop_pips") as raised:
        check([LOOKBACK, STOP], {"fats": 1})
    assert raised.value.field == "fats"


def test_whole_floats_and_numbers_of_numpy_are_whole_numbers() -> None:
    assert [LOOKBACK.check(value) for value in (20.0, np.int64(20), np.float64(20))] == [20, 20, 20]
    assert all(type(LOOKBACK.check(value)) is int for value in (20.0, np.int64(20)))


@pytest.mark.parametrize(
    ("spec", "text", "value"),
    [
        (LOOKBACK, " 55 ", 55),
        (LOOKBACK, "55.0", 55),
        (STOP, "1e1", 10.0),
        (STOP, ".5", 0.5),
        (ACTIVE, "No", False),
        (ACTIVE, "on", True),
        (SIDE, "long", "long"),
    ],
)
def test_typed_text_is_read_in_the_type_of_the_parameter(spec: Parameter, text: str, value: object) -> None:
    assert spec.parse(text) == value


@pytest.mark.parametrize("text", ["", "abc", "1,000", "1_000", "٣", "0x10", "nan", "inf", "9" * 100_000])
def test_text_that_is_no_plain_number_is_refused(text: str) -> None:
    for spec in (LOOKBACK, STOP):
        with pytest.raises(BacktapeError, match=spec.name):
            spec.parse(text)


def test_a_pasted_control_character_does_not_reach_the_message() -> None:
    with pytest.raises(BacktapeError) as raised:
        parse([LOOKBACK], {"lookback": "\x1b]0;owned\x07"})
    assert "\x1b" not in str(raised.value)


@pytest.mark.parametrize(
    ("declaration", "annotation", "sentence"),
    [
        (Declaration(30, minimum=40), None, "The default of x must be a whole number of at least 40"),
        (Declaration(2.5), "int", "The default of x must be a whole number, not 2.5"),
        (Declaration("a", choices=("b", "c")), None, "The default of x must be one of b, c, not 'a'"),
        (Declaration(1, choices=(1, "b")), None, "'b' among the choices of x has another type"),
        (Declaration(1), "bool", "The default of x must be True or False, not 1."),
        (Declaration(1, step=0), None, "The step of x must be above zero"),
        (Declaration([1]), None, "The default of x must be a number, true or false, or a text"),
    ],
)
def test_a_declaration_that_contradicts_itself_is_refused(
    declaration: Declaration, annotation: str | None, sentence: str
) -> None:
    with pytest.raises(BacktapeError) as raised:
        declaration.named("x", annotation)
    assert str(raised.value).startswith(sentence)


def test_a_minimum_that_is_no_number_is_refused() -> None:
    wrong: Any = "two"
    with pytest.raises(BacktapeError, match="The minimum of x must be a number"):
        Declaration(3, minimum=wrong).named("x")


@given(st.integers(2, 500))
def test_what_a_parameter_shows_can_be_typed_back(value: int) -> None:
    assert LOOKBACK.parse(str(LOOKBACK.check(value))) == value


@given(st.floats(0, 1e12))
def test_a_number_survives_being_typed(value: float) -> None:
    assert STOP.parse(repr(value)) == value
