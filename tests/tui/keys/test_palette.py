"""The palette: what words mean, and that what is chosen is done."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from core.home import Home
from tests.shots.filling import CANCELLED, COMPLETED
from tests.shots.reading import look_of, screen_text
from tests.tui.conftest import make_app, open_run, until, until_shown
from tui.app import BacktapeApp
from tui.keys.palette import Entry, matching
from tui.screens.data import DataScreen
from tui.screens.detail import DetailScreen
from tui.screens.new_run import NewRunScreen
from tui.screens.palette import PaletteScreen
from tui.screens.runs import RunsScreen


def entry(label: str, text: str, why_not: str = "") -> Entry:
    return Entry(label, text, lambda: None, why_not=why_not)


ENTRIES = [
    entry("cancel", "cancel runs under way", "Nothing is under way."),
    entry("repeat", "make the run again, as it was"),
    entry("reverse", "reverse the order"),
    entry("run", "open a run"),
    entry("copy", "copy the report, sent to the terminal"),
]


@pytest.mark.parametrize(
    ("typed", "labels"),
    [
        ("", ["cancel", "repeat", "reverse", "run", "copy"]),
        ("rep", ["repeat", "copy"]),
        ("again make", ["repeat"]),
        ("MAKE", ["repeat"]),
        ("run", ["run", "repeat", "cancel"]),
        ("run way", ["cancel"]),
        ("ort", ["copy"]),
        ("nothing", []),
        ("run xyz", []),
    ],
)
def test_words_in_any_order_narrow_and_the_best_comes_first(typed: str, labels: Sequence[str]) -> None:
    assert [one.label for one in matching(ENTRIES, typed)] == labels


def chosen(pilot: Pilot[int]) -> str:
    """Return the line that is chosen, if it is in sight."""
    return next((line for line in screen_text(pilot.app).splitlines() if line.startswith("> ")), "")


async def opened(pilot: Pilot[int], *keys: str) -> BacktapeApp:
    app = pilot.app
    assert isinstance(app, BacktapeApp)
    await until_shown(pilot, "41 runs", "1 waiting")
    await pilot.press(*keys, "colon")
    await until(pilot, lambda: isinstance(app.screen, PaletteScreen))
    return app


async def test_it_lists_actions_with_their_keys_and_why_one_cannot_act(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 50)) as pilot:
        app = await opened(pilot)
        shown = screen_text(app)
        assert "r               make the run again, as it was" in shown
        assert "V               mark from the last mark to here · Mark one end of the range" in shown
        assert "theme dark" in shown
        assert "4               the data library" in shown


async def test_what_is_chosen_is_done_on_the_screen_below(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        app = await opened(pilot, "j")
        await pilot.press(*"mark every", "enter")
        home = app.screen_stack[0]
        assert isinstance(home, RunsScreen)
        await until(pilot, lambda: app.screen is home)
        await until(pilot, lambda: len(home.table.marks) == 41)
        assert home.focused is home.table


async def test_what_is_typed_faster_than_the_page_opens_is_taken(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        app = pilot.app
        await until_shown(pilot, "41 runs", "1 waiting")
        for key in ["colon", *"mark every", "enter"]:
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        home = app.screen_stack[0]
        assert isinstance(home, RunsScreen)
        await until(pilot, lambda: len(home.table.marks) == 41)


async def test_what_cannot_be_done_says_why_there(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press(*"last mark", "enter")
        await until_shown(pilot, "Mark one end of the range with space first.", "41 runs")


@pytest.mark.slow
async def test_the_list_below_is_moved_too(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        app = await opened(pilot)
        await pilot.press(*"last row", "enter")
        home = app.screen_stack[0]
        assert isinstance(home, RunsScreen)
        await until(pilot, lambda: home.table.cursor_id == 1)


@pytest.mark.slow
async def test_it_leads_to_the_tabs_of_a_run(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        app = pilot.app
        await until_shown(pilot, "41 runs", "1 waiting")
        await pilot.press("j", "j", "j", "enter")
        await until_shown(pilot, "drawdown %")
        await pilot.press("colon", *"tab trades", "enter")
        await until_shown(pilot, "2020-01-28 06:45")
        assert isinstance(app.screen, DetailScreen)


async def test_escape_leaves_and_does_nothing(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        app = await opened(pilot)
        await pilot.press(*"delete", "escape")
        await until(pilot, lambda: isinstance(app.screen, RunsScreen))
        assert "Delete" not in screen_text(app)


@pytest.mark.slow
async def test_the_arrows_choose_and_keep_the_choice_in_sight(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        app = await opened(pilot)
        await pilot.press(*["pagedown"] * 6)
        await until(pilot, lambda: "on Chart of a run" in chosen(pilot))
        await pilot.press(*["pageup"] * 6, "down", "down", "up")
        await until(pilot, lambda: "only rows with" in chosen(pilot))
        await pilot.press(*"theme", *["pagedown"] * 2, "up", "down")
        await until(pilot, lambda: "theme high-contrast" in chosen(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: app.theme == "high-contrast")
        assert isinstance(app.screen, RunsScreen)


async def test_a_number_goes_to_the_run(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        app = await opened(pilot)
        await pilot.press(*str(CANCELLED))
        await until_shown(pilot, f"> run {CANCELLED} ", "cancelled")
        await pilot.press("enter")
        await until_shown(pilot, f"Run {CANCELLED} ·", "Overview")
        assert isinstance(app.screen, DetailScreen)
        assert len(app.screen_stack) == 2


async def test_words_find_runs_at_most_twenty_and_newest_first(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 40)) as pilot:
        app = await opened(pilot)
        await pilot.press(*"sma gbp")
        await until_shown(pilot, "run 36 ", "run 6 ")
        assert "donchian" not in screen_text(app)
        await pilot.press(*["backspace"] * 7, *"2020")
        assert "run " not in screen_text(app)


async def test_runs_that_come_late_are_dropped(filled: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        app = await opened(pilot)
        palette = app.screen
        assert isinstance(palette, PaletteScreen)
        held, answered, read = asyncio.Event(), asyncio.Event(), app.link.read

        async def late(function: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any query
            rows = await read(function, *args, **kwargs)
            await held.wait()
            answered.set()
            return rows

        with monkeypatch.context() as patched:
            patched.setattr(app.link, "read", late)
            asked = asyncio.ensure_future(palette._find_runs("sma"))
            await asyncio.sleep(0)
        await pilot.press(*"xyz")
        held.set()
        await asked
        assert answered.is_set()
        await until_shown(pilot, "Nothing is called so.")


@pytest.mark.slow
async def test_it_leads_out_of_a_form_where_letters_are_text(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 30)) as pilot:
        app = pilot.app
        await until_shown(pilot, "41 runs", "1 waiting")
        await pilot.press("n")
        await until_shown(pilot, "New run")
        assert isinstance(app.screen, NewRunScreen)
        await pilot.press("ctrl+p")
        await until_shown(pilot, "What to do, or where to go", "F1              the keys of this screen")
        await pilot.press(*"data lib", "enter")
        await until_shown(pilot, "The data library is empty.")
        assert [type(screen) for screen in app.screen_stack] == [RunsScreen, DataScreen]


async def test_an_open_prompt_keeps_its_keys(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        await pilot.press("slash", *"sma:", "ctrl+p", *"x")
        await until_shown(pilot, "filter: sma:x")


async def test_a_run_is_found_by_what_it_is_called_there(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("colon", *"run 5")
        await until_shown(pilot, "> run 5 ")
        await pilot.press("enter")
        await until_shown(pilot, "Run 5 ·")


@pytest.mark.slow
async def test_what_is_done_on_another_screen_is_found_and_led_to(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("j", "j", "j", "enter", "colon", *"lay side")
        await until_shown(pilot, "lay the marked runs side by side, on Runs")
        await pilot.press("enter")
        await until_shown(pilot, " 41 runs", "c here: lay the marked runs side by side.")
        await pilot.press("colon", *"sees what")
        await until_shown(pilot, "look whether the strategy sees what it cannot know, on Strategies")
        await pilot.press("enter")
        await until_shown(pilot, "c here: look whether the strategy sees what it cannot know.", "sma_cross")


@pytest.mark.parametrize("typed", ["13", "run 13"])
async def test_a_number_and_enter_typed_at_once_open_the_run(filled: Home, typed: str) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        for key in ["colon", *typed, "enter"]:
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until_shown(pilot, "Run 13 · ")


async def test_words_that_mean_nothing_keep_the_palette_open_at_enter(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        app = await opened(pilot)
        await pilot.press(*"999", "enter")
        await until_shown(pilot, "Nothing is called so.")
        await pilot.pause(0.3)
        assert isinstance(app.screen, PaletteScreen)


@pytest.mark.parametrize(
    ("typed", "found"), [("zoom in", "fewer bars, larger, on Chart"), ("help", "the keys of this screen")]
)
async def test_what_is_done_on_another_tab_is_found_by_what_the_footer_or_the_key_map_call_it(
    filled: Home, typed: str, found: str
) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press(*(" ".join(typed).replace("   ", " space ").split()))
        await until_shown(pilot, found)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("larger", "+ =             fewer bars, larger, on Chart"),
        ("cursor", "Enter           open the row under the cursor, on Trades"),
        ("lay side", "c               lay the marked runs side by side, on Runs"),
    ],
)
async def test_what_is_done_elsewhere_has_its_key_as_well(filled: Home, typed: str, found: str) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await open_run(pilot, COMPLETED)
        await pilot.press("colon", *typed)
        await until_shown(pilot, found)


async def test_keys_that_act_here_have_another_colour_than_those_that_act_elsewhere(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(80, 24)) as pilot:
        app.theme = "dark"
        await open_run(pilot, COMPLETED)
        await pilot.press("colon", *"all", "space", "r")
        lines = (await until_shown(pilot, "  3    ", "  *    ")).splitlines()
        cells = look_of(app).cells
        assert {line[2]: cells[at][2] for at, line in enumerate(lines) if line[2:3] in {"3", "*"}} == {
            "3": "accent",
            "*": "lesser",
        }


@pytest.mark.slow
async def test_what_is_done_on_a_tab_leads_to_it_from_its_run_and_is_named_elsewhere(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press(*"fewer", "enter")
        await until_shown(pilot, "+ acts on Chart of a run: fewer bars, larger.")
        await pilot.press("colon", *"run", "space", *str(COMPLETED), "enter")
        await until_shown(pilot, f"Run {COMPLETED} · ", "profit factor")
        await pilot.press("colon", *"fewer", "enter")
        await until_shown(pilot, "+ here: fewer bars, larger.")


async def test_the_keys_of_the_key_map_leave_the_palette_and_esc_does_whatever_it_says(filled: Home) -> None:
    filled.keymap.write_text('palette = "F6 :"\nback = "F5"\n')
    app = make_app(filled)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs")
        for key in ("f6", "f5", "escape"):
            await pilot.press("f6")
            await until(pilot, lambda: isinstance(app.screen, PaletteScreen))
            await pilot.press("ctrl+p", "colon")
            await until_shown(pilot, "What to do, or where to go\n:\n")
            await pilot.press(key)
            await until(pilot, lambda: isinstance(app.screen, RunsScreen))
