import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db import backup
from db.backup import back_up, back_up_before_upgrade, back_up_daily, content_of
from db.connection import StoreConnection, connect
from db.copies import copies, newest_backup
from db.errors import StoreBusyError, StoreDamagedError, StoreError, StoreFullError
from db.revision import REVISION
from db.times import utc_datetime
from db.upgrade import open_store
from tests.db.samples import add_run, finished_run


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def spoil(path: Path, page: int = 20) -> None:
    """Overwrite a page in the middle of a store."""
    with path.open("r+b") as file:
        file.seek(page * 4096)
        file.write(b"\xa5" * 4096)


def fill(path: Path) -> None:
    with closing(connect(path)) as connection:
        for _ in range(20):
            finished_run(connection)


def test_a_backup_of_a_store_in_use_holds_what_was_committed(store_path: Path) -> None:
    with closing(connect(store_path)) as connection:
        run_id = finished_run(connection)
        copy = back_up(store_path)
        second = back_up(store_path)
    assert copy != second
    assert [one.path for one in copies(store_path)] == [second, copy]
    shutil.copy(copy, store_path)
    open_store(store_path)
    with closing(connect(store_path)) as connection:
        assert connection.execute("SELECT id FROM backtest_runs").fetchall() == [(run_id,)]
        # One that was put in its place by hand is what the program itself would have made.
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_backup_is_a_lone_private_file(store_path: Path) -> None:
    fill(store_path)
    copy = back_up(store_path)
    assert names(copy.parent) == [copy.name]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
    before = copy.read_bytes()
    assert content_of(copy) == backup.Content(REVISION, 20, None)
    assert names(copy.parent) == [copy.name]
    assert copy.read_bytes() == before


def test_a_backup_made_while_another_program_writes_is_of_one_moment(
    store_path: Path, connection: StoreConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "_STEP", 3)
    finished_run(connection)
    asked = 0

    def go_on() -> bool:
        nonlocal asked
        asked += 1
        add_run(connection)
        return True

    copy = back_up(store_path, go_on=go_on)
    assert asked > 5
    assert content_of(copy).runs == 1


def test_a_backup_that_is_put_off_leaves_nothing(store_path: Path) -> None:
    with pytest.raises(StoreBusyError, match="put off"):
        back_up(store_path, go_on=lambda: False)
    assert names(store_path.parent / "backups") == []


def test_a_backup_that_cannot_be_made_leaves_no_half_copy(store_path: Path) -> None:
    (store_path.parent / "backups").write_text("in the way")
    with pytest.raises(StoreError, match="could not be backed up"):
        back_up(store_path)


def test_daily_copies_are_made_once_a_day_and_kept_for_three_days_and_a_month(store_path: Path) -> None:
    def on(day: str, hour: str = "03") -> Path | None:
        return back_up_daily(store_path, at=utc_datetime(f"2024-{day} {hour}:00:00.000000"))

    asked_for = back_up(store_path)
    before_upgrade = back_up_before_upgrade(store_path)
    for day in ("01-30", "01-31", "02-01", "02-02", "02-03", "02-04"):
        assert on(day) is not None
    assert on("02-04", "17") is None
    days = [f"{copy.made_at:%m-%d}" for copy in copies(store_path, "daily")]
    assert days == ["02-04", "02-03", "02-02", "01-31"]
    assert asked_for.exists()
    assert before_upgrade.exists()


def test_a_damaged_store_takes_no_place_among_its_daily_copies(store_path: Path) -> None:
    fill(store_path)
    first = utc_datetime("2024-02-01 03:00:00.000000")
    for day in range(3):
        back_up_daily(store_path, at=first + timedelta(days=day))
    good = names(store_path.parent / "backups")
    spoil(store_path)
    for day in range(3, 9):
        with pytest.raises(StoreDamagedError, match="is damaged"):
            back_up_daily(store_path, at=first + timedelta(days=day))
    assert names(store_path.parent / "backups") == good
    assert all(content_of(copy.path).fault is None for copy in copies(store_path))


def test_rows_put_in_by_hand_do_not_keep_a_store_from_being_backed_up(store_path: Path) -> None:
    fill(store_path)
    with closing(sqlite3.connect(store_path)) as hand, hand:
        hand.execute("PRAGMA ignore_check_constraints=ON")
        hand.execute("UPDATE backtest_runs SET status = 'finished', progress_pct = 250")
    assert content_of(back_up(store_path)).fault is None


def test_a_daily_copy_leaves_room_for_results(store_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "SPARE", 1 << 62)
    with pytest.raises(StoreFullError, match="no room to spare"):
        back_up_daily(store_path)
    assert not (store_path.parent / "backups").exists()


def test_of_the_copies_made_before_upgrades_the_newest_three_are_kept(store_path: Path) -> None:
    made = [back_up_before_upgrade(store_path) for _ in range(5)]
    assert [copy.path for copy in copies(store_path)] == made[:1:-1]


def test_copies_that_were_asked_for_are_never_removed(store_path: Path) -> None:
    made = [back_up(store_path) for _ in range(6)]
    back_up_daily(store_path)
    back_up_before_upgrade(store_path)
    assert all(copy.exists() for copy in made)


def test_the_newest_copy_is_the_one_made_last_whatever_touched_its_file(store_path: Path) -> None:
    old = back_up(store_path, at=datetime(2024, 1, 1, tzinfo=UTC))
    new = back_up_daily(store_path, at=datetime(2024, 5, 1, tzinfo=UTC))
    assert new is not None
    old.touch()
    assert newest_backup(store_path) == new
    named_by_hand = store_path.parent / "backups" / "store-before-the-holidays.db"
    shutil.copy(old, named_by_hand)
    assert newest_backup(store_path) == named_by_hand
    assert copies(store_path)[0].kind == "manual"


@pytest.mark.parametrize(
    ("remains", "fault"),
    [
        (b"", "no store of Backtape"),
        (b"time,open,high,low,close\n" * 1000, "not a database"),
        (None, "made by a newer Backtape (schema bt0999)"),
    ],
    ids=["empty", "text", "newer"],
)
def test_a_copy_that_could_not_be_put_back_is_told_from_a_whole_one(
    store_path: Path, remains: bytes | None, fault: str
) -> None:
    copy = back_up(store_path)
    if remains is None:
        with closing(sqlite3.connect(copy)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = 'bt0999'")
    else:
        copy.write_bytes(remains)
    assert fault in (content_of(copy).fault or "")


def test_a_copy_with_a_damaged_page_is_told_from_a_whole_one(store_path: Path) -> None:
    fill(store_path)
    copy = back_up(store_path)
    spoil(copy)
    assert content_of(copy).fault
