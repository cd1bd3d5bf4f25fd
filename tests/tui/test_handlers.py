"""What Textual tells a screen is handled once."""

import re
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest

from core.home import Home
from tests.tui.conftest import make_app, until, until_shown
from tui.messages import RunnerChanged
from tui.screens.base import WorkScreen
from tui.screens.compare import CompareScreen
from tui.screens.runs import RunsScreen
from tui.widgets.top_bar import TopBar

SOURCES = sorted((Path(__file__).parents[2] / "tui").rglob("*.py"))
# Textual calls a handler `on_x` of every class by itself; `on_event` is no handler but who calls them.
OF_A_BASE = re.compile(r"super\(\)\._?on_(?!event\()\w+\(")


def counted(calls: list[str], name: str, method: Callable[..., object]) -> Callable[..., object]:
    def counting(*args: object) -> object:
        calls.append(name)
        return method(*args)

    return counting


def test_no_handler_calls_that_of_its_base_which_is_called_anyway() -> None:
    calling = [path.name for path in SOURCES if OF_A_BASE.search(path.read_text())]
    assert len(SOURCES) > 100
    assert calling == []


@pytest.mark.parametrize("call", ["super().on_resize()", "super()._on_screen_resume(event)"])
def test_such_a_call_would_be_found(call: str) -> None:
    assert OF_A_BASE.search(f"        {call}\n")


async def test_what_comes_back_is_shown_once(filled: Home) -> None:
    app, calls = make_app(filled), list[str]()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        home = app.screen
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty.")
        updates = home.stack_updates
        named = [(WorkScreen, "keep_place"), (RunsScreen, "came_back"), (RunsScreen, "resized")]
        with (
            patch.object(*named[0], counted(calls, "place", WorkScreen.keep_place)),
            patch.object(*named[1], counted(calls, "back", RunsScreen.came_back)),
            patch.object(*named[2], counted(calls, "resized", RunsScreen.resized)),
        ):
            await pilot.press("escape")
            await until(pilot, lambda: "back" in calls)
            await pilot.pause()
            assert calls == ["place", "back"]
            assert home.stack_updates == updates + 1


async def test_what_comes_back_on_another_terminal_is_laid_out_for_it(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty.")
        await pilot.resize_terminal(80, 24)
        await pilot.press("escape")
        await until(pilot, lambda: not app.screen.has_class("-tall"))
        await until_shown(pilot, "41 runs")


async def test_another_state_of_the_runner_is_shown_once(filled: Home) -> None:
    app, calls = make_app(filled), list[str]()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        with (
            patch.object(TopBar, "set_state", counted(calls, "shown", TopBar.set_state)),
            patch.object(RunsScreen, "_name_keys", counted(calls, "keys", RunsScreen._name_keys)),
        ):
            app.tell(RunnerChanged())
            await until(pilot, lambda: "keys" in calls)
            await pilot.pause()
    assert calls == ["shown", "keys"]


async def test_runs_side_by_side_are_drawn_once_when_they_are_there(filled: Home) -> None:
    app, calls = make_app(filled), list[str]()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        laid_out = counted(calls, "drawn", CompareScreen._laid_out)
        with patch.object(CompareScreen, "_laid_out", laid_out):
            app.push_screen(CompareScreen([38, 35]))
            await until_shown(pilot, "Compare 2 runs", "#38")
            await pilot.press("question_mark")
            await until_shown(pilot, "Keys of Compare")
            calls.clear()
            await pilot.press("escape")
            await until(pilot, lambda: calls)
            await pilot.pause(0.1)
    assert calls == ["drawn"]
