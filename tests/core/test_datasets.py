import datetime as dt
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import datasets
from core.errors import BacktapeError
from core.home import Home
from core.incoming import Imported
from core.market import library
from core.market.bars import Bars
from core.market.reading import MarketFile, read_market_file
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from db import datasets as rows
from db.connection import StoreConnection, connect
from db.upgrade import open_store
from tests.core.market.making import is_mapped

SAMPLE = synthetic_bars(years=1).slice(0, 3_000)


@pytest.fixture
def connection(home: Home) -> Iterator[StoreConnection]:
    open_store(home.store)
    with closing(connect(home.store)) as connection:
        yield connection


def put(home: Home, connection: StoreConnection, bars: Bars, source: str | None = None) -> Imported:
    return datasets.import_bars(home, connection, bars, dialect="synthetic", source=source)


def mt4(first: int, last: int, *, close: str = "1.115") -> str:
    times = np.datetime64("2020-01-06T00:00") + np.arange(first, last) * np.timedelta64(15, "m")
    stamps = [str(time).replace("-", ".").replace("T", ",") for time in times]
    return "".join(f"{stamp},1.1,1.12,1.09,{close},7\n" for stamp in stamps)


def import_text(home: Home, connection: StoreConnection, text: str, **options: object) -> Imported:
    path = home.path.parent / "EURUSD15.csv"
    path.write_text(text)
    return datasets.import_file(home, connection, path, **options)  # type: ignore[arg-type]


def test_an_import_says_what_was_read_and_the_store_keeps_it(home: Home, connection: StoreConnection) -> None:
    text = mt4(0, 40) + "2020.01.06,10:00,1.1,1.0,1.2,1.1,7\n"
    found = import_text(home, connection, text)
    assert (found.symbol, found.timeframe, found.rows, found.added) == ("EURUSD", "M15", 40, 40)
    assert (found.dialect, found.timezone) == ("MT4 History Center", "Europe/Athens")
    assert found.first == dt.datetime(2020, 1, 5, 22, 0, tzinfo=dt.UTC)
    assert found.last == dt.datetime(2020, 1, 6, 7, 45, tzinfo=dt.UTC)
    assert [(line.line, line.reason) for line in found.dropped] == [(41, "the high is below the low")]
    record = datasets.find_dataset(connection, "EURUSD", "M15")
    assert record == found.record
    assert record.dropped == [{"line": 41, "reason": "the high is below the low"}]
    assert record.warnings == list(found.warnings)
    assert (record.rows, record.digits, record.has_spread, record.synthetic) == (40, 5, False, False)
    assert Path(record.csv_path).is_absolute()
    assert Path(record.csv_path).read_text().count("\n") == 41


def test_the_sample_is_labelled_synthetic(home: Home, connection: StoreConnection) -> None:
    record = put(home, connection, SAMPLE).record
    assert (record.synthetic, record.has_spread, record.symbol) == (True, True, "SYNTHETIC")


def test_the_same_file_again_changes_nothing(home: Home, connection: StoreConnection) -> None:
    first = import_text(home, connection, mt4(0, 40))
    again = import_text(home, connection, mt4(0, 40))
    assert (again.record, again.added) == (first.record, 0)


def test_a_later_and_an_overlapping_file_are_added(home: Home, connection: StoreConnection) -> None:
    import_text(home, connection, mt4(0, 40))
    later = import_text(home, connection, mt4(60, 80))
    assert (later.rows, later.added, later.record.rows) == (20, 20, 60)
    filling = import_text(home, connection, mt4(30, 70))
    assert (filling.added, filling.record.rows) == (20, 80)
    assert filling.record.warnings == []  # the hole is filled, and so is no longer told
    whole = datasets.open_bars(home, filling.record, "M15")
    assert (np.diff(whole.time.astype(np.int64)) == 900).all()


def test_the_warnings_of_an_import_are_those_kept_with_the_dataset(
    home: Home, connection: StoreConnection
) -> None:
    path = home.path.parent / "EURUSD15.csv"
    for text in (mt4(0, 40), mt4(60, 80), mt4(0, 40) + "2020.01.06,10:00,1.1,1.0,1.2,1.1,7\n"):
        path.write_text(text)
        seen = datasets.outlook(home, connection, read_market_file(path)).warnings
        done = datasets.import_file(home, connection, path)
        assert list(seen) == list(done.warnings) == list(done.record.warnings)
    assert [warning[:27] for warning in done.warnings] == ["20 bars are missing inside "]


