"""What is said where no value of a field begins with what was typed."""

import pytest

from tui.form.fields import FieldSpec, no_such


def _spec(label: str, *values: str, name: str = "") -> FieldSpec:
    return FieldSpec(name or label, label, choices=tuple((value.lower(), value) for value in values))


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("zzz", ""),
        ("er", "; near it is EURUSD"),
        ("eruusd", "; near it is EURUSD"),
        ("usx", "; near it are USDJPY, USDCAD, USDCHF"),
        ("usdcaf", "; near it are USDCAD, USDCHF"),
    ],
)
def test_the_values_that_begin_most_like_it_are_named(typed: str, near: str) -> None:
    spec = _spec("symbol", "EURUSD", "USDJPY", "USDCAD", "USDCHF", "USDSEK")
    assert no_such(spec, typed) == f"There is no symbol that begins with '{typed}'{near}."


@pytest.mark.parametrize(("name", "label"), [("finer", "inside bars"), ("params.average", "average")])
def test_a_field_that_is_not_called_by_what_it_holds_has_values(name: str, label: str) -> None:
    told = f"No value of {label} begins with 'q'."
    assert no_such(_spec(label, "off", "M1", name=name), "q") == told


def test_what_was_typed_is_told_harmless_and_not_longer_than_a_name() -> None:
    told = no_such(_spec("symbol", "EURUSD"), "z\x1b" + "z" * 500)
    assert told.isprintable()
    assert len(told) < 80
