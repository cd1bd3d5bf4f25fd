"""Whoever has opened a prompt is told what ends it."""

import pytest

from core.home import Home
from tests.shots.reading import screen_text
from tests.shots.stores import sourceless
from tests.tui.conftest import make_app, until_shown

_RUN = ("j", "j", "j", "enter", " Run 38 ·")
_CHART = (*_RUN, "greater_than_sign", "greater_than_sign", " 1 of 1,057")
_FORM = ("n", " New run")
_KEPT = (*_FORM, "ctrl+s", " as preset: ", "a", "enter", " Preset a is kept")


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (("slash", " filter: "), "Enter keeps  Esc leaves"),
        ((*_RUN, "N", " note on run 38: "), "Enter saves  Esc leaves"),
        ((*_RUN, "e", " Export run 38", "h", " into folder: "), "Enter exports  Esc leaves"),
        ((*_CHART, "g", " go to date (UTC): "), "Enter goes there  Esc leaves"),
        (("3", " atr_trend", "a", " name of the new strategy: "), "Enter adds  Esc leaves"),
        (("3", " atr_trend", "c", " (Tab completes): "), "Esc leaves"),
        (("4", " M15", "slash", " filter: "), "Enter keeps  Esc leaves"),
        (("4", " M15", "i", " import: "), "Enter reads  Esc leaves"),
        ((*_FORM, "ctrl+o", " None yet; "), "Enter goes on  Esc leaves"),
        ((*_FORM, "ctrl+s", " keep all values as preset: "), "Enter keeps  Esc leaves"),
        ((*_KEPT, "ctrl+o", " take preset "), "Enter takes  Esc leaves"),
        ((*_KEPT, "ctrl+t", " delete preset "), "Enter deletes  Esc leaves"),
    ],
)
async def test_a_prompt_says_what_enter_and_escape_do(home: Home, keys: tuple[str, ...], told: str) -> None:
    """A key that begins with a blank is none: it is a text to wait for before the next one."""
    sourceless(home)
    async with make_app(home).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        for key in keys:
            if key.startswith(" "):
                await until_shown(pilot, key[1:])
            else:
                await pilot.press(key)
        assert screen_text(pilot.app).splitlines()[-1].endswith(f"  {told}")


async def test_a_click_leaves_the_keys_to_what_is_typed(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        await pilot.press("slash", *"symbol:EUR")
        await pilot.click("#runs-table", offset=(20, 3))
        await pilot.press(*"USD")
        await until_shown(pilot, "filter: symbol:EURUSD")
        await pilot.press("enter", "j")
        await until_shown(pilot, "8 of 41 runs", "Enter open")
