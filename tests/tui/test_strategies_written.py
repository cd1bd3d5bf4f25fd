"""New strategies from the screen: a commented start, or a copy of what is built in."""

from pathlib import Path

import pytest

from core.home import Home
from tests.shots.filling import write_strategies
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until_shown
from tests.tui.strategies import go_to_strategy
from tui.app import BacktapeApp


@pytest.fixture
def own(filled: Home) -> Home:
    """A store with 41 runs, and two files of the user's, one of which is no Python."""
    write_strategies(filled)
    return filled


async def test_of_a_built_in_strategy_a_copy_is_edited_under_a_name_that_is_asked_for(
    own: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []

    async def edit(_bench: BacktapeApp, path: Path) -> int:
        opened.append(path)
        return 0

    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.setattr("tui.strategies.editing.edit", edit)
    async with make_app(own).run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "sma_cross")
        assert "e edit" in screen_text(pilot.app).splitlines()[-1]
        await pilot.press("e")
        await until_shown(pilot, "sma_cross is built in; name of your copy:")
        await pilot.press(*"my_cross", "enter")
        await until_shown(pilot, "The name my_cross is taken by my_cross.py; name (a-z, 0-9, _): my_cross")
        await pilot.press("ctrl+u", *"quick_cross", "enter")
        await until_shown(pilot, "quick_cross.py has been read again.", "\nquick_cross · own · no runs yet")
    assert opened == [own.strategies / "quick_cross.py"]
    assert "class QuickCross(Strategy):" in opened[0].read_text()
    assert "crosses_above(fast, slow)" in opened[0].read_text()


async def test_a_new_strategy_is_written_and_shown_where_there_is_no_editor(
    own: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    async with make_app(own).run_test(size=(160, 40)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "sma_cross")
        await pilot.press("a", *"my_idea", "enter")
        await until_shown(pilot, "my_idea.py has been written", "\nmy_idea · own · no runs yet")
    assert "class MyIdea(Strategy)" in (own.strategies / "my_idea.py").read_text()


async def test_a_new_strategy_is_opened_in_the_editor(own: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []

    async def edit(_bench: BacktapeApp, path: Path) -> int:
        opened.append(path)
        return 0

    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.setattr("tui.strategies.editing.edit", edit)
    async with make_app(own).run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "sma_cross")
        await pilot.press("a", *"my_idea", "enter")
        await until_shown(pilot, "my_idea.py has been read again.")
    assert opened == [own.strategies / "my_idea.py"]


async def test_a_name_that_is_taken_is_told_and_can_be_typed_again(own: Home) -> None:
    async with make_app(own).run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "sma_cross")
        await pilot.press("a", *"my_cross", "enter")
        await until_shown(pilot, "The name my_cross is taken by my_cross.py; name (a-z, 0-9, _): my_cross")
        await pilot.press("ctrl+u", *"9 q", "enter")
        await until_shown(pilot, "A strategy cannot be called '9 q'; name (a-z, 0-9, _): 9 q")
        await pilot.press("escape", "a")
        await until_shown(pilot, "name of the new strategy: 9 q")
