"""Terminals without Unicode: every glyph of ours has a form in ASCII."""

from collections.abc import Callable
from dataclasses import replace

import pytest

import tui.terminal.plain
from core.home import Home
from tests.shots.picture import Scene, picture
from tests.shots.scenes import SCENES
from tui.terminal.plain import plain, unknown

# One of each kind of drawing; the others take too long for every day.
QUICK = {"runs", "detail", "new-run"}
UNICODE = [
    pytest.param(scene, marks=[] if scene.name in QUICK else [pytest.mark.slow])
    for scene in SCENES
    if not scene.ascii_only
]


@pytest.fixture
def unknown_glyphs(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What was drawn so far and has no form in ASCII."""
    found: set[str] = set()
    real: Callable[[str], str] = plain

    def watched(text: str) -> str:
        found.update(unknown(text))
        return real(text)

    monkeypatch.setattr(tui.terminal.plain, "plain", watched)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("scene", UNICODE, ids=lambda scene: scene.name)
async def test_every_glyph_of_a_screen_has_a_form_in_ascii(
    scene: Scene, home: Home, unknown_glyphs: set[str]
) -> None:
    scene.store(home)
    shown = await picture(replace(scene, ascii_only=True), home, min(scene.sizes))
    assert shown.isascii()
    assert unknown_glyphs == set()


def test_text_of_the_user_keeps_its_width() -> None:
    assert plain("Größe 東京 ✓") == "Gr??e ???? +"
    assert unknown("Größe ✓") == {"ö", "ß"}
