import errno
import json
import os
import stat
from pathlib import Path

import numpy as np
import pytest

from core.errors import BacktapeError
from core.market import library
from core.market.bars import Bars
from core.market.days import DayRule
from core.market.reading import read_market_file
from core.market.synthetic import synthetic_bars
from tests.core.market.making import grid, is_mapped, make_bars

SAMPLE = synthetic_bars(years=1).slice(0, 5_000)


def same(one: Bars, other: Bars) -> bool:
    columns = ("time", "open", "high", "low", "close", "volume")
    return all((getattr(one, name) == getattr(other, name)).all() for name in columns)


def test_bars_come_back_as_they_were_written(tmp_path: Path) -> None:
    stored = library.write_version(tmp_path, SAMPLE, "feed")
    back = library.read_bars(stored.folder)
    assert same(back, SAMPLE)
    assert SAMPLE.spread is not None
    assert back.spread is not None
    assert (back.spread == SAMPLE.spread).all()
    assert (back.instrument, back.timeframe, back.days, back.decimals) == (
        SAMPLE.instrument,
        SAMPLE.timeframe,
        SAMPLE.days,
        SAMPLE.decimals,
    )
    assert stored.folder == tmp_path / "SYNTHETIC" / "M5" / stored.digest[:12]
    assert (stored.rows, stored.first, stored.last) == (5_000, SAMPLE.time[0], SAMPLE.time[-1])


def test_columns_are_mapped_and_cannot_be_written(tmp_path: Path) -> None:
    back = library.read_bars(library.write_version(tmp_path, SAMPLE).folder)
    assert type(back.close) is np.ndarray
    assert is_mapped(back.close)
    with pytest.raises(ValueError, match="read-only"):
        back.close[0] = 1.0


def test_files_are_private_to_the_user_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        stored = library.write_version(tmp_path / "library", SAMPLE)
    finally:
        os.umask(before)
    for path in (tmp_path / "library").rglob("*"):
        expected = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == expected, path
    assert stored.csv.is_file()


def test_the_csv_is_iso_times_and_shortest_numbers(tmp_path: Path) -> None:
    bars = make_bars(["2020-01-06T00:00", "2020-01-06T00:15"], [1.1, 1.07726], spread=[2, 0])
    library.write_csv(bars, tmp_path / "bars.csv")
    assert (tmp_path / "bars.csv").read_text() == (
        "time,open,high,low,close,volume,spread\n"
        "2020-01-06T00:00:00Z,1.1,1.1001,1.0999,1.1,1,2\n"
        "2020-01-06T00:15:00Z,1.1,1.1001,1.07716,1.07726,2,0\n"
    )


def test_the_csv_read_again_gives_the_same_bars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "_CSV_PART", 1_234)
    path = tmp_path / "SYNTHETIC5.csv"
    library.write_csv(SAMPLE, path)
    assert same(read_market_file(path).bars, SAMPLE)
    assert library.csv_is_intact(path)


def test_a_csv_that_was_changed_or_is_gone_is_not_intact(tmp_path: Path) -> None:
    path = tmp_path / "bars.csv"
    library.write_csv(SAMPLE, path)
    with path.open("ab") as file:
        file.write(b"2024-01-01T00:00:00Z,1,1,1,1,1,1\n")
    assert not library.csv_is_intact(path)
    path.unlink()
    assert not library.csv_is_intact(path)


def test_the_same_bars_are_written_once(tmp_path: Path) -> None:
    first = library.write_version(tmp_path, SAMPLE)
    written = (first.folder / "close.npy").stat().st_mtime_ns
    assert library.write_version(tmp_path, SAMPLE) == first
    assert (first.folder / "close.npy").stat().st_mtime_ns == written
    assert [path.name for path in tmp_path.iterdir()] == ["SYNTHETIC"]


def test_a_digest_is_of_the_columns_and_of_what_they_are() -> None:
    bars = make_bars(grid("2020-01-06", 4, "M15"))
    others = [
        make_bars(grid("2020-01-06", 4, "M15"), symbol="GBPUSD"),
        make_bars(grid("2020-01-06", 4, "M15"), days=DayRule("Europe/Athens")),
        make_bars(grid("2020-01-06", 4, "M15"), spread=[0, 0, 0, 0]),
        make_bars(grid("2020-01-07", 4, "M15")),
        make_bars(grid("2020-01-06", 4, "M15"), [1.1, 1.2, 1.3, 1.4]),
    ]
    digests = {library.digest_of(one) for one in [bars, *others]}
    assert len(digests) == 6
    assert library.digest_of(make_bars(grid("2020-01-06", 4, "M15"))) in digests


