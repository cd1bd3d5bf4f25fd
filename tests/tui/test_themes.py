"""The looks of the screens: contrast, choosing, what is remembered."""

import json

import pytest
from textual.theme import Theme

from core.errors import BacktapeError
from core.home import Home
from core.themes import THEMES as CONFIGURABLE
from tests.shots.reading import styles_of
from tests.tui.conftest import make_app, until, until_shown
from tui.app import BacktapeApp
from tui.themes import THEMES, first_theme, kept_theme

OURS = [theme for theme in THEMES.values() if not theme.ansi]


def luminance(color: str) -> float:
    """Relative luminance of #rrggbb, as WCAG 2 defines it."""
    red, green, blue = (_linear(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, as WCAG 2 defines it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_of_contrast_is_right() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", OURS, ids=lambda theme: theme.name)
def test_every_text_of_a_theme_is_told_from_its_ground(theme: Theme) -> None:
    colors = theme.to_color_system().generate() | theme.variables
    least = 7.0 if theme.name == "high-contrast" else 4.5
    for name in ("foreground", "primary", "success", "error", "warning", "dim-color"):
        assert contrast(colors[name], colors["background"]) >= least, name
    selected = contrast(colors["input-selection-foreground"], colors["input-selection-background"])
    assert selected >= least


@pytest.mark.parametrize("theme", OURS, ids=lambda theme: theme.name)
async def test_whatever_is_drawn_has_that_contrast(theme: Theme, filled: Home) -> None:
    app = BacktapeApp(filled, theme=theme.name)
    async with app.run_test(size=(120, 40)) as pilot:
        least = 7.0 if theme.name == "high-contrast" else 4.5
        for key, shown in (("j", "net profit"), ("n", "New run"), ("escape", "net profit"), ("?", "Keys of")):
            await pilot.press(key)
            await until_shown(pilot, shown)
            drawn = styles_of(app)
            assert len(drawn) > 1
            assert [pair for pair in drawn if contrast(*pair) < least] == []


def test_the_settings_may_name_every_theme_there_is() -> None:
    assert tuple(THEMES) == CONFIGURABLE


@pytest.mark.parametrize(
    ("configured", "kept", "first"),
    [
        (None, {}, "ansi"),
        ("light", {}, "light"),
        ("light", kept_theme("dark", "light"), "dark"),
        (None, kept_theme("dark", None), "dark"),
        ("light", kept_theme("dark", None), "light"),
        (None, {"name": "gone", "configured": None}, "ansi"),
        (None, {"name": 7}, "ansi"),
    ],
)
def test_the_last_choice_counts(configured: str | None, kept: dict[str, object], first: str) -> None:
    assert first_theme(configured, kept) == first  # type: ignore[arg-type]


async def test_a_theme_is_changed_while_the_screens_are_open_and_comes_back_at_the_next_start(
    filled: Home,
) -> None:
    app = make_app(filled)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        assert all(color[0] != "#" for pair in styles_of(app) for color in pair)
        await pilot.press("colon", *"theme light", "enter")
        await until(pilot, lambda: ("#24272e", "#fbfaf7") in styles_of(app))
        await until(pilot, lambda: all(ground == "#fbfaf7" for _, ground in styles_of(app)))
        await pilot.press("colon", *"theme ansi", "enter")
        await until(pilot, lambda: all(color[0] != "#" for pair in styles_of(app) for color in pair))
        await pilot.press("colon", *"theme dark", "enter")
        await until(pilot, lambda: app.theme == "dark")
    assert json.loads(filled.screens.read_text())["theme"]["name"] == "dark"
    assert make_app(filled).theme == "dark"
    assert BacktapeApp(filled, theme="light").theme == "light"


def test_the_settings_choose_a_theme(home: Home) -> None:
    home.config.write_text('[screen]\ntheme = "high-contrast"\n')
    assert BacktapeApp(home).theme == "high-contrast"


async def test_a_mistake_in_the_settings_is_told_and_leaves_the_usual_theme(filled: Home) -> None:
    filled.config.write_text('[screen]\ntheme = "blue"\n')
    app = make_app(filled)
    async with app.run_test(size=(200, 24)) as pilot:
        assert app.theme == "ansi"
        await until_shown(
            pilot, "screen.theme must be one of ansi, dark, light, high-contrast, not 'blue'.", "41 runs"
        )


def test_the_sections_of_the_settings_are_known(home: Home) -> None:
    from core.config import read_config

    home.config.write_text('[screen]\ncolour = "blue"\n')
    with pytest.raises(BacktapeError, match="there is theme"):
        read_config(home)


@pytest.mark.parametrize("theme", THEMES)
async def test_without_colours_none_is_drawn_and_lesser_text_stays_lesser(
    theme: str, filled: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = BacktapeApp(filled, theme=theme)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs")
        assert styles_of(app) == {("default", "default")}
        strips = app.screen._compositor.render_strips()
        drawn = [segment for strip in strips for segment in strip]
        lesser = {segment.text.strip() for segment in drawn if segment.style and segment.style.dim}
        assert "41 runs" in lesser
