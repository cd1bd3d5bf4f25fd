"""Every screen as text, compared with what was looked at and found good.

`BACKTAPE_UPDATE_SNAPSHOTS=1 pytest tests/tui/test_snapshots.py` writes them anew.
"""

import os
from pathlib import Path

import pytest

from core.home import Home
from tests.shots.scenes import SCENES, Scene, picture, prepare

FOLDER = Path(__file__).parent / "snapshots"


def name_of(scene: Scene, size: tuple[int, int]) -> str:
    return f"{scene.name}-{size[0]}x{size[1]}"


PICTURES = [(scene, size) for scene in SCENES for size in scene.sizes]
# Of the others only the small picture is taken every time: it is the one that is hard to fit.
LARGE_EVERY_TIME = {"runs", "detail", "new-run", "compare", "strategies", "data", "detail-chart"}


def marks_of(scene: Scene, size: tuple[int, int]) -> list[pytest.MarkDecorator]:
    every_time = size == min(scene.sizes) or scene.name in LARGE_EVERY_TIME
    return [] if every_time else [pytest.mark.slow]


@pytest.mark.parametrize(
    ("scene", "size"),
    [pytest.param(*one, id=name_of(*one), marks=marks_of(*one)) for one in PICTURES],
)
async def test_a_screen_looks_as_it_did(scene: Scene, size: tuple[int, int], home: Home) -> None:
    path = FOLDER / f"{name_of(scene, size)}.txt"
    shown = await picture(scene, prepare(home, scene), size)
    if os.environ.get("BACKTAPE_UPDATE_SNAPSHOTS"):
        FOLDER.mkdir(exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


def test_no_snapshot_is_left_over() -> None:
    wanted = {f"{name_of(scene, size)}.txt" for scene, size in PICTURES}
    assert {path.name for path in FOLDER.iterdir()} == wanted