def test_a_changed_bit_is_found(tmp_path: Path) -> None:
    stored = library.write_version(tmp_path, SAMPLE)
    assert library.verify(stored.folder, stored.digest)
    assert library.is_untouched(stored.folder, stored.digest)
    path = stored.folder / "close.npy"
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    path.write_bytes(content)
    assert not library.is_untouched(stored.folder, stored.digest)
    assert not library.verify(stored.folder, stored.digest)


def test_files_that_were_only_copied_still_verify(tmp_path: Path) -> None:
    stored = library.write_version(tmp_path, SAMPLE)
    os.utime(stored.folder / "open.npy", (1, 1))
    assert not library.is_untouched(stored.folder, stored.digest)
    assert library.verify(stored.folder, stored.digest)


def test_a_damaged_version_is_written_anew_by_the_next_import(tmp_path: Path) -> None:
    stored = library.write_version(tmp_path, SAMPLE)
    (stored.folder / "close.npy").write_bytes(b"")
    assert library.verify(library.write_version(tmp_path, SAMPLE).folder, stored.digest)


def damage_cut(folder: Path) -> None:
    path = folder / "high.npy"
    path.write_bytes(path.read_bytes()[:-100])


def damage_column(folder: Path) -> None:
    np.save(folder / "low.npy", np.zeros(3))


def damage_missing(folder: Path) -> None:
    (folder / "time.npy").unlink()


def damage_text(folder: Path) -> None:
    (folder / library.ABOUT).write_text("[/]")


def damage_newer(folder: Path) -> None:
    about = json.loads((folder / library.ABOUT).read_text())
    (folder / library.ABOUT).write_text(json.dumps({**about, "format": 99}))


@pytest.mark.parametrize("damage", [damage_cut, damage_column, damage_missing, damage_text, damage_newer])
def test_a_damaged_version_is_refused_with_its_folder(tmp_path: Path, damage: object) -> None:
    stored = library.write_version(tmp_path, SAMPLE)
    assert callable(damage)
    damage(stored.folder)
    with pytest.raises(BacktapeError, match=r"The price history in .* is damaged; import the file again"):
        library.read_bars(stored.folder)


def test_a_version_that_is_gone_is_told_to_be(tmp_path: Path) -> None:
    with pytest.raises(BacktapeError, match="is gone; import the file again"):
        library.read_bars(tmp_path / "nothing")
    assert not library.verify(tmp_path / "nothing", "x")


def test_no_bars_are_not_stored(tmp_path: Path) -> None:
    with pytest.raises(BacktapeError, match="There is no EURUSD M15 bar to store"):
        library.write_version(tmp_path, make_bars([]))


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(
        BacktapeError, match=r"The disk is full: .* could not be written to .*; make room, and import again"
    ):
        library.write_version(tmp_path, SAMPLE)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert list(tmp_path.glob(".new-*")) == []


def test_a_refused_csv_is_told_with_the_folder_of_the_library_and_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_large(*_: object, **__: object) -> bytes:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))

    monkeypatch.setattr(library, "_csv_text", too_large)
    with pytest.raises(BacktapeError) as refusal:
        library.write_version(tmp_path, SAMPLE)
    assert str(refusal.value) == (
        f"The price history could not be written to {tmp_path} (File too large); "
        "make room or make it writable, and import again."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_csv_on_a_full_disk_leaves_nothing_under_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(library, "_csv_text", full)
    with pytest.raises(BacktapeError, match="could not be written"):
        library.write_csv(SAMPLE, tmp_path / "bars.csv")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_import_left_is_cleared_by_a_later_one(tmp_path: Path) -> None:
    forgotten, fresh = tmp_path / ".new-old", tmp_path / ".new-young"
    for draft in (forgotten, fresh):
        draft.mkdir()
    os.utime(forgotten, (1, 1))
    library.write_version(tmp_path, SAMPLE)
    assert not forgotten.exists()
    assert fresh.exists()
