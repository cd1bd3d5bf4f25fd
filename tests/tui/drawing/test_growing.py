"""A curve that grows on the time axis of its whole period, so that what was drawn of it stays."""

import random
from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest

from core.live_curve import told_bars
from tui.drawing.axes import time_axis
from tui.drawing.curves import Curve, until
from tui.drawing.plots import drawdowns, equity_chart, line_chart

BEGIN, BAR, TOTAL = 1_577_836_800.0, 900.0, 40_000
PERIOD = (BEGIN, BEGIN + BAR * TOTAL)
AXIS, ROOM = 10, 108

Draw = Callable[..., Sequence[tuple[str, str]]]


def _walk(seed: int, scatter: float) -> list[float]:
    chance, values = random.Random(seed), [10_000.0]
    for _ in range(TOTAL - 1):
        values.append(values[-1] + chance.gauss(0.0, scatter))
    return values


EQUITY = _walk(3, 5.0)
HELD = ([BEGIN + BAR * bar for bar in range(0, TOTAL, 20)], _walk(5, 4.0)[::20])


def _told(done: int) -> Curve:
    bars = told_bars(done)
    return [BEGIN + BAR * bar for bar in bars], [EQUITY[bar] for bar in bars]


def _equity(done: int, *, ascii_only: bool = False) -> list[tuple[str, str]]:
    curve = _told(done)
    chart = equity_chart(
        curve, until(HELD, curve[0][-1]), width=AXIS + 2 + ROOM, height=16, axis_width=AXIS, period=PERIOD,
        ascii_only=ascii_only,
    )  # fmt: skip
    return [(side, canvas) for side, canvas, _ in chart.rows]


def _falls(done: int, *, ascii_only: bool = False) -> Sequence[tuple[str, str]]:
    times, values = _told(done)
    return line_chart(
        times, drawdowns(values), width=AXIS + 2 + ROOM, height=7, axis_width=AXIS, hanging=True,
        period=PERIOD, ascii_only=ascii_only,
    ).rows  # fmt: skip


def _column(done: int) -> int:
    """Return the last column that is drawn of a curve of so many bars."""
    return int((told_bars(done)[-1] / TOTAL) * ROOM)


@pytest.mark.parametrize("draw", [_equity, _falls])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_its_axis_is_that_of_the_period_and_beyond_its_end_nothing_is_drawn(
    draw: Draw, ascii_only: bool
) -> None:
    for done in (1, 2, 400, 10_000, 30_000, TOTAL):
        *rows, dates = draw(done, ascii_only=ascii_only)
        assert dates == (" " * (AXIS + 2) + time_axis(*PERIOD, ROOM), "")
        drawn = [len(canvas.rstrip(" \N{BRAILLE PATTERN BLANK}")) for _, canvas in rows]
        assert 0 <= max(drawn) - 1 - _column(done) <= 1


@pytest.mark.slow
@pytest.mark.parametrize("draw", [_equity, _falls])
def test_what_was_drawn_stays_as_it_grows_but_for_a_few_times(draw: Draw) -> None:
    redrawn = 0
    steps = list(pairwise(range(4_000, TOTAL, 400)))
    for before, after in steps:
        end = max(0, _column(before) - 2)
        old = [(side, canvas[:end]) for side, canvas in draw(before)]
        new = [(side, canvas[:end]) for side, canvas in draw(after)]
        redrawn += old != new
    assert len(steps) == 89
    assert redrawn <= 12


def test_the_scale_goes_by_whole_steps_that_enclose_the_values() -> None:
    times = [BEGIN + BAR * bar for bar in range(100)]
    for high in (10_310.0, 10_390.0):
        values = [10_000.0 + (high - 10_000.0) * bar / 99 for bar in range(100)]
        *rows, _ = line_chart(times, values, width=60, height=13, period=PERIOD).rows
        sides = [side for side, _ in rows]
        labels = [side.strip(" │┤") for side in sides if side.strip(" │┤")]
        assert (labels[0], labels[-1]) == ("10,400", "10,000")


def test_a_flat_account_and_a_span_too_small_for_round_values_are_drawn_too() -> None:
    times = [BEGIN, BEGIN + BAR]
    for values in ([10_000.0, 10_000.0], [1.0, 1.0 + 3e-16], [0.0, 1e99]):
        chart = line_chart(times, values, width=60, height=8, period=PERIOD)
        assert any(canvas.strip() for _, canvas in chart.rows[:-1])
