"""Where bars of two imports meet: whether the price can have gone from the one to the other."""

import numpy as np

from core.market.bars import Bars

# A move of less is none to speak of; one of more usual ranges than the time between lets expect is doubtful.
_LEAST = 0.02
_RANGES = 5.0


def seam_doubt(old: Bars, new: Bars, whole: Bars) -> str | None:
    """Return a sentence where the price jumps between `old` and `new` farther than it can have moved.

    `whole` are the bars of both. A price moves with the root of the time that passes: so many
    times the usual range of a bar are allowed for, in shares of the price.
    """
    of_old = np.isin(whole.time, old.time)
    seams = np.flatnonzero(of_old[1:] != of_old[:-1])
    if not len(seams):
        return None
    jumps = np.abs(np.log(whole.open[seams + 1] / whole.close[seams]))
    time = whole.time.view(np.int64)
    lengths = np.maximum(1.0, (time[seams + 1] - time[seams]) / whole.timeframe.seconds)
    allowed = np.maximum(np.log1p(_LEAST), _RANGES * max(_range(old), _range(new)) * np.sqrt(lengths))
    farthest = int(np.argmax(jumps / allowed))
    if jumps[farthest] <= allowed[farthest]:
        return None
    before, after = seams[farthest], seams[farthest] + 1
    jump = f"The price jumps from {whole.close[before]:.10g} to {whole.open[after]:.10g}"
    return f"{jump}, where bars of two imports meet at {whole.time[after]}Z."


def _range(bars: Bars) -> float:
    """Return the usual range of a bar, as a share of its price."""
    return float(np.median(np.log(bars.high / bars.low)))
