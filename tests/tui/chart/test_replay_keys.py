"""The bottom line names what can be done in a chart, and while a replay is on, in that."""

import pytest
from textual.pilot import Pilot

from core.home import Home
from core.market.bars import Bars
from tests.shots.filling import RUNNING
from tests.shots.reading import screen_text
from tests.tui.chart.opening import FIRST, moment, number_of_bars_drawn, open_chart, replay
from tests.tui.conftest import make_app, until, until_shown
from tui.chart.replay_keys import replay_keys
from tui.keys.action import Action
from tui.keys.keymap import keymap_of
from tui.keys.registry import footer_of
from tui.keys.table import ACTIONS

PLACES = ("detail", "chart")
WHOLE = "Esc end replay  { } speed  , . step  [ ] trades"


def told(actions: list[Action]) -> str:
    return "  ".join(f"{action.first_key} {action.label}" for action in actions)


def test_what_matters_most_is_named_first_and_the_way_out_last() -> None:
    named = replay_keys(ACTIONS, PLACES, is_playing=True, is_at_end=False, has_trades=True)
    assert told(named) == (f"space pause  {WHOLE}  g date  - + zoom  > next tab  q back  ? keys")


def test_nothing_is_named_that_could_not_be_done() -> None:
    named = replay_keys(ACTIONS, PLACES, is_playing=False, is_at_end=True, has_trades=False)
    assert told(named).startswith("Esc end replay  , step back  g date")


def test_keys_that_were_changed_are_named_as_they_are_now() -> None:
    actions = keymap_of({"play": "P", "back": "F5", "faster": "F7", "slower": "F6"}).actions
    named = replay_keys(actions, PLACES, is_playing=False, is_at_end=False, has_trades=True)
    assert told(named).startswith("P play  F5 end replay  F6 F7 speed  , . step")


@pytest.mark.parametrize(
    ("size", "more"), [((80, 24), "  q back"), ((120, 40), "  g date  - + zoom  > next tab  q back")]
)
async def test_the_bottom_line_names_the_keys_of_a_replay_as_long_as_it_is_on(
    filled: Home, bars: Bars, size: tuple[int, int], more: str
) -> None:
    async with make_app(filled).run_test(size=size) as pilot:
        await open_chart(pilot)
        before = _bottom(pilot)
        await pilot.press("space")
        await until_shown(pilot, f"space pause  {WHOLE}{more}")
        await pilot.press("space")
        await until_shown(pilot, f"space play  {WHOLE}{more}")
        await pilot.press("escape")
        await until(pilot, lambda: _bottom(pilot) == before)


@pytest.mark.parametrize(
    ("size", "more"),
    [((80, 24), ""), ((120, 40), "  h l move  r repeat  e export  d delete")],
)
async def test_the_bottom_line_names_first_what_is_done_in_a_chart(
    filled: Home, bars: Bars, size: tuple[int, int], more: str
) -> None:
    async with make_app(filled).run_test(size=size) as pilot:
        await open_chart(pilot)
        assert _bottom(pilot) == (
            f"space play  [ ] trades  - + zoom  g date  , . step  > next tab{more}  q back  ? keys"
        )


async def test_in_a_chart_without_trades_none_are_named(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await open_chart(pilot, RUNNING)
        assert _bottom(pilot).startswith("space play  - + zoom  g date  , . step  > next tab")


def test_a_pair_is_named_by_the_keys_that_both_have_now() -> None:
    actions = keymap_of({"zoom_out": "Z", "zoom_in": "F4"}).actions
    assert "Z F4 zoom" in told(footer_of(PLACES, actions=actions))


async def test_another_tab_has_its_own_keys_and_the_replay_is_come_back_to(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        await replay(pilot)
        await pilot.press("less_than_sign")
        await until_shown(pilot, "Enter open  n new run")
        await pilot.press("greater_than_sign")
        await until_shown(pilot, f"space play  {WHOLE}", "replay paused")


async def test_without_trades_none_are_offered(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot, RUNNING)
        await pilot.press("space")
        await until_shown(pilot, "space pause  Esc end replay  { } speed  , . step  g date")


async def test_the_limits_of_the_speed_are_told(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        await pilot.press(*["right_curly_bracket"] * 8)
        await until_shown(pilot, "The replay plays 50 bars a second, which is the fastest.")
        await pilot.press(*["left_curly_bracket"] * 8)
        await until_shown(pilot, "The replay plays 1 bar a second, which is the slowest.")


@pytest.mark.slow
async def test_what_is_still_to_come_is_not_moved_to(filled: Home, bars: Bars) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_chart(pilot)
        await replay(pilot)
        await pilot.press(*["l"] * 9)
        await until_shown(pilot, "The bars after these are still to come.", moment(bars, FIRST))
        assert number_of_bars_drawn(pilot) > 0
        await pilot.press("escape", "l")
        await until(pilot, lambda: "still to come" not in screen_text(pilot.app))


def _bottom(pilot: Pilot[int]) -> str:
    return screen_text(pilot.app).splitlines()[-1]
