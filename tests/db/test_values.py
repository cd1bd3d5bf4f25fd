import enum
import math

import numpy as np
import pytest

from db.values import batches, json_text, plain, require_plain


class Frame(enum.StrEnum):
    M15 = "M15"


def test_numpy_numbers_become_pythons_own() -> None:
    assert type(plain(np.int64(7))) is int
    assert type(plain(np.float64(1.5))) is float
    assert plain(np.bool_(True)) is True
    assert type(plain(Frame.M15)) is str


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, np.float64("nan")])
def test_what_is_not_finite_is_undefined(value: float) -> None:
    assert plain(value) is None


def test_a_value_of_a_strange_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="complex"):
        plain(1j)


def test_rows_with_numpy_numbers_are_refused_by_their_kinds() -> None:
    require_plain([(1, 1.5, "a", None, b"x", True)])
    with pytest.raises(TypeError, match="float64, int64"):
        require_plain([(1, 2.0), (np.int64(1), np.float64(2.0))])


def test_json_holds_null_for_what_is_undefined_at_any_depth() -> None:
    value = {"a": math.inf, "b": [np.int64(3), {"c": math.nan}], "d": "ü"}
    assert json_text(value) == '{"a":null,"b":[3,{"c":null}],"d":"ü"}'


def test_ids_come_in_batches() -> None:
    assert list(batches(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(batches([], 2)) == []
