"""What is kept of the files that a dataset came from, and what is doubtful where they meet."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core import datasets
from core.home import Home
from core.incoming import Imported
from core.market.reading import read_market_file
from core.market.synthetic import synthetic_bars
from db import datasets as rows
from db.connection import StoreConnection, connect
from db.upgrade import open_store


@pytest.fixture
def connection(home: Home) -> Iterator[StoreConnection]:
    open_store(home.store)
    with closing(connect(home.store)) as connection:
        yield connection


def minutes(folder: Path, name: str, day: int, *, price: float = 1.1) -> Path:
    """Write sixty minutes of one day in January 2020."""
    path = folder / name
    times = (f"2020-01-{day:02}T10:{minute:02}:00Z" for minute in range(60))
    path.write_text("".join(f"{time},{price},{price + 0.001:.4f},{price},{price},1\n" for time in times))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "prices").mkdir()
    return tmp_path / "prices"


def put(home: Home, connection: StoreConnection, path: Path, **options: object) -> Imported:
    return datasets.import_file(home, connection, path, symbol="EURUSD", **options)  # type: ignore[arg-type]


def test_the_base_names_of_all_files_are_kept_in_their_order(
    home: Home, connection: StoreConnection, folder: Path
) -> None:
    put(home, connection, minutes(folder, "b.csv", 7))
    record = put(home, connection, minutes(folder, "a.csv", 8)).record
    assert record.files == ["b.csv", "a.csv"]
    assert put(home, connection, folder / "b.csv").record.files == ["b.csv", "a.csv"]
    assert put(home, connection, minutes(folder, "c.csv", 9), replace=True).record.files == ["c.csv"]


def test_a_file_that_has_grown_is_named_once_and_another_of_its_name_again(
    home: Home, connection: StoreConnection, folder: Path
) -> None:
    path = minutes(folder, "EURUSD.csv", 7)
    put(home, connection, path)
    grown = path.read_text() + minutes(folder, "more.csv", 8).read_text()
    path.write_text(grown)
    assert put(home, connection, path).record.files == ["EURUSD.csv"]
    assert put(home, connection, minutes(folder, "EURUSD.csv", 9)).record.files == ["EURUSD.csv"] * 2


def test_a_hostile_name_of_a_file_is_kept_harmless(
    home: Home, connection: StoreConnection, folder: Path
) -> None:
    (name,) = put(home, connection, minutes(folder, "EUR\x1b[2J\x07USD.csv", 7)).record.files
    assert (name.isprintable(), name[:3], name[-7:]) == (True, "EUR", "USD.csv")


def test_files_before_the_names_were_kept_are_not_forgotten(
    home: Home, connection: StoreConnection, folder: Path
) -> None:
    put(home, connection, minutes(folder, "b.csv", 7))
    connection.execute("UPDATE dataset_versions SET files = '[]'")
    assert put(home, connection, minutes(folder, "a.csv", 8)).record.files == ["", "a.csv"]


def test_of_very_many_files_the_newest_are_named(
    home: Home, connection: StoreConnection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.incoming._KEPT_FILES", 3)
    for day in (7, 8, 9, 10, 13):
        record = put(home, connection, minutes(folder, f"{day}.csv", day)).record
    assert record.files == ["", "10.csv", "13.csv"]


def test_bars_that_come_from_no_file_name_none(home: Home, connection: StoreConnection) -> None:
    bars = synthetic_bars(years=1).slice(0, 200)
    for part in (bars.slice(0, 100), bars):
        record = datasets.import_bars(home, connection, part, dialect="synthetic").record
    assert record.files == []


def test_an_import_says_which_dataset_its_bars_came_to(
    home: Home, connection: StoreConnection, folder: Path
) -> None:
    first = put(home, connection, minutes(folder, "b.csv", 7))
    second = put(home, connection, minutes(folder, "a.csv", 8))
    assert (first.before, second.before) == (None, first.record)
    assert put(home, connection, folder / "a.csv", replace=True).before is None


def test_prices_of_another_level_are_doubted_before_the_import_and_kept_as_a_warning(
    home: Home, connection: StoreConnection, folder: Path
) -> None:
    put(home, connection, minutes(folder, "a.csv", 7))
    found = read_market_file(minutes(folder, "b.csv", 8, price=1.4), symbol="EURUSD")
    (doubt,) = datasets.outlook(home, connection, found).doubts
    assert doubt.startswith("The price jumps from 1.1 to 1.4, where bars of two imports meet at 2020-01-08")
    assert doubt in datasets.store_file(home, connection, found).record.warnings
    assert datasets.outlook(home, connection, found).doubts == ()


def test_weeks_between_two_imports_are_a_hole_of_the_dataset(
    home: Home, connection: StoreConnection, folder: Path
) -> None:
    assert put(home, connection, minutes(folder, "a.csv", 1)).warnings == []
    record = put(home, connection, minutes(folder, "b.csv", 29)).record
    assert record.warnings == ["No bars at all from 2020-01-01 to 2020-01-29 (4 weeks)."]
    (hole,) = datasets.holes_of(home, record).longest
    assert hole.weeks == 4


def test_prices_that_go_on_are_not_doubted(home: Home, connection: StoreConnection, folder: Path) -> None:
    put(home, connection, minutes(folder, "a.csv", 7))
    found = read_market_file(minutes(folder, "b.csv", 8), symbol="EURUSD")
    assert list(datasets.outlook(home, connection, found).doubts) == []


def test_another_clock_is_doubted(home: Home, connection: StoreConnection, folder: Path) -> None:
    put(home, connection, minutes(folder, "a.csv", 7))
    connection.execute("UPDATE dataset_versions SET timezone = 'Europe/London'")
    found = read_market_file(minutes(folder, "b.csv", 8), symbol="EURUSD")
    outlook = datasets.outlook(home, connection, found)
    assert list(outlook.doubts) == ["Parts were read on different clocks, Europe/London and UTC."]
    assert set(outlook.doubts) <= set(outlook.warnings)
    assert rows.get(connection, "EURUSD", "M1") == outlook.there
