"""All strategies: what is shown of them, reading their sources, writing and checking them."""

import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import pytest
from textual.pilot import Pilot

from core.home import Home
from db import runs, strategies
from db.connection import connect
from db.runs import NewRun
from tests.shots.filling import AS_IT_WAS, BEGIN, END, fill_data, write_strategies
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.strategies import go_to_strategy
from tui.app import BacktapeApp
from tui.form.presets import KeptForms
from tui.messages import RunsChanged
from tui.screens.new_run import NewRunScreen
from tui.screens.strategies import StrategiesScreen

# Three processes that import a strategy, on a machine that is busy with other tests.
CHECKING = 120.0


@pytest.fixture
def own(filled: Home) -> Home:
    """A store with 41 runs, and two files of the user's, one of which is no Python."""
    write_strategies(filled)
    return filled


@pytest.fixture
def stocked(empty: Home) -> Home:
    """A store with two datasets and no run, and a file of the user's."""
    with closing(connect(empty.store)) as connection:
        fill_data(empty, connection)
    (empty.strategies / "my_cross.py").write_text(AS_IT_WAS)
    return empty


def _row(screen: str, name: str) -> list[str]:
    return next(text.split() for text in screen.splitlines() if text.startswith(f"{name} "))


async def test_built_in_and_own_strategies_stand_with_the_count_of_their_runs(own: Home) -> None:
    async with make_app(own).run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        screen = await until_shown(pilot, "sma_cross", "my_cross", "broken")
        assert _row(screen, "sma_cross")[1:6] == ["built", "in", "signals", "4", "20"]
        assert _row(screen, "my_cross")[1:5] == ["own", "signals", "2", "0"]
        assert _row(screen, "broken")[1] == "error"


async def test_the_parameters_of_the_one_under_the_cursor_are_told_in_words(own: Home) -> None:
    async with make_app(own).run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "donchian_breakout")
        await until_shown(pilot, "donchian_breakout · built in · 21 runs")
        await until_shown(pilot, "lookback                20 · a whole number from 1 to 5,000")
        # A step is what a search walks by: values between two are taken, so it is no rule to tell.
        await go_to_strategy(pilot, "atr_trend")
        await until_shown(pilot, "40 · a number of at least 0 · trailing stop", "one of M30, H1, H4, D1, W1")


async def test_an_error_is_told_with_file_line_and_reason(own: Home) -> None:
    async with make_app(own).run_test(size=(80, 24)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "broken")
        await until_shown(pilot, "broken.py, line 4:")
        await pilot.press("c")
        await until(pilot, lambda: "broken.py, line 4:" in screen_text(pilot.app).splitlines()[-1])


async def test_enter_shows_the_source_as_text_and_escape_goes_back(own: Home) -> None:
    (own.strategies / "hostile.py").write_text('x = "[/] [red]\\u202e\x1b]52;c;AAAA\x07"\n')
    async with make_app(own).run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "my_cross")
        await pilot.press("enter")
        await until_shown(pilot, "class MyCross(Strategy):", "    fast: int = parameter(20, minimum=2)")
        await pilot.press("escape")
        await go_to_strategy(pilot, "hostile")
        await pilot.press("enter")
        screen = await until_shown(pilot, 'x = "[/] [red]')
        assert "\x1b" not in screen


async def test_tab_lets_the_keys_scroll_what_is_said(own: Home) -> None:
    async with make_app(own).run_test(size=(80, 20)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "sma_cross")
        await pilot.press("tab", "G")
        await until_shown(pilot, "version  ")
        await pilot.press("shift+tab", "g")
        screen = pilot.app.screen
        assert isinstance(screen, StrategiesScreen)
        await until(pilot, lambda: screen.table.cursor == 0)


async def test_n_sets_up_a_run_of_the_strategy_under_the_cursor(stocked: Home) -> None:
    app = make_app(stocked)
    async with app.run_test(size=(120, 40)) as pilot:
        KeptForms(app.memory).keep_last({"strategy": "donchian_breakout", "params.fast": "7"})
        await pilot.press("3")
        await go_to_strategy(pilot, "my_cross")
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, NewRunScreen))
        await until_shown(pilot, "my_cross", "fast                  20", "Enter starts the run")


