"""Equity and drawdown as drawings within the page: SVG, as heavy for a million bars as for a thousand."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from core.axes import nice_ticks, tick_labels, time_ticks
from core.formats import number
from core.html_report.markup import element, empty, text
from core.results.plain_curve import drawdowns, reduce_columns

Curve = tuple[Sequence[float], Sequence[float]]

_WIDTH, _AXIS, _FOOT, _TOP = 1_000, 76, 22, 8
_EQUITY_HEIGHT, _FALL_HEIGHT = 280, 120
_COLUMNS = 460  # of each the smallest and the largest value
_CHARACTERS = 110  # that fit beside each other along the axis of time
# Beyond this the differences of values are infinite.
_LARGEST = 1e100


@dataclass(frozen=True)
class _Frame:
    """What stands where: times and values in a picture of `height`, its axis of time below."""

    begin: float
    end: float
    low: float
    high: float
    height: int

    def x(self, time: float) -> float:
        return round(_AXIS + (time - self.begin) / ((self.end - self.begin) or 1.0) * (_WIDTH - _AXIS - 4), 1)

    def y(self, value: float) -> float:
        span = (self.high - self.low) or 1.0
        return round(_TOP + (self.high - value) / span * (self.height - _TOP - _FOOT), 1)


def charts(curve: Curve, initial: float, held: Curve = ((), ())) -> str:
    """Return equity over time and, below it, how far it stood under its peak; "" of less than two points.

    `held` is what buying and holding would have made of `initial`, drawn behind the equity.
    """
    times, values = _known(curve)
    if len(times) < 2:
        return ""
    falls = [fall if math.isfinite(fall) else -100.0 for fall in drawdowns(values)]
    beside = _known(held)
    return (
        element("h2", "Equity")
        + _legend(beside, initial)
        + _equity(reduce_columns(times, values, _COLUMNS), reduce_columns(*beside, _COLUMNS), initial)
        + element("h2", "Drawdown, %")
        + _drawdown(*reduce_columns(times, falls, _COLUMNS))
    )


def _known(curve: Curve) -> Curve:
    """Return the points that can be drawn."""
    known = [point for point in zip(*curve, strict=True) if abs(point[1]) < _LARGEST]
    return [time for time, _ in known], [value for _, value in known]


def _legend(held: Curve, initial: float) -> str:
    """Return which line is which, each after a piece of it; "" where there is one line."""
    if not held[1] or initial <= 0:
        return ""
    equity = element("span", "equity", class_="of-curve")
    gain = number((held[1][-1] / initial - 1.0) * 100.0, signed=True)
    beside = element("span", text(f"buy and hold {gain} %"), class_="of-held")
    return element("p", equity + beside, class_="legend")


def _equity(curve: Curve, held: Curve, initial: float) -> str:
    times, values = curve
    low, high = min(*values, *held[1], initial), max(*values, *held[1], initial)
    frame = _Frame(times[0], times[-1], low, high, _EQUITY_HEIGHT)
    start = empty("line", class_="start", x1=_AXIS, x2=_WIDTH - 4, y1=frame.y(initial), y2=frame.y(initial))
    beside = empty("polyline", class_="held", points=_points(frame, *held)) if held[0] else ""
    line = empty("polyline", class_="curve", points=_points(frame, times, values))
    return _picture(frame, start + beside + line, _told(initial, values[-1], held[1]))


def _told(initial: float, final: float, held: Sequence[float]) -> str:
    beside = f"; bought and held it would be {held[-1]:,.2f}" if held else ""
    return f"Equity from {initial:,.2f} to {final:,.2f}{beside}"


def _drawdown(times: Sequence[float], falls: Sequence[float]) -> str:
    frame = _Frame(times[0], times[-1], min(falls), 0.0, _FALL_HEIGHT)
    surface = _points(frame, [times[0], *times, times[-1]], [0.0, *falls, 0.0])
    area = empty("polygon", class_="fall", points=surface)
    return _picture(frame, area, f"Drawdown, at most {-min(falls):,.2f} %")


def _picture(frame: _Frame, drawn: str, told: str) -> str:
    return element(
        "svg",
        element("title", text(told)) + _values(frame) + _times(frame) + drawn,
        viewBox=f"0 0 {_WIDTH} {frame.height}",
        role="img",
        aria_label=told,
    )


def _values(frame: _Frame) -> str:
    """Return lines across at round values, with their labels."""
    ticks = nice_ticks(frame.low, frame.high, count=max(2, frame.height // 45))
    return "".join(
        empty("line", class_="grid", x1=_AXIS, x2=_WIDTH - 4, y1=frame.y(tick), y2=frame.y(tick))
        + element("text", text(label), x=_AXIS - 8, y=frame.y(tick) + 4, text_anchor="end")
        for tick, label in zip(ticks, tick_labels(ticks), strict=True)
    )


def _times(frame: _Frame) -> str:
    *others, last = time_ticks(frame.begin, frame.end, _CHARACTERS)
    labels = [(*tick, "middle") for tick in others] + [(*last, "end" if last[0] == frame.end else "middle")]
    return "".join(
        element("text", text(label), x=frame.x(moment), y=frame.height - 5, text_anchor=anchor)
        for moment, label, anchor in labels
    )


def _points(frame: _Frame, times: Sequence[float], values: Sequence[float]) -> str:
    return " ".join(
        f"{frame.x(time):g},{frame.y(value):g}" for time, value in zip(times, values, strict=True)
    )
