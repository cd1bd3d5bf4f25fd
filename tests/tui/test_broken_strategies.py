"""Strategies that cannot be run: what is said of them, and which keys they refuse."""

from contextlib import closing
from unittest.mock import patch

import pytest

from core.home import Home
from db.connection import connect
from tests.shots.filling import AS_IT_WAS, fill_data, write_strategies
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.strategies import go_to_strategy
from tui.screens.new_run import NewRunScreen
from tui.screens.strategies import StrategiesScreen

COMPUTED = AS_IT_WAS.replace("parameter(20, minimum=2)", "parameter(4 * 5, minimum=1 + 1)")
MISSING = AS_IT_WAS.replace("\n\n\nclass MyCross", "\nfrom not_there_at_all.deep import x\n\n\nclass Missing")


@pytest.fixture
def own(empty: Home) -> Home:
    """A store with prices, and two files of the user's, one of which is no Python."""
    with closing(connect(empty.store)) as connection:
        fill_data(empty, connection)
    write_strategies(empty)
    return empty


def _said(screen: str) -> bool:
    """Return whether the bottom line says what is wrong, and which key opens the file."""
    last = screen.splitlines()[-1]
    return last.startswith("broken.py, line 4: ") and last.endswith(". e opens the file.")


async def test_no_run_is_set_up_of_a_strategy_that_does_not_load(own: Home) -> None:
    app = make_app(own)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("3")
        screen = await go_to_strategy(pilot, "broken")
        assert "n new run" not in screen.splitlines()[-1]
        await pilot.press("n")
        await until(pilot, lambda: _said(screen_text(app)))
        assert isinstance(app.screen, StrategiesScreen)
        await pilot.press("enter")
        await until_shown(pilot, "4> class Broken(Strategy:")
        await pilot.press("n")
        await until(pilot, lambda: _said(screen_text(app)))
        assert not isinstance(app.screen, NewRunScreen)


async def test_the_palette_says_why_no_run_is_set_up(own: Home) -> None:
    async with make_app(own).run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "broken")
        await pilot.press("colon", *"new run")
        await until_shown(pilot, "set up a new run · broken.py, line 4: ", "e opens the file.")


async def test_the_line_at_fault_is_shown_first_and_marked(own: Home) -> None:
    text = "\n" * 60 + (own.strategies / "broken.py").read_text()
    (own.strategies / "broken.py").write_text(text)
    async with make_app(own).run_test(size=(80, 24)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "broken")
        await pilot.press("enter")
        screen = await until_shown(pilot, "64> class Broken(Strategy:")
        assert screen.splitlines()[2].startswith("broken.py, line 64: ")
        assert "\n 1  " not in screen


async def test_a_fault_in_a_file_beside_it_is_shown_in_that_file(own: Home) -> None:
    (own.strategies / "_helper.py").write_text("fine = 1\nbad = (\n")
    (own.strategies / "leaning.py").write_text(
        AS_IT_WAS.replace("\n\n\nclass", "\nimport _helper\n\n\nclass")
    )
    async with make_app(own).run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "leaning")
        await until_shown(pilot, "_helper.py, line 2:", ">    2  bad = (")
        await pilot.press("enter")
        await until_shown(pilot, "\n_helper.py\n1  fine = 1\n2> bad = (")


async def test_a_module_that_is_not_here_is_told_before_a_run_fails_at_it(own: Home) -> None:
    (own.strategies / "missing.py").write_text(MISSING)
    async with make_app(own).run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        screen = await go_to_strategy(pilot, "missing")
        assert next(row for row in screen.splitlines() if row.startswith("missing ")).split()[1] == "fails"
        told = "missing.py, line 2: It needs the module not_there_at_all, which is not installed here"
        await until_shown(pilot, told, ">    2  from not_there_at_all.deep import x")
        await pilot.press("enter")
        await until_shown(pilot, told, "2> from not_there_at_all.deep import x")


@pytest.mark.slow
async def test_a_file_for_which_no_process_can_be_started_is_told_in_a_sentence(own: Home) -> None:
    (own.strategies / "computed.py").write_text(COMPUTED.replace("MyCross", "Computed"))
    refused = patch("core.own_code.subprocess.Popen", side_effect=OSError(11, "No process is left"))
    async with make_app(own).run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: "computed" in screen_text(pilot.app))
        with refused:
            await go_to_strategy(pilot, "computed")
            told = "The process that runs the file of computed cannot be started (No process is left)."
            await until_shown(pilot, told)