async def test_a_file_that_is_edited_elsewhere_is_read_again_at_r(own: Home) -> None:
    async with make_app(own).run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "broken")
        (own.strategies / "broken.py").write_text(AS_IT_WAS.replace("MyCross", "Mended"))
        await pilot.press("r")
        await until_shown(pilot, "\nmended · own · no runs yet", "1 file has changed.")
        await pilot.press("r")
        await until_shown(pilot, "No file has changed.")


async def test_a_strategy_whose_file_is_gone_is_there_as_long_as_its_runs(own: Home) -> None:
    with closing(connect(own.store)) as connection:
        strategies.register(connection, "old_idea", "0" * 64, "{}", path="/somewhere/old_idea.py")
        runs.insert(connection, NewRun("old_idea", "EURUSD", "H1", BEGIN, END))
    async with make_app(own).run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "old_idea")
        await until_shown(pilot, "There is no file of this strategy any more")
        await pilot.press("enter")
        await until(pilot, lambda: "no file of this" in screen_text(pilot.app).splitlines()[-1])


async def test_counts_follow_the_store(own: Home) -> None:
    async with make_app(own).run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "my_cross")
        with closing(connect(own.store)) as connection:
            strategies.register(connection, "my_cross", "0" * 64, "{}")
            runs.insert(connection, NewRun("my_cross", "EURUSD", "H1", BEGIN, END))
        await until_shown(pilot, "my_cross · own · 1 run")


@pytest.mark.slow
async def test_what_has_not_changed_is_not_drawn_again(own: Home) -> None:
    app = make_app(own)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "my_cross")
        await pilot.pause(1.0)
        compositor = type(app.screen._compositor)
        with patch.object(
            compositor, "render_update", autospec=True, side_effect=compositor.render_update
        ) as drawn:
            app.screen.post_message(RunsChanged())
            await pilot.pause(1.5)
            assert drawn.call_count == 0
            await pilot.press("k")
            await until(pilot, lambda: drawn.call_count > 0)


# Writing


async def test_the_editor_gets_the_file_and_what_it_wrote_is_shown(
    own: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def edit(bench: BacktapeApp, path: Path) -> int:
        path.write_text(path.read_text().replace("parameter(20", "parameter(33"))
        return 0

    monkeypatch.setattr("tui.strategies.editing.edit", edit)
    async with make_app(own).run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "my_cross")
        await pilot.press("e")
        await until_shown(pilot, "my_cross.py has been read again.", "33 · a whole number of at least 2")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("no-such-editor -w", "There is no program 'no-such-editor', which EDITOR names"),
        ("vi '", "which is no command; mend its quotes"),
        ("true", "An editor needs a terminal"),
    ],
)
async def test_why_no_editor_opens_is_told(
    own: Home, monkeypatch: pytest.MonkeyPatch, named: str, told: str
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", named)
    async with make_app(own).run_test(size=(160, 40)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "my_cross")
        await pilot.press("e")
        await until_shown(pilot, told)


async def test_without_a_name_the_usual_editors_are_looked_for(
    own: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", " ")
    monkeypatch.setenv("PATH", str(tmp_path))
    async with make_app(own).run_test(size=(160, 40)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "my_cross")
        await pilot.press("e")
        await until_shown(pilot, "No editor is named: set EDITOR")
        (tmp_path / "vi").touch(mode=0o700)
        await pilot.press("e")
        await until_shown(pilot, "An editor needs a terminal")


# Checking


async def test_without_prices_a_check_says_where_they_come_from(own: Home) -> None:
    async with make_app(own).run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "sma_cross")
        await pilot.press("c")
        await until_shown(pilot, "There is no price history to check it on; 4 imports some.")


async def _ask_check(pilot: Pilot[int], name: str) -> None:
    await pilot.press("3")
    await go_to_strategy(pilot, name)
    await pilot.press("c")
    await until_shown(pilot, f"check {name} on ", "(Tab completes): EURUSD M15")


@pytest.mark.slow
async def test_a_check_that_finds_nothing_says_what_it_looked_at(stocked: Home) -> None:
    async with make_app(stocked).run_test(size=(120, 40)) as pilot:
        await _ask_check(pilot, "my_cross")
        await pilot.press(*["backspace"] * 3, *"D1", "enter")
        await until_shown(pilot, "Check of my_cross on EURUSD D1")
        await until_shown(pilot, "✓ nothing found", "Nothing was found:", within=CHECKING)
        await pilot.press("escape")
        await until_shown(pilot, "my_cross · own")


@pytest.mark.slow
async def test_a_strategy_that_looks_ahead_is_told_with_the_bar_and_how_to_mend_it(stocked: Home) -> None:
    write_strategies(stocked, peeking=True)
    async with make_app(stocked).run_test(size=(120, 40)) as pilot:
        await _ask_check(pilot, "my_cross")
        await pilot.press(*["backspace"] * 3, *"D1", "enter")
        await until_shown(pilot, "✗ look-ahead", "Use only rows up to the one that decides", within=CHECKING)


@pytest.mark.slow
@pytest.mark.parametrize("width", [60, 120])
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("EURUSD", "Name a symbol and a timeframe, such as EURUSD M15: EURUSD"),
        ("CHFJPY H1", "The library has no CHFJPY"),
        ("EURUSD M99", "There is no timeframe 'M99'; check on: EURUSD M99"),
        ("EURUSD M1", "; check on: EURUSD M1"),
    ],
)
async def test_the_question_for_a_market_stays_until_there_is_one(
    stocked: Home, typed: str, told: str, width: int
) -> None:
    async with make_app(stocked).run_test(size=(width, 40)) as pilot:
        await _ask_check(pilot, "my_cross")
        await pilot.press(*["backspace"] * 10, *typed, "enter")
        await until_shown(pilot, told, f": {typed}")
        await pilot.press("ctrl+u", *"e q 4")
        await until_shown(pilot, ": e q 4")
        assert isinstance(pilot.app.screen, StrategiesScreen)
        await pilot.press("escape")
        await until_shown(pilot, "Enter open")