def test_what_was_left_out_of_each_file_is_kept(home: Home, connection: StoreConnection) -> None:
    import_text(home, connection, mt4(0, 40) + "2020.01.06,10:00,1.1,1.0,1.2,1.1,7\n")
    second = import_text(home, connection, mt4(40, 80) + "2020.01.06,20:00,0,1.0,1.2,1.1,7\n")
    assert [line["reason"] for line in second.record.dropped] == [
        "the high is below the low",
        "a price is zero or negative",
    ]


def test_bars_that_differ_are_refused_and_the_dataset_stays(home: Home, connection: StoreConnection) -> None:
    first = import_text(home, connection, mt4(0, 40))
    with pytest.raises(BacktapeError, match="10 bars differ from those there") as refusal:
        import_text(home, connection, mt4(30, 60, close="1.114"))
    assert "--replace" in str(refusal.value)
    assert "--source NAME" in str(refusal.value)
    assert datasets.find_dataset(connection, "EURUSD", "M15") == first.record


def test_a_file_read_on_another_clock_is_refused(home: Home, connection: StoreConnection) -> None:
    import_text(home, connection, mt4(0, 40))
    with pytest.raises(BacktapeError, match="its days begin at UTC 00:00"):
        import_text(home, connection, mt4(40, 80), timezone="UTC")


def test_with_replace_the_file_takes_the_datasets_place(home: Home, connection: StoreConnection) -> None:
    first = import_text(home, connection, mt4(0, 40))
    second = import_text(home, connection, mt4(30, 60, close="1.114"), replace=True)
    assert second.record.rows == 30
    assert second.record.id == first.record.id
    old = rows.by_digest(connection, first.record.digest)
    assert old is not None
    assert not old.current
    assert len(datasets.open_bars(home, old, "M15")) == 40  # a run that used it still finds it


def test_the_number_of_lines_left_out_is_kept_where_their_texts_are_not(
    home: Home, connection: StoreConnection
) -> None:
    bars = mt4(0, 40)
    repeated = bars + bars.splitlines(keepends=True)[-1] * 1_500
    assert len(import_text(home, connection, repeated).dropped) == 1_500
    record = datasets.find_dataset(connection, "EURUSD", "M15")
    assert (len(record.dropped), record.dropped_count) == (1_000, 1_500)
    spoilt = mt4(40, 80) + "2020.01.07,10:00,1.1,1.0,1.2,1.1,7\n"
    record = import_text(home, connection, spoilt).record
    assert (len(record.dropped), record.dropped_count) == (1_000, 1_501)


def test_sources_are_kept_side_by_side(home: Home, connection: StoreConnection) -> None:
    import_text(home, connection, mt4(0, 40))
    other = import_text(home, connection, mt4(0, 40, close="1.114"), source="broker")
    assert other.record.source == "broker"
    assert datasets.find_dataset(connection, "EURUSD", "M15").source == ""
    assert datasets.find_dataset(connection, "EURUSD", "M15", other.record.source) == other.record


