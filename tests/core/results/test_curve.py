"""Reducing and packing equity curves."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BacktapeError
from core.results.curve import pack, preview, reduce, unpack, unpack_preview

Times = npt.NDArray[np.datetime64]


def times_of(count: int) -> Times:
    return np.datetime64("2020-01-06T00:00:00", "s") + np.arange(count) * np.timedelta64(60, "s")


def test_a_short_curve_is_kept_as_it_is() -> None:
    times, values = reduce(times_of(3), np.array([1.0, 3.0, 2.0]), 10)
    assert (values.tolist(), len(times)) == ([1.0, 3.0, 2.0], 3)


def test_a_single_spike_is_never_lost() -> None:
    values = np.zeros(10_000)
    values[[4321, 8765]] = 7.0, -3.0
    _, kept = reduce(times_of(10_000), values, 100)
    assert len(kept) <= 100
    assert (kept.max(), kept.min()) == (7.0, -3.0)


@given(st.lists(st.integers(-100, 100).map(float), min_size=1, max_size=300), st.integers(4, 60))
def test_a_reduced_curve_is_part_of_the_curve_in_order_with_its_ends_and_extremes(
    values: list[float], points: int
) -> None:
    curve = np.array(values)
    times, kept = reduce(times_of(len(curve)), curve, points)
    rows = ((times - times_of(1)[0]) / np.timedelta64(60, "s")).astype(int)
    assert len(kept) <= points
    assert (np.diff(rows) > 0).all()
    assert np.array_equal(curve[rows], kept)
    assert (kept[0], kept[-1], kept.min(), kept.max()) == (curve[0], curve[-1], curve.min(), curve.max())


def test_no_curve_can_be_reduced_to_less_than_its_ends_and_extremes() -> None:
    with pytest.raises(ValueError, match="at least four points"):
        reduce(times_of(10), np.zeros(10), 3)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=50))
def test_a_packed_curve_comes_back_to_the_last_bit(values: list[float]) -> None:
    times, kept = unpack(pack(times_of(len(values)), np.array(values, dtype=np.float64)))
    assert np.array_equal(times, times_of(len(values)))
    assert kept.tolist() == values


def test_packing_takes_less_room_than_the_numbers() -> None:
    assert len(pack(times_of(10_000), np.full(10_000, 10_000.0))) < 40_000


@pytest.mark.parametrize("damaged", [b"", b"x", pack(times_of(2), np.zeros(2))[:-3]])
def test_damage_to_a_packed_curve_is_told(damaged: bytes) -> None:
    with pytest.raises(BacktapeError, match="equity curve of this run is damaged"):
        unpack(damaged)


def test_bytes_that_are_no_whole_points_are_told() -> None:
    import zlib

    with pytest.raises(BacktapeError, match="damaged"):
        unpack(zlib.compress(b"123"))


def test_a_preview_is_evenly_spaced_though_half_of_it_is_flat() -> None:
    values = np.concatenate((np.zeros(3000), np.arange(3000.0)))
    found = unpack_preview(preview(values))
    assert len(found) == 60
    assert found[:30] == [0.0] * 30
    assert min(found[31:]) > 0


def test_a_preview_of_a_short_curve_is_the_curve() -> None:
    assert unpack_preview(preview(np.array([1.0, 3.0, 2.0]))) == [1.0, 3.0, 2.0]


def test_a_preview_is_a_handful_of_values() -> None:
    packed = preview(np.arange(10_000, dtype=np.float64))
    values = unpack_preview(packed)
    assert len(packed) == 4 * len(values) <= 240
    assert (values[0], values[-1]) == (0.0, 9999.0)
    assert unpack_preview(b"\x00" * 7) == [0.0]
