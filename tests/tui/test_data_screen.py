"""The data library: what there is, importing and deleting."""

from contextlib import closing
from pathlib import Path

import pytest
from textual.app import App

from core.config import add_instrument
from core.home import Home
from core.market.instruments import Instrument
from db import datasets
from db.connection import connect
from tests.shots.filling import fill_data
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tui.importing import completed_path, guessed_symbol


def _said(app: App[int]) -> str:
    return screen_text(app).splitlines()[-1]


def _csv(folder: Path, name: str, rows: int = 300) -> Path:
    lines = ["time,open,high,low,close,volume"]
    for minute in range(rows):
        stamp = f"2020-01-06T{minute // 60:02}:{minute % 60:02}:00Z"
        lines.append(f"{stamp},1.10000,1.10010,1.09990,1.10005,5")
    path = folder / name
    path.write_text("\n".join(lines) + "\n")
    return path


async def test_an_empty_library_says_how_to_fill_it(empty: Home) -> None:
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty.", "imports a price file")


async def test_a_file_is_imported_by_its_path_in_another_process(empty: Home, tmp_path: Path) -> None:
    _csv(tmp_path, "EURUSD_M1.csv")
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty.")
        await pilot.press("i", *f"{tmp_path}/EUR", "tab")
        await until_shown(pilot, "EURUSD_M1.csv")
        await pilot.press("enter")
        await until_shown(pilot, "symbol: EURUSD")
        await pilot.press("enter")
        await until_shown(pilot, "EURUSD M1: 300 bars, 2020-01-06 to 2020-01-06", "EURUSD      M1")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("time,open,high,low,close\n", "there is a header but no bar below it"),
        ("\x00\x01binary", "EURUSD_M1.csv"),
    ],
)
async def test_a_file_that_is_refused_is_told_in_a_sentence(
    empty: Home, tmp_path: Path, text: str, told: str
) -> None:
    (tmp_path / "EURUSD_M1.csv").write_text(text)
    async with make_app(empty).run_test(size=(160, 40)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty.")
        await pilot.press("i", *f"{tmp_path}/EURUSD_M1.csv", "enter", "enter")
        await until(pilot, lambda: _said(pilot.app).endswith(".") and told in _said(pilot.app))
        await until_shown(pilot, "The data library is empty.")


async def test_a_path_that_does_not_exist_is_told_at_once_and_can_be_mended(
    empty: Home, tmp_path: Path
) -> None:
    _csv(tmp_path, "EURUSD_M1.csv")
    async with make_app(empty).run_test(size=(160, 40)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty.")
        await pilot.press("i", *f"{tmp_path}/EURUSD_M1.cs", "enter")
        await until_shown(pilot, f"There is no such file. import file: {tmp_path}/EURUSD_M1.cs")
        await pilot.press("v", "enter")
        await until_shown(pilot, "symbol: EURUSD")


async def test_a_path_that_was_typed_is_there_again_until_its_file_is_imported(
    empty: Home, tmp_path: Path
) -> None:
    path = _csv(tmp_path, "EURUSD_M1.csv")
    good = path.read_text()
    path.write_text("time,open,high,low,close\n")
    async with make_app(empty).run_test(size=(160, 40)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty.")
        await pilot.press("i", *str(path), "enter", "enter")
        await until_shown(pilot, "there is a header but no bar below it")
        path.write_text(good)
        await pilot.press("i")
        await until_shown(pilot, f"import file: {path}")
        await pilot.press("enter", "enter")
        await until_shown(pilot, "EURUSD M1: 300 bars")
        await pilot.press("i")
        await until(pilot, lambda: _said(pilot.app) == "import file:")


async def test_a_dataset_is_deleted_after_a_question(empty: Home) -> None:
    with closing(connect(empty.store)) as connection:
        fill_data(empty, connection)
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "EURUSD", "SYNTHETIC", "with the spread of each bar")
        await pilot.press("d")
        await until_shown(pilot, "Delete EURUSD M15 (25,016 bars)?")
        await pilot.press("y")
        await until_shown(pilot, "Deleted EURUSD M15")
    with closing(connect(empty.store)) as connection:
        assert [one.symbol for one in datasets.list_all(connection)] == ["SYNTHETIC"]


async def test_bars_that_differ_are_kept_apart_by_a_source_that_is_asked_for(
    empty: Home, tmp_path: Path
) -> None:
    first = _csv(tmp_path, "EURUSD_M1.csv")
    (tmp_path / "other").mkdir()
    other = tmp_path / "other" / "EURUSD_M1.csv"
    other.write_text(first.read_text().replace("1.10005", "1.10006"))
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty.")
        await pilot.press("i", *str(first), "enter", "enter")
        await until_shown(pilot, "EURUSD M1: 300 bars")
        await pilot.press("i", *str(other), "enter", "enter")
        await until_shown(pilot, "name where these are from. source:")
        await pilot.press(*"second", "enter")
        await until_shown(pilot, "EURUSD M1: 300 bars", "second")
    with closing(connect(empty.store)) as connection:
        assert {one.source for one in datasets.list_all(connection)} == {"", "second"}


def test_a_path_is_completed_as_far_as_it_is_certain(tmp_path: Path) -> None:
    for name in ("prices_a.csv", "prices_b.csv", ".hidden"):
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    assert completed_path(f"{tmp_path}/p") == f"{tmp_path}/prices_"
    assert completed_path(f"{tmp_path}/prices_a") == f"{tmp_path}/prices_a.csv"
    assert completed_path(f"{tmp_path}/f") == f"{tmp_path}/folder/"
    assert completed_path(f"{tmp_path}/nothing") == f"{tmp_path}/nothing"
    assert completed_path("/not/there/x") == "/not/there/x"


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("DAT_ASCII_EURUSD_M1_2019.csv.gz", "EURUSD"),
        ("GBPUSD60.csv", "GBPUSD"),
        ("cocoa_H1.csv", "COCOA"),
        ("prices.csv", ""),
    ],
)
def test_the_symbol_is_guessed_from_the_name(name: str, symbol: str, home: Home) -> None:
    add_instrument(home, Instrument("COCOA", "COCOA", "USD", 2, 1.0, 10))
    assert guessed_symbol(Path(name), home) == symbol
