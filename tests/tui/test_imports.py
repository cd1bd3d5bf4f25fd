"""What the terminal program imports, and when."""

import subprocess
import sys
from pathlib import Path

import pytest

from core.home import Home

ROOT = Path(__file__).resolve().parents[2]
NEVER = ("numba", "pandas", "pyarrow", "alembic", "openai")

WATCHER = """
import asyncio, sys
from core.home import Home
from tui.app import BacktapeApp
from textual.widget import Widget

at_first_paint = []

display = BacktapeApp._display

def watched(self, screen, renderable):
    if not at_first_paint and renderable is not None:
        at_first_paint.extend(sys.modules)
    display(self, screen, renderable)

BacktapeApp._display = watched

async def main():
    app = BacktapeApp(Home.locate())
    async with app.run_test(size=(120, 40)) as pilot:
        while not app.watch_runner.text:
            await pilot.pause(0.05)
        for key in {keys!r}:
            await pilot.press(key)
            await pilot.pause(0.4)
    early = [name for name in ("sqlalchemy", *{never!r}, "numpy", "pydantic") if name in at_first_paint]
    late = [name for name in {never!r} if name in sys.modules]
    print(bool(at_first_paint), early, late)

asyncio.run(main())
"""


@pytest.mark.parametrize(
    "keys",
    [
        [],
        ["enter", "greater_than_sign"],
        ["j", "j", "j", "enter", *["less_than_sign"] * 4],
        ["n"],
        ["3", "enter"],
        ["4"],
    ],
)
def test_nothing_heavy_is_imported_before_the_first_paint_and_some_things_never(
    filled: Home, keys: list[str]
) -> None:
    script = WATCHER.format(keys=keys, never=NEVER)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip() == "True [] []", done.stdout + done.stderr[-2000:]
