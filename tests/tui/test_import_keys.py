"""The keys of the import form: what acts elsewhere acts there where no text takes it, and help is true."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.home import Home
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.price_files import at_once, write_csv
from tui.imports.page import ImportPage
from tui.screens.import_preview import ImportPreviewScreen
from tui.widgets.choice import Choice

__all__ = ["at_once"]

TO_CHOICE, TO_PAGE = ["tab"] * 4, ["tab"] * 5


async def _look_at(pilot: Pilot[int], folder: Path, *keys: str) -> None:
    write_csv(folder, "EURUSD.csv")
    await pilot.press("4")
    await until_shown(pilot, "The data library is empty.")
    await pilot.press("i", "ctrl+u", *"EURUSD.csv", "enter")
    await until_shown(pilot, "not imported yet")
    await pilot.press(*keys)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("question_mark", "Keys of Import"),
        ("colon", "Enter does it, Up and Down choose"),
        ("1", "There are no runs yet."),
        ("3", "what it does"),
        ("n", "There is no price history yet."),
        ("q", "The data library is empty."),
    ],
)
async def test_keys_that_act_everywhere_act_on_the_page_of_a_file(
    empty: Home, at_once: Path, key: str, shown: str
) -> None:
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await _look_at(pilot, at_once, *TO_PAGE)
        assert isinstance(pilot.app.focused, ImportPage)
        await pilot.press(key)
        await until_shown(pilot, shown)
        assert not isinstance(pilot.app.screen, ImportPreviewScreen)


async def test_signs_that_begin_no_value_act_in_a_field_with_values_too(empty: Home, at_once: Path) -> None:
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await _look_at(pilot, at_once, *TO_CHOICE)
        assert isinstance(pilot.app.focused, Choice)
        await pilot.press("question_mark")
        screen = await until_shown(pilot, "Keys of Import", "the next value")
        assert "make a run each" not in screen
        assert "mark all values" not in screen


@pytest.mark.slow
@pytest.mark.parametrize("keys", [TO_CHOICE, TO_PAGE], ids=["values", "page"])
async def test_a_key_that_marks_says_where_it_does_and_not_that_it_does_here(
    empty: Home, at_once: Path, keys: list[str]
) -> None:
    async with make_app(empty).run_test(size=(160, 40)) as pilot:
        await _look_at(pilot, at_once, *keys)
        await pilot.press("asterisk")
        await until_shown(pilot, "* acts in Runs (mark all), symbol and timeframe of New run (mark all).")
        await pilot.press("space")
        await until_shown(pilot, "space acts in Runs (mark), ", "symbol and timeframe of New run (mark)")
        assert "fields with values" not in screen_text(pilot.app)


@pytest.mark.slow
async def test_down_and_up_lead_over_the_page_to_the_fields_on_its_other_side(
    empty: Home, at_once: Path
) -> None:
    async with make_app(empty).run_test(size=(80, 18)) as pilot:
        await _look_at(pilot, at_once, *TO_PAGE)
        page = pilot.app.screen.query_one(ImportPage)
        await until(pilot, lambda: page.max_scroll_y > 0)
        lines = page.max_scroll_y
        await pilot.press(*["down"] * lines)
        assert (pilot.app.focused, page.scroll_offset.y) == (page, lines)
        await pilot.press("down")
        fields = pilot.app.screen.query(".field-symbol")
        assert fields.first().has_focus_within
        await pilot.press("up", "g", "up")
        assert isinstance(pilot.app.focused, Choice)
