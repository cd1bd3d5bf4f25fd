"""What the terminal program imports, and when."""

import subprocess
import sys
from pathlib import Path

import pytest

from core.home import Home
from tui import late

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


LATE = """
import ast, asyncio, sys
from core.home import Home
from tui.app import BacktapeApp

def imported_in_functions(path):
    tree = ast.parse(open(path).read())
    for function in ast.walk(tree):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for node in ast.walk(function):
                if isinstance(node, ast.ImportFrom) and node.module.startswith("tui."):
                    yield node.module

async def main():
    app = BacktapeApp(Home.locate())
    async with app.run_test(size=(120, 40)) as pilot:
        while "tui.screens.import_preview" not in sys.modules:
            await pilot.pause(0.05)
        while any(worker.group == "late" for worker in app.workers):
            await pilot.pause(0.05)
    there = [module for name, module in list(sys.modules.items()) if name.startswith("tui.")]
    wanted = {name for module in there if module.__file__ for name in imported_in_functions(module.__file__)}
    # The command line is another process.
    missing = {name for name in wanted - sys.modules.keys() if not name.startswith("tui.commands.")}
    screens = {name for name in sys.modules if name.startswith("tui.screens.")}
    print(len(screens), len(wanted), sorted(missing), [name for name in {never!r} if name in sys.modules])

asyncio.run(main())
"""


def test_the_keys_wait_as_usual_once_all_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[float] = []
    monkeypatch.setattr(late, "import_module", lambda _: turns.append(sys.getswitchinterval()))
    usual = sys.getswitchinterval()
    late.import_late()
    assert sys.getswitchinterval() == usual
    assert len(turns) == len(late.LATE)
    assert max(turns) < usual


def test_all_that_may_be_opened_is_imported_before_an_update_can_put_other_files_there(filled: Home) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LATE.replace("{never!r}", repr(NEVER))],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    screens, wanted, told = done.stdout.strip().split(" ", 2) if done.stdout else ("0", "0", done.stderr)
    assert told == "[] []", done.stderr[-2000:]
    assert int(screens) >= len(list((ROOT / "tui/screens").glob("[a-z]*.py")))
    assert int(wanted) > 10
