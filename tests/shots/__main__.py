"""Prints every screen as plain text, or writes them into a folder: `python -m tests.shots [FOLDER]`."""

import asyncio
import sys
import tempfile
from pathlib import Path

from core.home import Home
from tests.shots.scenes import SCENES, picture, prepare


def main() -> None:
    """Show every scene at every size."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    for scene in SCENES:
        with tempfile.TemporaryDirectory() as place:
            home = prepare(Home(Path(place) / "home"), scene)
            for size in scene.sizes:
                name = f"{scene.name}-{size[0]}x{size[1]}"
                text = asyncio.run(picture(scene, home, size))
                if folder is None:
                    print(f"=== {name} " + "=" * (size[0] - len(name) - 5) + f"\n{text}", flush=True)
                else:
                    (folder / f"{name}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
