"""Every screen as text, compared with what was looked at and found good.

`BACKTAPE_UPDATE_SNAPSHOTS=1 pytest tests/tui/test_snapshots.py` writes them anew.
"""

import os
from pathlib import Path

import pytest

from core.home import Home
from tests.shots.scenes import SCENES, SIZES, Scene, picture, prepare

FOLDER = Path(__file__).parent / "snapshots"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_a_screen_looks_as_it_did(scene: Scene, size: tuple[int, int], home: Home) -> None:
    path = FOLDER / f"{scene.name}-{size[0]}x{size[1]}.txt"
    shown = await picture(scene, prepare(home, scene), size)
    if os.environ.get("BACKTAPE_UPDATE_SNAPSHOTS"):
        FOLDER.mkdir(exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


def test_no_snapshot_is_left_over() -> None:
    wanted = {f"{scene.name}-{width}x{height}.txt" for scene in SCENES for width, height in SIZES}
    assert {path.name for path in FOLDER.iterdir()} == wanted
