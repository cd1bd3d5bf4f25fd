"""Keys typed faster than they are handled act in the order in which they were typed."""

from contextlib import closing

import pytest
from textual import events
from textual.pilot import Pilot

from core.home import Home
from db import runs
from db.connection import connect
from tests.shots.filling import fill_data
from tests.tui.conftest import make_app, until, until_shown
from tui.screens.detail import DetailScreen
from tui.screens.new_run import NewRunScreen
from tui.screens.runs import RunsScreen
from tui.widgets.fields import Field, TextField


@pytest.fixture
def stocked(filled: Home) -> Home:
    """The store with its runs, and data to make others on."""
    with closing(connect(filled.store)) as connection:
        fill_data(filled, connection)
    return filled


def type_at_once(pilot: Pilot[int], *keys: str) -> None:
    """Type keys without waiting for what they do, as a slow line delivers them."""
    for key in keys:
        pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))


async def _open_form(pilot: Pilot[int]) -> None:
    await pilot.press("n")
    await until(
        pilot, lambda: isinstance(pilot.app.screen, NewRunScreen) and bool(pilot.app.screen.query(Field))
    )
    await until_shown(pilot, "Enter starts the run")


def _text(pilot: Pilot[int], name: str) -> str:
    editor = pilot.app.screen.query_one(f".field-{name}", Field).editor
    assert isinstance(editor, TextField)
    return editor.value


async def test_what_is_typed_after_a_backspace_is_not_deleted_by_it(stocked: Home) -> None:
    async with make_app(stocked).run_test(size=(120, 40)) as pilot:
        await _open_form(pilot)
        pilot.app.screen.query_one(".field-initial_balance", Field).editor.focus()
        await pilot.pause()
        type_at_once(pilot, "end", *["backspace"] * 10, *"0.001", "backspace", "2")
        await until(pilot, lambda: _text(pilot, "initial_balance") == "0.002")


async def test_what_is_typed_after_tab_stands_in_the_next_field(stocked: Home) -> None:
    async with make_app(stocked).run_test(size=(120, 40)) as pilot:
        await _open_form(pilot)
        pilot.app.screen.query_one(".field-spread", Field).editor.focus()
        await pilot.pause()
        type_at_once(pilot, *"25", "tab", *"7", "tab", *"500")
        await until(pilot, lambda: _text(pilot, "initial_balance") == "500")
        assert (_text(pilot, "spread"), _text(pilot, "commission_per_lot")) == ("25", "7")


async def test_what_is_typed_after_the_key_of_the_filter_does_not_act_on_the_list(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        type_at_once(pilot, "slash", *"rxd", "backspace", "enter", "j")
        await until_shown(pilot, "/ rx", "0 of 41 runs")


async def test_a_key_that_nobody_takes_does_not_hold_up_the_others(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        type_at_once(pilot, "ctrl+y", "n", "escape", "ctrl+y", "question_mark")
        await until_shown(pilot, "Keys of Runs")


async def test_a_question_that_opens_before_its_tab_is_there_hears_the_keys(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        type_at_once(pilot, "j", "j", "j", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, DetailScreen) and pilot.app.screen.is_read)
        type_at_once(pilot, "N", *"seen", "enter", "greater_than_sign")
        await until_shown(pilot, "entered", "why")
        await until(pilot, lambda: _notes(stored_in=filled) == ["seen"])


async def test_what_is_pasted_keeps_its_place_among_the_keys(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        type_at_once(pilot, "N", "a")
        pilot.app.post_message(events.Paste("b\x1b[31mc\nd"))
        type_at_once(pilot, "e", "enter")
        await until(pilot, lambda: _notes(stored_in=filled) == ["ab\ufffd[31mc de"])


def _notes(stored_in: Home) -> list[str]:
    with closing(connect(stored_in.store)) as connection:
        found = [runs.get(connection, run_id) for run_id in runs.ids(connection)]
    return [run.notes for run in found if run is not None and run.notes]


# Typed ahead


async def test_what_is_typed_before_the_first_rows_acts_on_them(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        type_at_once(pilot, *"jjj", "space", "enter")
        await until_shown(pilot, "Run 37 · ")


async def test_what_is_typed_before_the_form_is_there_fills_it_in(stocked: Home) -> None:
    async with make_app(stocked).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        type_at_once(pilot, "n", *"sma", "tab", *"33", "tab", *"77")
        await until_shown(pilot, "fast                  33", "slow                  77")


async def test_what_is_typed_before_a_run_or_the_strategies_are_read_acts_on_them(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        type_at_once(pilot, *"jjj", "enter", "greater_than_sign", "S")
        await until_shown(pilot, "Run 38 · ", "1057  sell")
        type_at_once(pilot, "3", "G", "enter")
        await until_shown(pilot, "class SmaCross(Strategy)")


async def test_a_key_that_leads_away_never_waits(stocked: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NewRunScreen, "is_read", False)
    async with make_app(stocked).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        type_at_once(pilot, "n", "escape", "question_mark")
        await until_shown(pilot, "Keys of Runs")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["back", "quit", "leave", "suspend", "help"])
async def test_nor_does_one_that_the_key_map_gave_it(
    stocked: Home, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    stocked.keymap.write_text(f'{name} = "F5"\n')
    monkeypatch.setattr("tui.keys.typed.AHEAD_SECONDS", 600.0)
    monkeypatch.setattr(NewRunScreen, "is_read", False)
    acted: list[str] = []
    monkeypatch.setattr(NewRunScreen, "act", lambda _, name: acted.append(name))
    async with make_app(stocked).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        type_at_once(pilot, "n", "f5")
        await until(pilot, lambda: acted == [name])


async def test_a_key_that_led_away_before_the_key_map_waits_as_others_do(
    stocked: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    stocked.keymap.write_text('back = "F5"\nclone = "Esc"\n')
    monkeypatch.setattr("tui.keys.typed.AHEAD_SECONDS", 600.0)
    monkeypatch.setattr(NewRunScreen, "is_read", False)
    said: list[str] = []
    monkeypatch.setattr(NewRunScreen, "say_of_idle_key", lambda _, key: said.append(key))
    async with make_app(stocked).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        type_at_once(pilot, "n", "escape")
        await pilot.pause(0.3)
        assert said == []
        monkeypatch.setattr(NewRunScreen, "is_read", True)
        await until(pilot, lambda: said == ["escape"])


async def test_nobody_waits_for_ever_for_what_is_never_there(
    stocked: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.keys.typed.AHEAD_SECONDS", 0.05)
    monkeypatch.setattr(RunsScreen, "is_read", False)
    async with make_app(stocked).run_test(size=(120, 40)) as pilot:
        type_at_once(pilot, "colon", *"keys")
        await until_shown(pilot, "What to do, or where to go", "the keys of this screen")


async def test_a_key_without_a_meaning_may_come_before_a_screen_is_put_together(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        screen = DetailScreen(1)
        pilot.app.push_screen(screen)
        assert not screen.children
        screen.say_of_idle_key("f8")
        screen.act("suspend")
        await until_shown(pilot, "Run 1 · ")
        assert pilot.app.is_running