async def test_a_check_shows_how_far_it_is_and_ends_with_its_page(
    stocked: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()

    def check(_home: Home, _connection: object, _request: object, told: Callable[..., None]) -> None:
        try:
            while True:
                told("look-ahead", 1_200, 4_000)
                time.sleep(0.01)
        finally:
            ended.set()

    monkeypatch.setattr("core.jobs.checking.check", check)
    async with make_app(stocked).run_test(size=(80, 24)) as pilot:
        await _ask_check(pilot, "my_cross")
        await pilot.press("enter")
        await until_shown(pilot, "look-ahead: 1,200 of 4,000", "Esc ends")
        await pilot.press("escape")
        await until_shown(pilot, "my_cross · own")
        await until(pilot, ended.is_set)


# Parameters that only running the file can tell

COMPUTED = AS_IT_WAS.replace("parameter(20, minimum=2)", "parameter(4 * FEW, minimum=FEW)").replace(
    "\n\n\nclass MyCross", "\n\nFEW = 1 + 2\n\n\nclass Computed"
)


async def test_parameters_that_are_no_plain_values_are_found_out_when_looked_at(own: Home) -> None:
    (own.strategies / "computed.py").write_text(COMPUTED)
    async with make_app(own).run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "computed")
        await until_shown(pilot, "12 · a whole number of at least 3", "50 · a whole number of at least 3")


async def test_an_error_stands_with_the_lines_of_the_file_around_it(own: Home) -> None:
    async with make_app(own).run_test(size=(120, 40)) as pilot:
        await pilot.press("3")
        await go_to_strategy(pilot, "broken")
        await until_shown(pilot, ">    4  class Broken(Strategy:", "     5      pass")


async def test_the_line_between_the_panes_says_how_many_strategies_are_below(own: Home) -> None:
    async with make_app(own).run_test(size=(80, 24)) as pilot:
        await pilot.press("3")
        await until_shown(pilot, " ▼ 3 more ─")
        await pilot.press("G")
        await until_shown(pilot, "my_cross · own")
        assert "▼ 3 more ─" not in screen_text(pilot.app)
