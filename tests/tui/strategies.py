"""The screen of strategies, for tests that put its cursor on one."""

from textual.pilot import Pilot

from tests.tui.conftest import until, until_shown
from tui.screens.strategies import StrategiesScreen


async def go_to_strategy(pilot: Pilot[int], name: str) -> str:
    """Put the cursor on a strategy and wait for what is said about it."""
    app = pilot.app
    screen = app.screen
    assert isinstance(screen, StrategiesScreen)
    await until(pilot, lambda: any(row.name == name for row in screen._rows.values()))
    number = next(number for number, row in screen._rows.items() if row.name == name)
    await pilot.press("g", *["j"] * list(screen.table.ids).index(number))
    return await until_shown(pilot, f"\n{name} · ")
