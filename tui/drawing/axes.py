"""The axes of a chart as text."""

from core.axes import nice_ticks, tick_labels, time_ticks

__all__ = ["nice_ticks", "tick_labels", "time_axis"]


def time_axis(first: float, last: float, width: int) -> str:
    """Return one line of `width` cells with dates where they belong."""
    line = [" "] * width
    span = (last - first) or 1.0
    free = 0
    for moment, label in time_ticks(first, last, width):
        column = round((moment - first) / span * (width - 1))
        column = min(max(column - len(label) // 2, 0), width - len(label))
        if column >= free:
            line[column : column + len(label)] = label
            free = column + len(label) + 2
    return "".join(line)