def test_a_change_that_comes_between_is_seen_and_the_import_done_anew(
    home: Home, connection: StoreConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = library.write_version
    others = [SAMPLE.slice(1_000, 2_000)]

    def interrupted(folder: Path, bars: Bars, source: str = "") -> library.StoredVersion:
        if others:
            put(home, connection, others.pop())
        return write(folder, bars, source)

    monkeypatch.setattr(library, "write_version", interrupted)
    found = put(home, connection, SAMPLE.slice(0, 1_000))
    assert found.record.rows == 2_000
    assert found.added == 1_000


def test_nothing_heavy_is_imported_before_a_file_is_read() -> None:
    heavy = "{'pandas', 'pyarrow', 'numba'}"
    code = f"import sys, core.datasets; sys.exit(', '.join({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == "\n"


# Finding


def test_the_exact_timeframe_is_found_before_a_finer_one(home: Home, connection: StoreConnection) -> None:
    hours = synthetic_bars(timeframe=Timeframe.H1, years=1)
    put(home, connection, SAMPLE)
    put(home, connection, hours)
    assert datasets.find_dataset(connection, "SYNTHETIC", "H1").timeframe == "H1"
    assert datasets.find_dataset(connection, "synthetic", "h4").timeframe == "H1"
    assert datasets.find_dataset(connection, "SYNTHETIC", "M15").timeframe == "M5"
    assert datasets.find_dataset(connection, "SYNTHETIC", "MN1").timeframe == "H1"


def test_a_brokers_spelling_finds_the_dataset(home: Home, connection: StoreConnection) -> None:
    record = import_text(home, connection, mt4(0, 40)).record
    assert datasets.find_dataset(connection, "EURUSD.m", "M15") == record


def test_what_is_not_there_is_refused_with_what_is(home: Home, connection: StoreConnection) -> None:
    with pytest.raises(BacktapeError, match=r"has no EURUSD \(it is empty\); import a file") as refusal:
        datasets.find_dataset(connection, "EURUSD", "M15")
    assert refusal.value.field == "symbol"
    put(home, connection, SAMPLE)
    with pytest.raises(BacktapeError, match=r"has no GBPUSD \(there are SYNTHETIC\)"):
        datasets.find_dataset(connection, "GBPUSD", "M15")
    with pytest.raises(
        BacktapeError, match="is in the library as M5, from which M1 cannot be made"
    ) as refusal:
        datasets.find_dataset(connection, "SYNTHETIC", "M1")
    assert refusal.value.field == "timeframe"
    with pytest.raises(BacktapeError, match="from a source 'nobody'; its only source is ''"):
        datasets.find_dataset(connection, "SYNTHETIC", "M5", "nobody")


def test_a_single_named_source_needs_no_choice_and_two_do(home: Home, connection: StoreConnection) -> None:
    put(home, connection, SAMPLE, "one")
    assert datasets.find_dataset(connection, "SYNTHETIC", "M15").source == "one"
    put(home, connection, SAMPLE.slice(0, 500), "two")
    with pytest.raises(
        BacktapeError, match="from several sources; its sources are 'one', 'two'; say which with --source"
    ):
        datasets.find_dataset(connection, "SYNTHETIC", "M15")


@pytest.mark.parametrize("name", ["a b", "x" * 31, "../up", "caf\u00e9", "a\x1b[2J"])
def test_a_source_is_named_so_that_it_can_be_typed_again(
    name: str, home: Home, connection: StoreConnection
) -> None:
    with pytest.raises(BacktapeError, match=r"A source cannot be called .*; use at most 30 letters, digits"):
        put(home, connection, SAMPLE, name)
    assert rows.list_all(connection) == []
    assert put(home, connection, SAMPLE, " A-1_b.c ").record.source == "A-1_b.c"


# Files


def test_bars_are_opened_mapped_and_gathered(home: Home, connection: StoreConnection) -> None:
    record = put(home, connection, SAMPLE).record
    assert is_mapped(datasets.open_bars(home, record, "M5").close)
    hours = datasets.open_bars(home, record, "H1")
    assert (hours.timeframe, hours.volume.sum()) == ("H1", SAMPLE.volume.sum())


def test_a_data_folder_that_was_moved_as_a_whole_still_opens(home: Home, connection: StoreConnection) -> None:
    record = put(home, connection, SAMPLE).record
    moved = Home(home.path.with_name("elsewhere"))
    shutil.copytree(home.path, moved.path)
    shutil.rmtree(home.library)
    assert len(datasets.open_bars(moved, record, "M5")) == 3_000
    with pytest.raises(BacktapeError, match="is gone; import the file again"):
        datasets.open_bars(home, record, "M5")


def test_files_that_are_not_those_imported_are_refused(home: Home, connection: StoreConnection) -> None:
    record = put(home, connection, SAMPLE).record
    other = library.write_version(home.path / "other", replace(SAMPLE, close=SAMPLE.close[::-1]))
    shutil.copy(other.folder / "close.npy", Path(record.folder) / "close.npy")
    with pytest.raises(BacktapeError, match="is not the one that was imported; import the file again"):
        datasets.open_bars(home, record, "M5")


def test_the_csv_of_a_coarser_timeframe_is_written_once(home: Home, connection: StoreConnection) -> None:
    record = put(home, connection, SAMPLE).record
    assert datasets.run_csv(home, record, "M5") == Path(record.csv_path)
    planned = datasets.run_csv(home, record, "H1")
    assert not planned.exists()
    assert datasets.ensure_run_csv(home, record, "H1") == planned
    assert planned.read_text().count("\n") == 1 + len(datasets.open_bars(home, record, "H1"))
    assert library.csv_is_intact(planned)
    written = planned.stat().st_mtime_ns
    datasets.ensure_run_csv(home, record, "H1")
    assert planned.stat().st_mtime_ns == written


def test_deleting_a_dataset_deletes_the_files_that_no_run_used(
    home: Home, connection: StoreConnection
) -> None:
    record = put(home, connection, SAMPLE).record
    datasets.delete_dataset(home, connection, record)
    assert list(home.library.iterdir()) == []
    assert rows.list_all(connection) == []


def test_files_outside_the_library_are_never_deleted(home: Home, connection: StoreConnection) -> None:
    record = put(home, connection, SAMPLE).record
    outside = home.path.parent / "precious"
    outside.mkdir()
    datasets.unlink_version(home, replace(record, folder=str(outside)))
    assert outside.is_dir()


def test_replaced_versions_go_when_nothing_points_at_them(home: Home, connection: StoreConnection) -> None:
    first = import_text(home, connection, mt4(0, 40))
    import_text(home, connection, mt4(0, 40, close="1.114"), replace=True)
    assert [record.digest for record in datasets.sweep_unused(home, connection)] == [first.record.digest]
    assert not Path(first.record.folder).exists()
    assert len(datasets.open_bars(home, datasets.find_dataset(connection, "EURUSD", "M15"), "M15")) == 40


def read(home: Home, text: str, **asked: str) -> MarketFile:
    path = home.path.parent / "EURUSD15.csv"
    path.write_text(text)
    return read_market_file(path, **asked)  # type: ignore[arg-type]


def test_what_an_import_would_do_is_told_and_nothing_is_stored(
    home: Home, connection: StoreConnection
) -> None:
    new = datasets.outlook(home, connection, read(home, mt4(0, 40)))
    assert (new.there, new.rows, new.added, new.refusal) == (None, 40, 40, "")
    assert rows.list_all(connection) == []
    assert not home.library.exists() or not any(home.library.iterdir())


def test_what_an_import_would_add_is_what_it_adds(home: Home, connection: StoreConnection) -> None:
    import_text(home, connection, mt4(0, 40))
    found = read(home, mt4(30, 60))
    before = datasets.outlook(home, connection, found)
    assert before.there is not None
    done = datasets.store_file(home, connection, found)
    assert (before.added, before.rows) == (done.added, done.record.rows) == (20, 60)
    again = datasets.outlook(home, connection, found)
    assert (again.added, again.rows) == (0, 60)


def test_an_import_that_would_be_refused_is_told_so(home: Home, connection: StoreConnection) -> None:
    import_text(home, connection, mt4(0, 40))
    other = read(home, mt4(30, 60, close="1.114"))
    refused = datasets.outlook(home, connection, other)
    assert "10 bars differ from those there" in refused.refusal
    with pytest.raises(BacktapeError, match="10 bars differ"):
        datasets.store_file(home, connection, other)
    replacing = datasets.outlook(home, connection, other, replace=True)
    assert (replacing.replaces, replacing.rows, replacing.refusal) == (True, 30, "")
    apart = datasets.outlook(home, connection, other, source="second")
    assert (apart.there, apart.replaces, apart.refusal) == (None, False, "")


def test_the_gaps_of_a_dataset_are_found_in_its_files(home: Home, connection: StoreConnection) -> None:
    record = import_text(home, connection, mt4(0, 40) + mt4(42, 80)).record
    gaps = datasets.gaps_of(home, record)
    assert gaps is not None
    assert (gaps.missing, gaps.count) == (2, 1)
    assert f"{gaps.longest[0].after:%Y-%m-%d %H:%M}" == "2020-01-06 07:45"
    shutil.rmtree(record.folder)
    with pytest.raises(BacktapeError, match="import the file again"):
        datasets.gaps_of(home, record)


def test_days_have_no_gaps_to_be_found(home: Home, connection: StoreConnection) -> None:
    days = put(home, connection, synthetic_bars(timeframe=Timeframe.D1, years=1)).record
    assert datasets.gaps_of(home, days) is None
