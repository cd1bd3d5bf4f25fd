"""The prompt for an import goes on from the folder of the last one."""

import json
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.home import Home
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.price_files import at_once, write_csv
from tui.app import BacktapeApp
from tui.memory import JSON
from tui.places import folder_of

__all__ = ["at_once"]


@pytest.fixture
def prices(at_once: Path) -> Path:
    """A folder of two price files."""
    folder = at_once / "prices"
    folder.mkdir()
    for symbol in ("EURUSD", "GBPUSD"):
        write_csv(folder, f"{symbol}.csv", 20)
    return folder


def _remember(home: Home, folder: object) -> None:
    home.screens.write_text(json.dumps({"screen": {"name": "data"}, "import": {"folder": folder}}))


async def _ask(app: BacktapeApp, pilot: Pilot[int]) -> None:
    """Open the prompt of an empty library."""
    await until_shown(pilot, "The data library is empty.")
    await pilot.press("i")
    await until_shown(pilot, "\nimport: ")
    await until(pilot, lambda: app.screen.query_one("#bottom").has_focus)


def _asked(app: BacktapeApp) -> str:
    """Return what stands in the prompt."""
    last = screen_text(app).splitlines()[-1]
    return last.removeprefix("import: ").removesuffix("Enter reads  Esc leaves").rstrip()


async def test_the_folder_of_the_last_import_is_gone_on_from_at_once_and_at_the_next_start(
    empty: Home, prices: Path
) -> None:
    app = make_app(empty)
    async with app.run_test(size=(200, 40)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty.")
        await pilot.press("i", *"prices/EURUSD.csv", "enter")
        await until_shown(pilot, "EURUSD M1, not imported yet")
        await pilot.press("enter")
        await until_shown(pilot, "EURUSD M1: 20 bars")
        await pilot.press("i")
        await until(pilot, lambda: _asked(app) == f"{prices}/")
        await pilot.press("escape", "ctrl+q")
    app = make_app(empty)
    async with app.run_test(size=(200, 40)) as pilot:
        await until_shown(pilot, "EURUSD M1 · 20 bars")
        await pilot.press("i")
        await until_shown(pilot, "The folder imported from last", f"\nimport: {prices}/ ")
        await pilot.press("tab")
        await until_shown(pilot, "EURUSD.csv  GBPUSD.csv\n")
        await pilot.press("G", "tab", "enter")
        await until_shown(pilot, "Import · GBPUSD.csv", "GBPUSD M1, not imported yet")


async def test_a_file_that_was_not_imported_leaves_the_folder_as_it_was(empty: Home, prices: Path) -> None:
    _remember(empty, "~/before")
    app = make_app(empty)
    async with app.run_test(size=(200, 40)) as pilot:
        await _ask(app, pilot)
        await pilot.press("ctrl+u", *"prices", "enter")
        await until_shown(pilot, "Import 1 of 2")
        await pilot.press("escape")
        await until_shown(pilot, "Nothing was imported.")
        await pilot.press("ctrl+q")
    assert json.loads(empty.screens.read_text())["import"] == {"folder": "~/before"}


@pytest.mark.slow
@pytest.mark.parametrize("begin", ["/", "~"])
async def test_a_whole_path_typed_behind_the_folder_stands_alone(
    empty: Home, prices: Path, monkeypatch: pytest.MonkeyPatch, begin: str
) -> None:
    monkeypatch.setenv("HOME", str(prices.parent))
    _remember(empty, "/somewhere/else/")
    app = make_app(empty)
    async with app.run_test(size=(200, 40)) as pilot:
        await _ask(app, pilot)
        assert _asked(app) == "/somewhere/else/"
        path = f"{prices}/EURUSD.csv" if begin == "/" else "~/prices/EURUSD.csv"
        await pilot.press(*path)
        await until(pilot, lambda: _asked(app) == path)
        await pilot.press("enter")
        await until_shown(pilot, "Import · EURUSD.csv")


async def test_the_folder_can_be_emptied_or_left_and_is_offered_again(empty: Home, at_once: Path) -> None:
    write_csv(at_once, "EURUSD.csv", 20)
    _remember(empty, "/somewhere/else/")
    app = make_app(empty)
    async with app.run_test(size=(120, 40)) as pilot:
        await _ask(app, pilot)
        await pilot.press("escape")
        await _ask(app, pilot)
        await pilot.press("x")
        await until(pilot, lambda: _asked(app) == "/somewhere/else/x")
        await pilot.press("backspace", "escape")
        await _ask(app, pilot)
        await pilot.press("ctrl+u", "escape")
        await _ask(app, pilot)
        assert _asked(app) == "/somewhere/else/"
        await pilot.press("ctrl+u", *"EURUSD.csv", "enter")
        await until_shown(pilot, "Import · EURUSD.csv")


@pytest.mark.parametrize(
    ("kept", "offered"),
    [
        ("/prices/", "/prices/"),
        ("~/prices", "~/prices/"),
        ("/", "/"),
        ("prices", ""),
        ("", ""),
        ("/a\x1b[2Jb/", ""),
        ("/a\nb/", ""),
        ("/\u202eb/", ""),
        (f"/{'a' * 1_000}", ""),
        (["/prices"], ""),
        (7, ""),
        (None, ""),
    ],
)
def test_only_what_can_be_a_folder_is_offered(kept: JSON, offered: str) -> None:
    assert folder_of(kept) == offered


async def test_a_folder_that_was_tampered_with_never_reaches_the_screen(empty: Home) -> None:
    _remember(empty, "/tmp/\x1b]0;title\x07/")
    app = make_app(empty)
    async with app.run_test(size=(80, 24)) as pilot:
        await _ask(app, pilot)
        assert _asked(app) == ""
