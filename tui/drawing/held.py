"""What stands in the title of a chart of equity with buy and hold behind it."""

from collections.abc import Sequence

from tui.drawing.plots import HELD, Overlay
from tui.formats import number


def held_legend(chart: Overlay, values: Sequence[float], initial: float) -> str:
    """Return the marker of buy and hold and what it came to; "" where it is not drawn.

    `values` are those drawn, so that of a run under way it is what came of it so far.
    """
    if not values or initial <= 0:
        return ""
    gain = (values[-1] / initial - 1.0) * 100.0
    return f"{chart.markers[int(HELD)]} buy and hold {number(gain, signed=True)} %"
