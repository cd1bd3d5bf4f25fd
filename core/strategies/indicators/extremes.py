"""Moving highs and lows."""

import numpy as np
import numpy.typing as npt

from core.engine.compiled import compiled, compiled_entry
from core.strategies.indicators.series import Floats, series, window

# So many values at a time stay in the processor's nearest cache.
_PIECE = 2048


def highest(values: npt.ArrayLike, bars: int, *, ago: int = 0) -> Floats:
    """Return the highest of the last `bars` values, this one included.

    With `ago` the window ends that many bars before: `ago=1` leaves this bar out.
    """
    return _moving("highest", values, bars, ago, 1.0)


def lowest(values: npt.ArrayLike, bars: int, *, ago: int = 0) -> Floats:
    """Return the lowest of the last `bars` values, this one included; `ago` as for `highest`."""
    return _moving("lowest", values, bars, ago, -1.0)


def _moving(name: str, values: npt.ArrayLike, bars: int, ago: int, sign: float) -> Floats:
    prices = series(name, values)
    size, shift = window(name, bars), window(name, ago, least=0)
    out = np.empty(len(prices))
    out[:shift] = np.nan
    _extremes(prices, min(size, len(prices) + 1), sign, out[shift:])
    return out


@compiled_entry
def _extremes(values: Floats, bars: int, sign: float, out: Floats) -> None:
    """Fill `out` with `sign` x the moving maximum of `sign` x `values`.

    The maximum over 2, 4, 8, ... values is that of two windows half as long, and
    over `bars` values that of two windows of the largest such size below. Every
    step is one comparison of neighbours without a branch, several at once in the
    processor, and so faster than the algorithms with fewer comparisons.
    """
    piece = max(_PIECE, 4 * bars)
    one, two = np.empty(piece + bars), np.empty(piece + bars)
    out[: bars - 1] = np.nan
    for start in range(bars - 1, len(out), piece):
        stop = min(start + piece, len(out))
        first = start - bars + 1
        length = stop - first
        _take(values[first:stop], sign, one[:length])
        span, in_one = 1, True
        while 2 * span <= bars:
            if in_one:
                _larger(one[span:length], one[: length - span], two[span:length])
            else:
                _larger(two[span:length], two[: length - span], one[span:length])
            span, in_one = 2 * span, not in_one
        ends = one[:length] if in_one else two[:length]
        earlier = ends[span - 1 : length - (bars - span)]
        _give(ends[bars - 1 :], earlier, sign, out[start:stop])


@compiled
def _take(values: Floats, sign: float, out: Floats) -> None:
    """Copy the values; one that is no finite number becomes infinite, which every maximum keeps."""
    for i in range(len(out)):
        value = values[i] * sign
        out[i] = value if abs(value) < np.inf else np.inf


@compiled
def _larger(first: Floats, second: Floats, out: Floats) -> None:
    for i in range(len(out)):
        out[i] = first[i] if first[i] > second[i] else second[i]


@compiled
def _give(first: Floats, second: Floats, sign: float, out: Floats) -> None:
    for i in range(len(out)):
        largest = first[i] if first[i] > second[i] else second[i]
        out[i] = sign * largest if largest < np.inf else np.nan
