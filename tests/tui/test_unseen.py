"""In a terminal that is too small nothing acts unseen, and the way out is named."""

from collections.abc import Sequence
from contextlib import closing

import pytest
from textual import events
from textual.geometry import Size
from textual.pilot import Pilot

from core.home import Home
from db import runs
from db.connection import connect
from tests.shots.filling import COMPLETED, RUNNING, fill
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, open_run, until, until_shown
from tui.screens.detail import DetailScreen
from tui.screens.help import HelpScreen
from tui.screens.palette import PaletteScreen
from tui.screens.runs import RunsScreen
from tui.unseen import notice

TOO_SMALL = "Backtape needs 60 columns and 16 lines; make the terminal larger."
WITH_WAY_OUT = f"{TOO_SMALL} ctrl+q quits, runs go on."


@pytest.fixture
def whole(home: Home) -> Home:
    """A store with runs and data."""
    fill(home, data=True)
    return home


async def _small(pilot: Pilot[int], width: int = 50, height: int = 12) -> str:
    await pilot.resize_terminal(width, height)
    await until(pilot, lambda: TOO_SMALL in " ".join(screen_text(pilot.app).split()))
    return screen_text(pilot.app)


async def _large(pilot: Pilot[int]) -> None:
    await pilot.resize_terminal(80, 24)
    await until(pilot, lambda: "Backtape needs" not in screen_text(pilot.app))


def _below_the_top(pilot: Pilot[int]) -> list[str]:
    return screen_text(pilot.app).splitlines()[1:]


def _kept(home: Home, *ids: int) -> Sequence[int]:
    with closing(connect(home.store)) as connection:
        return [run.id for run in runs.summaries(connection, ids)]


def test_the_way_out_is_named_where_there_is_room_for_it() -> None:
    def told(width: int, height: int) -> list[str]:
        return ["".join(cell.text for cell in parts) for parts in notice(Size(width, height), "ctrl+q")]

    assert " ".join(told(59, 20)) == WITH_WAY_OUT
    assert len(told(59, 20)) == 2
    assert " ".join(told(30, 3)) == TOO_SMALL
    assert told(0, 0)


async def test_a_key_that_deletes_does_nothing_unseen(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await open_run(pilot, COMPLETED)
        assert WITH_WAY_OUT in " ".join((await _small(pilot)).split())
        await pilot.press("d", "y", "x", "y", "r", "n", "3", "greater_than_sign")
        await _large(pilot)
        await until_shown(pilot, f"Run {COMPLETED} ·", "drawdown %")
        assert isinstance(pilot.app.screen, DetailScreen)
        assert not pilot.app.screen.bottom.busy
        assert _kept(filled, COMPLETED) == [COMPLETED]


async def test_a_question_that_was_asked_waits_until_it_can_be_read_again(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await open_run(pilot, COMPLETED)
        await pilot.press("d")
        await until_shown(pilot, f"Delete run {COMPLETED} with all trades?")
        await _small(pilot)
        await pilot.press("y", "n", "q", "escape", "enter")
        await _large(pilot)
        await until_shown(pilot, f"Delete run {COMPLETED} with all trades?")
        assert _kept(filled, COMPLETED) == [COMPLETED]


@pytest.mark.slow
async def test_what_is_typed_unseen_goes_into_no_prompt_and_no_form(whole: Home) -> None:
    async with make_app(whole).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("slash", *"eur")
        await _small(pilot)
        await pilot.press(*"usd", "backspace", "enter", "q")
        await _large(pilot)
        await until_shown(pilot, "filter: eur ")
        await pilot.press("escape", "n")
        await until_shown(pilot, "New run", "a pip is 0.0001")
        before = _below_the_top(pilot)
        await _small(pilot)
        await pilot.press("right", "down", *"99", "q", "enter")
        await _large(pilot)
        await until(pilot, lambda: _below_the_top(pilot) == before)


async def test_what_is_typed_unseen_ahead_of_a_screen_does_nothing_when_that_is_there(
    filled: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await open_run(pilot, COMPLETED)
        await _small(pilot)
        monkeypatch.setattr(DetailScreen, "is_read", False)
        await pilot.press("d")
        await pilot.resize_terminal(80, 24)
        monkeypatch.undo()
        await pilot.press("N")
        await until_shown(pilot, f"note on run {COMPLETED}")


@pytest.mark.parametrize(("key", "page"), [("question_mark", HelpScreen), ("colon", PaletteScreen)])
async def test_pages_over_a_screen_say_so_too_and_stay(
    filled: Home, key: str, page: type[HelpScreen | PaletteScreen]
) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press(key)
        await until(pilot, lambda: isinstance(pilot.app.screen, page))
        before = screen_text(pilot.app)
        await _small(pilot)
        await pilot.press("q", "enter", "escape", "j")
        await _large(pilot)
        await until(pilot, lambda: screen_text(pilot.app) == before)


@pytest.mark.slow
@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c"])
@pytest.mark.parametrize("before", ["", "d", "question_mark", "colon", "n"])
async def test_the_program_can_be_left_unseen_from_everywhere(whole: Home, before: str, key: str) -> None:
    app = make_app(whole)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_run(pilot, RUNNING)
        if before:
            await pilot.press(before)
        await _small(pilot)
        await pilot.press(key)
        await until(pilot, lambda: not app.is_running)
    assert app.return_value == 0
    assert _kept(whole, RUNNING) == [RUNNING]


async def test_q_quits_at_the_top_and_goes_nowhere_else_unseen(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_run(pilot, COMPLETED)
        await _small(pilot)
        await pilot.press("q", "escape", "q")
        await _large(pilot)
        assert isinstance(app.screen, DetailScreen)
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, RunsScreen))
        await _small(pilot)
        await pilot.press("q")
        await until(pilot, lambda: not app.is_running)
    assert app.return_value == 0


async def test_a_program_that_begins_too_small_says_so_and_comes_back_to_where_it_was(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await open_run(pilot, COMPLETED)
        await pilot.press("ctrl+q")
    async with make_app(filled).run_test(size=(50, 12)) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, DetailScreen))
        await until(pilot, lambda: WITH_WAY_OUT in " ".join(screen_text(pilot.app).split()))
        await _large(pilot)
        await until_shown(pilot, f"Run {COMPLETED} ·", "drawdown %")


async def test_a_key_that_comes_before_anything_is_laid_out_does_no_harm(
    filled: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(filled)
    async with app.run_test(size=(50, 12)):
        with monkeypatch.context() as before:
            before.setattr(RunsScreen, "query", lambda *_: ())
            assert [app._leads_out(events.Key(key, key)) for key in ("d", "q")] == [False, True]
