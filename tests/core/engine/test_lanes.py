"""Eight floats at once give each the bits that it would get alone."""

import numpy as np
import numpy.typing as npt
import pytest

from core.engine.compiled import compiled_entry
from core.engine.lanes import (
    COUNT,
    filled,
    first_of,
    lanes_within,
    larger,
    largest_of,
    read_lanes,
    smaller,
    smallest_of,
    sum_of,
    write_lanes,
)
from core.engine.prices import rounded

Floats = npt.NDArray[np.float64]

VALUES = np.array([1.1, -2.5, 3.25, 1e-9, 7.0, 0.3, -0.7, 2.0 / 3.0])


@compiled_entry
def _formula(address: int, out: int) -> None:
    values = read_lanes(address, 0)
    write_lanes(out, 0, rounded((2.0 - values) / 3.0 + values * 1.7, 1000.0))


@compiled_entry
def _clear(address: int, lower: float, upper: float) -> int:
    values = read_lanes(address, 0)
    return lanes_within(values, values, lower, upper)


@compiled_entry
def _extremes(address: int, count: int, out: Floats) -> None:
    values = read_lanes(address, 0)
    out[0] = largest_of(larger(values, count, filled(0.5)))
    out[1] = smallest_of(smaller(values, count, filled(0.5)))
    out[2] = sum_of(first_of(count, values))


def test_a_formula_gives_each_lane_the_bits_of_the_float() -> None:
    out = np.empty(COUNT)
    _formula(VALUES.ctypes.data, out.ctypes.data)
    one_by_one = [float(np.rint(((2.0 - v) / 3.0 + v * 1.7) * 1000.0) / 1000.0) for v in VALUES.tolist()]
    assert out.tolist() == one_by_one


@pytest.mark.parametrize(
    ("lower", "upper", "count"), [(-9.0, 9.0, 8), (-2.5, 9.0, 1), (-9.0, 7.0, 4), (1.1, 9.0, 0)]
)
def test_lanes_are_counted_up_to_the_first_that_is_not_strictly_between(
    lower: float, upper: float, count: int
) -> None:
    assert _clear(VALUES.ctypes.data, lower, upper) == count


def test_a_lane_that_is_no_number_is_between_no_levels() -> None:
    values = VALUES.copy()
    values[3] = np.nan
    assert _clear(values.ctypes.data, -np.inf, np.inf) == 3


@pytest.mark.parametrize("count", range(COUNT + 1))
def test_lanes_that_do_not_count_change_nothing(count: int) -> None:
    out = np.empty(3)
    _extremes(VALUES.ctypes.data, count, out)
    counted = [0.5, *VALUES[:count].tolist()]
    assert (out[0], out[1]) == (max(counted), min(counted))
    assert out[2] == pytest.approx(sum(counted[1:]))
