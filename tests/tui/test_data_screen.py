"""The data library: what there is, what is missing in it, importing and deleting."""

from contextlib import closing
from pathlib import Path

import pytest
from textual.app import App

from core.home import Home
from db import datasets
from db.connection import connect
from tests.shots.filling import fill_data
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.price_files import at_once, write_csv
from tui.imports.client import completed_path, files_meant

__all__ = ["at_once"]


def _said(app: App[int]) -> str:
    return screen_text(app).splitlines()[-1]


async def test_an_empty_library_says_how_to_fill_it(empty: Home) -> None:
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty.", "imports price files")
        await pilot.press("enter")
        await until_shown(pilot, "There is no dataset yet: i imports a price file.")


async def test_a_file_is_imported_by_its_path_in_another_process(
    empty: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_csv(tmp_path, "EURUSD_M1.csv")
    monkeypatch.chdir(tmp_path)
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty.")
        await pilot.press("i", "E", "tab")
        await until_shown(pilot, "EURUSD_M1.csv")
        await pilot.press("enter")
        await until_shown(pilot, "EURUSD M1, not imported yet")
        await pilot.press("enter")
        await until_shown(pilot, "EURUSD M1: 300 bars, 2020-01-06 to 2020-01-06", "EURUSD      M1")


async def test_a_path_that_does_not_exist_is_told_at_once_and_can_be_mended(
    empty: Home, at_once: Path
) -> None:
    write_csv(at_once, "EURUSD.csv")
    async with make_app(empty).run_test(size=(160, 40)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty.")
        await pilot.press("i", *"EURUSD.cs", "enter")
        await until_shown(pilot, "There is no such file. import: EURUSD.cs")
        await pilot.press("v", "enter")
        await until_shown(pilot, "Import · EURUSD.csv")


async def test_a_path_that_was_typed_is_there_again_until_its_file_is_imported(
    empty: Home, at_once: Path
) -> None:
    write_csv(at_once, "EURUSD.csv")
    async with make_app(empty).run_test(size=(160, 40)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty.")
        await pilot.press("i", *"EURUSD.csv", "enter")
        await until_shown(pilot, "EURUSD M1, not imported yet")
        await pilot.press("escape")
        await until_shown(pilot, "Nothing was imported.", "The data library is empty.")
        await pilot.press("i")
        await until_shown(pilot, "completes): EURUSD.csv")
        await pilot.press("enter")
        await until_shown(pilot, "EURUSD M1, not imported yet")
        await pilot.press("enter")
        await until_shown(pilot, "EURUSD M1: 300 bars")
        await pilot.press("i")
        await until(pilot, lambda: _said(pilot.app) == "import (file, folder or pattern; Tab completes):")


async def test_another_path_takes_the_place_of_the_one_that_is_offered(empty: Home, at_once: Path) -> None:
    write_csv(at_once, "EURUSD.csv")
    async with make_app(empty).run_test(size=(160, 40)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty.")
        await pilot.press("i", *"some.csv", "escape", "i")
        await until_shown(pilot, "completes): some.csv")
        await pilot.press(*"EURUSD.csv", "enter")
        await until_shown(pilot, "Import · EURUSD.csv")


async def test_a_dataset_says_how_much_of_it_is_missing_and_where(empty: Home, at_once: Path) -> None:
    path = write_csv(at_once, "EURUSD.csv")
    lines = path.read_text().splitlines()
    path.write_text(
        "\n".join([*lines[:100], *lines[103:200], *lines[201:], "2020-01-06T09:00:00Z,1,2,3,1,5"])
    )
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await pilot.press("4", "i", *"EURUSD.csv", "enter")
        await until_shown(pilot, "EURUSD M1, not imported yet")
        await pilot.press("enter")
        await until_shown(
            pilot,
            "2020-01-06    98.66       2",
            "2 gaps, 4 bars missing; 98.66 % of the bars expected inside weeks are there",
            "2020-01-06 01:38, 1 bar after 2020-01-06 03:18",
            "1 line of its files",
            "Line 298 was left out: the high is below the low.",
            "not recorded",
        )
        await pilot.press("enter")
        await until_shown(pilot, "Data · EURUSD M1", "The longest gaps", "The lines left out", "line 298")
        await pilot.press("escape")
        await until_shown(pilot, "% there")


async def test_a_dataset_whose_files_are_gone_says_so(empty: Home) -> None:
    with closing(connect(empty.store)) as connection:
        fill_data(empty, connection)
    for file in (empty.library / "EURUSD").rglob("about.json"):
        file.unlink()
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, " gone ", "files        The price history in")


async def test_a_dataset_is_deleted_after_a_question(empty: Home) -> None:
    with closing(connect(empty.store)) as connection:
        fill_data(empty, connection)
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "EURUSD", "SYNTHETIC", "recorded with each bar")
        await pilot.press("d")
        await until_shown(pilot, "Delete EURUSD M15 (25,016 bars)?")
        await pilot.press("y")
        await until_shown(pilot, "Deleted EURUSD M15; importing the file again brings it back.")
    with closing(connect(empty.store)) as connection:
        assert [one.symbol for one in datasets.list_all(connection)] == ["SYNTHETIC"]


def test_a_path_is_completed_as_far_as_it_is_certain(tmp_path: Path) -> None:
    for name in ("prices_a.csv", "prices_b.csv", ".hidden"):
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    assert completed_path(f"{tmp_path}/p") == f"{tmp_path}/prices_"
    assert completed_path(f"{tmp_path}/prices_a") == f"{tmp_path}/prices_a.csv"
    assert completed_path(f"{tmp_path}/f") == f"{tmp_path}/folder/"
    assert completed_path(f"{tmp_path}/nothing") == f"{tmp_path}/nothing"
    assert completed_path("/not/there/x") == "/not/there/x"


def test_a_path_means_a_file_the_files_of_a_folder_or_those_of_a_pattern(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("b.csv", "a.csv.gz", "notes.md", "odd [1].csv"):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    meant = {text: [path.name for path in files_meant(text)] for text in (".", "*.csv", "odd [1].csv", "no")}
    assert meant == {
        ".": ["a.csv.gz", "b.csv", "odd [1].csv"],
        "*.csv": ["b.csv", "odd [1].csv"],
        "odd [1].csv": ["odd [1].csv"],
        "no": [],
    }
    assert all(path.is_absolute() for path in files_meant("b.csv"))
