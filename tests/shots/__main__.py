"""Prints every screen as text, or writes them into a folder: `python -m tests.shots [FOLDER [NAME...]]`."""

import asyncio
import sys
import tempfile
from pathlib import Path

from core.home import Home
from tests.shots.picture import Scene, Size, picture
from tests.shots.scenes import SCENES


def main() -> None:
    """Show every scene at every size, or those that are named."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    named = set(sys.argv[2:])
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    for scene in SCENES:
        for size in scene.sizes:
            if not named or named & {scene.name, scene.named(size)}:
                _show(scene, size, folder)


def _show(scene: Scene, size: Size, folder: Path | None) -> None:
    name = scene.named(size)
    with tempfile.TemporaryDirectory() as place:
        home = Home(Path(place) / "home").create()
        scene.store(home)
        text = asyncio.run(picture(scene, home, size))
    if folder is None:
        print(f"=== {name} " + "=" * (size[0] - len(name) - 5) + f"\n{text}", flush=True)
    else:
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
