"""The screens on a real store, without a runner."""

import asyncio
from collections.abc import Callable
from contextlib import closing

import pytest
from textual.pilot import Pilot

from core.home import Home
from db.connection import connect
from tests.shots.filling import MOMENT, fill, fill_data, open_empty
from tests.shots.reading import screen_text
from tui.app import BacktapeApp

PATIENCE = 20.0


@pytest.fixture(autouse=True)
def ensured(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """The calls that would have started a runner, as whether a hand-over was wanted."""
    calls: list[bool] = []

    def ensure_runner(home: Home, *, hand_over: bool = True) -> None:
        calls.append(hand_over)

    monkeypatch.setattr("core.jobs.launch.ensure_runner", ensure_runner)
    return calls


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is: what is remembered is written, letters make one word, Tab completes."""
    monkeypatch.setattr("tui.app.REMEMBERING_SECONDS", PATIENCE)
    monkeypatch.setattr("tui.widgets.choice.WORD_SECONDS", PATIENCE)
    monkeypatch.setattr("tui.widgets.bottom_line.COMPLETING_SECONDS", PATIENCE)


@pytest.fixture
def filled(home: Home) -> Home:
    """A store with 41 runs of every kind."""
    fill(home, data=False)
    return home


@pytest.fixture
def empty(home: Home) -> Home:
    """A store with nothing in it."""
    open_empty(home)
    return home


@pytest.fixture
def stocked(home: Home) -> Home:
    """A store with two datasets and no run."""
    open_empty(home)
    with closing(connect(home.store)) as connection:
        fill_data(home, connection)
    return home


def make_app(home: Home, *, ascii_only: bool = False) -> BacktapeApp:
    """Return the program as it looked at the moment of the filled store."""
    return BacktapeApp(home, ascii_only=ascii_only, clock=lambda: MOMENT)


async def until(pilot: Pilot[int], holds: Callable[[], object], *, within: float = PATIENCE) -> None:
    """Wait until something holds; it must within any patience."""
    async with asyncio.timeout(within):
        while not holds():
            await pilot.pause(0.02)


async def until_shown(pilot: Pilot[int], *texts: str, within: float = PATIENCE) -> str:
    """Wait until every text stands on the screen, and return the screen."""
    app = pilot.app
    try:
        await until(pilot, lambda: all(text in screen_text(app) for text in texts), within=within)
    except TimeoutError:
        pytest.fail(f"never shown: {texts}; but\n{screen_text(app)}")
    return screen_text(app)


async def open_run(pilot: Pilot[int], run_id: int) -> str:
    """Open a run of the filled store from the list, and return the screen."""
    await until_shown(pilot, "41 runs")
    await pilot.press(*["j"] * (41 - run_id), "enter")
    return await until_shown(pilot, f"Run {run_id} ·", "Overview")
