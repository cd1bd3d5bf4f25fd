"""The screens in a terminal that changes its size."""

import pytest

from core.home import Home
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until_shown
from tui.screens.runs import RunsScreen


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
