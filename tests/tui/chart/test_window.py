"""Which bars stand in which columns."""

import random
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui.chart.view import View
from tui.chart.window import BAR_WIDTHS, Window


def test_a_bar_stands_in_the_middle_of_its_columns() -> None:
    window = Window(total=100, width=40, first=10, columns=4)
    assert (window.room, window.end) == (10, 20)
    assert [window.column_of_slot(window.slot_of(bar)) for bar in (10, 11, 19)] == [2, 6, 38]


@pytest.mark.parametrize("columns", BAR_WIDTHS)
def test_from_four_columns_a_bar_on_bodies_are_wider_than_wicks_and_one_column_stays_between_them(
    columns: int,
) -> None:
    window = Window(total=100, width=60, columns=columns)
    assert (window.reach > 0) == (columns >= 4)
    taken = [
        window.column_of_slot(slot) + by
        for slot in range(window.room)
        for by in range(-window.reach, window.reach + 1)
    ]
    assert taken == sorted(set(taken))
    assert taken[0] >= 0
    assert taken[-1] < 60
    body = 2 * window.reach + 1
    if columns > 1:
        assert body == columns - 1


def test_a_column_holds_several_bars_and_the_same_ones_wherever_the_window_is() -> None:
    window = Window(total=1_000, width=10, bars=4)
    moved = window.beginning_with(37)
    assert moved.first == 36
    assert moved.slot_of(43) == 1
    assert window.beginning_with(38) == window.beginning_with(39) == moved


@pytest.mark.parametrize(
    ("total", "bars", "columns"), [(1_000, 14, 1), (81, 2, 1), (80, 1, 1), (20, 1, 4), (5, 1, 6)]
)
def test_all_bars_fit_into_the_fitted_window(total: int, bars: int, columns: int) -> None:
    window = Window(total, width=80, first=5).fitted(total)
    assert (window.first, window.bars, window.columns) == (0, bars, columns)
    assert window.end == total


def test_zooming_in_ends_with_six_columns_a_bar_and_out_with_all_bars() -> None:
    window = Window(total=1_000, width=100).fitted(1_000)
    seen = []
    for _ in range(8):
        window = window.zoomed_in(500)
        seen.append((window.bars, window.columns))
    assert seen == [(6, 1), (4, 1), (2, 1), (1, 1), (1, 2), (1, 4), (1, 6), (1, 6)]
    for _ in range(9):
        window = window.zoomed_out(500)
    assert (window.bars, window.end - window.first) == (10, 1_000)


def test_a_window_moves_by_quarters_and_not_beyond_the_bars() -> None:
    window = Window(total=100, width=40)
    assert window.moved(1).first == 10
    assert window.moved(-1).first == 0
    assert window.moved(99).first == 60


@given(
    st.integers(1, 5_000),
    st.integers(1, 200),
    st.lists(st.sampled_from(["in", "out", "fit", "left", "right", "step", "back", "narrow", "wide"])),
)
@example(3, 1, ["out", "step"])
@example(17, 1, ["fit", "in", "step", "in"])
def test_whatever_is_pressed_the_cursor_is_in_view_and_the_window_among_the_bars(
    total: int, width: int, keys: list[str]
) -> None:
    view = View(total, width)
    acts: dict[str, Callable[[], None]] = {
        "in": view.zoom_in,
        "out": view.zoom_out,
        "fit": view.fit,
        "left": lambda: view.pan(-1),
        "right": lambda: view.pan(1),
        "step": lambda: view.step(7),
        "back": lambda: view.step(-5),
        "narrow": lambda: view.resize(max(1, width // 2)),
        "wide": lambda: view.resize(width + 30),
    }
    for key in keys:
        acts[key]()
        window = view.window
        assert 0 <= window.first <= view.cursor < window.end <= total
        assert window.bars == 1 or (window.bars % 2 == 0 and window.first % window.bars == 0)
        assert window.columns in BAR_WIDTHS
        assert window.bars == 1 or window.columns == 1
        last = window.column_of_slot(window.slot_of(window.end - 1))
        assert last < max(window.width, window.columns)


def test_zooming_keeps_the_cursor_where_it_is() -> None:
    view = View(total=10_000, width=100)
    view.go_to(5_000)
    for act in (view.zoom_out, view.zoom_out, view.zoom_in, view.zoom_in, view.zoom_in):
        act()
        assert 45 <= view.window.column_of_slot(view.window.slot_of(view.cursor)) <= 55


def test_a_stretch_stands_in_the_middle_if_it_fits_and_else_its_beginning_does() -> None:
    view = View(total=1_000, width=100)
    view.show_stretch(500, 540)
    assert (view.cursor, view.window.first) == (500, 470)
    view.show_stretch(500, 900)
    assert (view.cursor, view.window.first) == (500, 450)


def test_in_a_replay_the_cursor_stays_where_it_is_when_the_window_moves() -> None:
    view = View(total=1_000, width=100)
    view.go_to(500)
    view.is_replay = True
    view.pan(3)
    assert (view.cursor, view.known) == (500, 501)
    assert not view.window.holds(500)
    view.step(1)
    assert view.window.holds(501)
    view.pan(3)
    view.leave_replay()
    assert view.known == 1_000
    assert view.window.holds(view.cursor)


@pytest.mark.parametrize("seed", range(20))
def test_in_a_replay_some_bars_are_known_wherever_somebody_looks(seed: int) -> None:
    chance = random.Random(seed)
    view = View(total=chance.randint(1, 3_000), width=chance.randint(1, 200))
    view.is_replay = True
    for _ in range(300):
        way = chance.choice((-1, 1))
        if view.may_pan(way):
            view.pan(way)
        anywhere = partial(view.go_to, chance.randrange(view.window.total))
        resize = partial(view.resize, chance.randint(1, 200))
        chance.choice((view.zoom_in, view.zoom_out, view.fit, partial(view.step, way), anywhere, resize))()
        assert view.window.first < view.known


def test_all_bars_are_left_for_as_few_as_before_around_the_cursor() -> None:
    view = View(total=1_000, width=100)
    view.fit()
    assert view.window == view.window.fitted(1_000)
    view.go_to(500)
    view.zoom_in()
    view.zoom_in()
    near = view.window
    view.fit()
    view.fit()
    assert view.window == near
    view.fit()
    view.step(300)
    view.fit()
    assert view.window.bars == near.bars
    assert view.window.holds(800)


@pytest.mark.parametrize(("known", "bars", "columns"), [(301, 4, 1), (30, 1, 2)])
def test_in_a_replay_what_is_known_is_fitted_into_the_whole_width(
    known: int, bars: int, columns: int
) -> None:
    view = View(total=10_000, width=100)
    view.is_replay = True
    view.go_to(known - 1)
    near = view.window
    view.fit()
    assert (view.window.first, view.window.bars, view.window.columns) == (0, bars, columns)
    assert view.window.end >= known
    view.fit()
    assert view.window == near
    view.fit()
    view.leave_replay()
    view.fit()
    assert view.window.end == 10_000


def test_a_replay_stays_as_far_across_a_terminal_of_another_size() -> None:
    view = View(total=1_000, width=70)
    view.is_replay = True
    view.step(50)
    view.resize(40)
    assert 50 - view.window.first == 28
    view.resize(70)
    assert 48 <= 50 - view.window.first <= 50


def test_after_a_replay_later_bars_are_moved_to_again() -> None:
    view = View(total=1_000, width=100)
    view.is_replay = True
    assert not view.may_pan(1)
    view.leave_replay()
    assert view.may_pan(1)
