import zlib

import numpy as np
import pytest

from core.results.curve import pack
from core.results.plain_curve import stored_curve


def test_a_packed_curve_reads_as_it_was() -> None:
    times = np.datetime64("2020-01-01T00:00:00", "s") + np.arange(50) * np.timedelta64(900, "s")
    values = np.linspace(1e4, -3.5, 50)
    seconds, equity = stored_curve(pack(times, values))
    assert seconds == [1_577_836_800.0 + 900 * index for index in range(50)]
    assert equity == values.tolist()


@pytest.mark.parametrize("damaged", [None, b"", b"large", zlib.compress(b"x" * 24), zlib.compress(b"x" * 17)])
def test_a_damaged_curve_is_none(damaged: bytes | None) -> None:
    assert stored_curve(damaged) == ([], [])
