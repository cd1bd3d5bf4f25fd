"""The screens in a terminal that changes its size."""

import pytest

from core.home import Home
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until_shown
from tui.screens.runs import RunsScreen
from tui.widgets.top_bar import TopBar


async def test_the_preview_is_drawn_in_the_new_width_though_nothing_else_happens(
    filled: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press(*"jjj")
        await until_shown(pilot, "#38 sma_cross", "average win")
        monkeypatch.setattr(RunsScreen, "_preview_now", lambda _: None)
        await pilot.resize_terminal(200, 60)
        await until_shown(pilot, "\N{BOX DRAWINGS LIGHT HORIZONTAL}" * 200)
        assert "average win" in screen_text(app)


@pytest.mark.parametrize(("width", "name"), [(80, "Backtape  "), (72, "Backtape  "), (71, ""), (60, "")])
async def test_the_name_of_the_program_gives_way_to_the_screens_and_what_the_runner_does(
    filled: Home, width: int, name: str
) -> None:
    app = make_app(filled)
    async with app.run_test(size=(width, 24)) as pilot:
        await until_shown(pilot, "41 runs")
        app.screen.query_one(TopBar).set_state("runner: 1 running, 2 waiting")
        screen = await until_shown(
            pilot, f"{name} 1 Runs  3 Strategies  4 Data  ", "runner: 1 running, 2 waiting"
        )
        assert screen.splitlines()[0].startswith(f"{name} 1 Runs")
