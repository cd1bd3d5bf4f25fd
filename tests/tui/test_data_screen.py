"""The data library: what there is, what is missing in it, importing and deleting."""

import asyncio
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from textual.app import App

from core.datasets import import_file
from core.home import Home
from core.text import plural
from db import datasets
from db.connection import connect
from tests.shots.filling import fill_data
from tests.shots.reading import screen_text
from tests.shots.stores import sources
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.price_files import at_once, write_csv
from tui.formats import with_times
from tui.store_link import StoreLink
from tui.widgets.lines import Lines

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
        await until_shown(pilot, "EURUSD M1: 300 bars, 2020-01-06 to 2020-01-06", "EURUSD     M1 ")


async def test_a_path_that_does_not_exist_is_told_at_once_and_can_be_mended(
    empty: Home, at_once: Path
) -> None:
    write_csv(at_once, "EURUSD.csv")
    async with make_app(empty).run_test(size=(160, 40)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty.")
        await pilot.press("i", *"EURUSD.cs", "enter")
        await until_shown(pilot, "There is no such file.", "\nimport: EURUSD.cs")
        await pilot.press("v", "enter")
        await until_shown(pilot, "Import · EURUSD.csv")


@pytest.mark.slow
async def test_a_long_path_is_seen_whole_in_80_columns(empty: Home, at_once: Path) -> None:
    path = f"/market/data/of/a/broker/{'EURUSD' * 5}/EURUSD_M15.csv"
    assert len(path) > 60
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty.")
        await pilot.press("i", *path)
        await until_shown(pilot, f"\nimport: {path}")


async def test_what_a_path_may_be_is_told_while_it_is_asked_for(stocked: Home) -> None:
    async with make_app(stocked).run_test(size=(80, 24)) as pilot:
        await pilot.press("4")
        notes = "recorded with each bar"
        await until_shown(pilot, notes)
        await pilot.press("i")
        await until_shown(pilot, "a pattern such as ~/prices/*.csv; Tab completes it.\nimport:")
        await pilot.press("escape")
        await until_shown(pilot, notes)


@pytest.mark.parametrize("filled_with", ["nothing", "datasets"])
async def test_tab_lists_what_there_is_to_choose_from_until_something_is_typed(
    empty: Home, at_once: Path, filled_with: str
) -> None:
    path = write_csv(at_once, "EURUSD_a.csv")
    if filled_with == "datasets":
        with closing(connect(empty.store)) as connection:
            import_file(empty, connection, path)
    for name in ("EURUSD_b.csv", "EURUSD_c.md", "other.zip"):
        (at_once / name).touch()
    (at_once / "EURUSD").mkdir()
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty." if filled_with == "nothing" else " 300 ")
        await pilot.press("i", "E", "tab")
        await until_shown(pilot, "\nimport: EURUSD")
        assert "EURUSD_b.csv" not in screen_text(pilot.app)
        await pilot.press("tab")
        await until_shown(pilot, "EURUSD/  EURUSD_a.csv  EURUSD_b.csv\n")
        await pilot.press("_")
        await until_shown(pilot, "Tab completes it.")
        assert "EURUSD_b.csv" not in screen_text(pilot.app)
        await pilot.press("x", "tab")
        await until_shown(pilot, "Nothing that can be imported begins so", "\nimport: EURUSD_x")


async def test_a_folder_of_folders_shows_the_price_files_in_them(empty: Home, at_once: Path) -> None:
    for broker in ("a", "b"):
        (at_once / "all" / broker).mkdir(parents=True)
        write_csv(at_once / "all" / broker, "EURUSD.csv")
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty.")
        await pilot.press("i", *"all", "enter")
        await until_shown(pilot, "Import 1 of 2 · EURUSD.csv")


@pytest.fixture
def may_be_read(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Until this is set, the datasets cannot be read."""
    event = asyncio.Event()
    read = StoreLink.read

    async def patient(link: StoreLink, function: Any, *args: object) -> object:  # noqa: ANN401 - any query
        if function is datasets.list_all:
            await event.wait()
        return await read(link, function, *args)

    monkeypatch.setattr(StoreLink, "read", patient)
    return event


@pytest.mark.slow
async def test_a_new_run_begins_with_the_dataset_under_the_cursor(home: Home) -> None:
    sources(home)
    async with make_app(home).run_test(size=(120, 40)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "dukascopy")
        await pilot.press("j", "j", "n")
        await until_shown(pilot, "symbol                EURUSD", "source                dukascopy")
        await until_shown(pilot, "timeframe             H1")


async def test_a_key_that_is_typed_ahead_waits_for_the_library(
    stocked: Home, may_be_read: asyncio.Event
) -> None:
    async with make_app(stocked).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "There are no runs yet.")
        await pilot.press("4", "enter")
        await until_shown(pilot, "The library is being read ...")
        assert "There is no dataset" not in screen_text(pilot.app)
        may_be_read.set()
        await until_shown(pilot, "Data · EURUSD M15")


@pytest.mark.parametrize("key", ["enter", "d", "m"])
async def test_nothing_is_said_of_a_library_that_has_not_been_read(
    stocked: Home, may_be_read: asyncio.Event, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setattr("tui.keys.typed.AHEAD_SECONDS", 0.0)
    async with make_app(stocked).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "There are no runs yet.")
        await pilot.press("4", key)
        await until(pilot, lambda: _said(pilot.app).startswith("The library is being read ..."))
        may_be_read.set()
        await until_shown(pilot, "EURUSD     M15 ", "Enter open")


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
        await until_shown(pilot, "\nimport: EURUSD.csv")
        await pilot.press("enter")
        await until_shown(pilot, "EURUSD M1, not imported yet")
        await pilot.press("enter")
        await until_shown(pilot, "EURUSD M1: 300 bars")
        await pilot.press("i", "ctrl+u")
        ends = "Enter reads  Esc leaves"
        await until(pilot, lambda: _said(pilot.app).removesuffix(ends).rstrip() == "import:")
        await pilot.press("escape", "i")
        await until_shown(pilot, f"\nimport: {at_once}/ ")


@pytest.mark.slow
async def test_another_path_takes_the_place_of_the_one_that_is_offered(empty: Home, at_once: Path) -> None:
    write_csv(at_once, "EURUSD.csv")
    async with make_app(empty).run_test(size=(160, 40)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty.")
        await pilot.press("i", *"some.csv", "escape", "i")
        await until_shown(pilot, "\nimport: some.csv")
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
            "2 warnings   Line 298 was left out: the high is below the low.",
            " 4 bars are missing inside weeks, in 2 gaps; the longest follows 2020-01-06 01:38 UTC.",
            "2 gaps; 98.66 % of the bars expected inside weeks are there; the longest: 3 bars after",
            "bar after 2020-01-06 03:18 UTC",
            "1 line of its files",
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
        await until_shown(
            pilot,
            "Delete EURUSD M15 (25,016 bars)?",
            "y deletes; that cannot be undone, importing again brings it back;",
        )
        await pilot.press("y")
        await until_shown(pilot, "Deleted EURUSD M15; importing the file again brings it back.")
    with closing(connect(empty.store)) as connection:
        assert [one.symbol for one in datasets.list_all(connection)] == ["SYNTHETIC"]


@pytest.mark.slow
@pytest.mark.parametrize(("text", "said"), [("~nobody-of-this-name/x", "user"), ("*.csv", "pattern")])
async def test_a_path_without_a_file_is_there_to_be_mended(
    empty: Home, at_once: Path, text: str, said: str
) -> None:
    async with make_app(empty).run_test(size=(60, 16)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "The data library is empty.", "made-up prices to try")
        await pilot.press("i", *text, "enter")
        await until_shown(pilot, said, f"import: {text}")


async def test_every_warning_of_a_dataset_can_be_read(empty: Home, market_files: Path, at_once: Path) -> None:
    with closing(connect(empty.store)) as connection:
        for name in ("mt5-export-bars/EURUSD_M15.csv", "mt5-python-api/XAUUSD_H1.csv", "stooq/eurusd_d.csv"):
            import_file(empty, connection, market_files / name)
        records = datasets.list_all(connection)
    async with make_app(empty).run_test(size=(60, 16)) as pilot:
        await pilot.press("4")
        for record in records:
            await until_shown(pilot, f"\n{record.symbol} {record.timeframe} · ")
            await pilot.press("enter")
            await until_shown(pilot, f"Data · {record.symbol} {record.timeframe}")
            shown = " ".join(pilot.app.screen.query_one("#text-lines", Lines).text.split())
            assert f" {plural(len(record.warnings), 'warning')} " in shown
            assert all(with_times(warning) in shown for warning in record.warnings)
            await pilot.press("escape", "down")


async def test_several_sources_of_the_same_bars_all_say_what_is_missing(empty: Home, at_once: Path) -> None:
    path = write_csv(at_once, "EURUSD.csv")
    with closing(connect(empty.store)) as connection:
        for source in ("", "a-source-of-this-name"):
            import_file(empty, connection, path, source=source)
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await pilot.press("4")
        await until(pilot, lambda: screen_text(pilot.app).count(" 100.00 ") == 2)


async def test_a_dataset_that_was_damaged_is_counted_anew_once_it_is_mended(
    empty: Home, at_once: Path
) -> None:
    path = write_csv(at_once, "EURUSD.csv")
    with closing(connect(empty.store)) as connection:
        about = Path(import_file(empty, connection, path).record.folder) / "about.json"
    whole = about.read_bytes()
    about.unlink()
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, " gone ")
        about.write_bytes(whole)
        await pilot.press("escape", "4")
        await pilot.press("i", *"EURUSD.csv", "enter")
        await until_shown(pilot, "EURUSD M1, all of it is in the library")
        await pilot.press("enter")
        await until_shown(pilot, "all of them were there already.", " 100.00 ")


@pytest.mark.parametrize(
    ("width", "kept"), [(60, "source"), (80, "gaps"), (120, "warnings"), (200, "warnings")]
)
async def test_what_tells_datasets_apart_stays_longest(
    empty: Home, at_once: Path, width: int, kept: str
) -> None:
    path = write_csv(at_once, "EURUSD.csv")
    with closing(connect(empty.store)) as connection:
        for source in ("", "my-broker.ECN"):
            import_file(empty, connection, path, source=source)
    async with make_app(empty).run_test(size=(width, 24)) as pilot:
        await pilot.press("4")
        header, *_, last = (await until_shown(pilot, " 300 ", "my-bro")).splitlines()[1:4]
        assert kept in header
        assert "source" in header
        assert len(last.rstrip()) <= width
        assert ("my-broker.ECN" in last) == (width == 200)


async def test_the_title_of_a_dataset_is_whole_on_a_narrow_screen(empty: Home, at_once: Path) -> None:
    path = write_csv(at_once, "EURUSD.csv")
    with closing(connect(empty.store)) as connection:
        import_file(empty, connection, path, source="my-broker.ECN")
    async with make_app(empty).run_test(size=(60, 16)) as pilot:
        await pilot.press("4")
        await until_shown(
            pilot, "EURUSD M1 my-broker.ECN · 300 bars · 2020-01-06 00:00 to\n2020-01-06 04:59 UTC"
        )
