import pytest

from db import runs
from db.connection import StoreConnection
from tests.db.samples import add_run
from tests.tui.commands.conftest import completed
from tests.tui.commands.program import call

Capture = pytest.CaptureFixture[str]


def listed(store: StoreConnection) -> list[int]:
    return sorted(runs.ids(store))


def test_deleted_runs_leave_the_list_and_come_back(store: StoreConnection, capsys: Capture) -> None:
    kept, first, second = completed(store), completed(store), completed(store)
    said = call(capsys, "delete", str(first), f"#{second}", str(first))
    assert (said.code, listed(store)) == (0, [kept])
    assert "2 runs deleted" in said.out
    said = call(capsys, "undo")
    assert (said.code, listed(store)) == (0, [kept, first, second])
    assert f"{first}, {second}" in said.out


def test_undo_takes_back_the_last_deletion_first(store: StoreConnection, capsys: Capture) -> None:
    first, second = completed(store), completed(store)
    call(capsys, "delete", str(first))
    call(capsys, "delete", str(second))
    call(capsys, "undo")
    assert listed(store) == [second]
    call(capsys, "undo")
    assert listed(store) == [first, second]


def test_undo_without_a_deletion_is_refused(store: StoreConnection, capsys: Capture) -> None:
    said = call(capsys, "undo")
    assert said.code == 1
    assert "no deletion to undo" in said.err


def test_deleting_is_all_or_nothing(store: StoreConnection, capsys: Capture) -> None:
    run_id = completed(store)
    said = call(capsys, "delete", str(run_id), "99")
    assert said.code == 1
    assert "no run 99" in said.err
    assert listed(store) == [run_id]


def test_now_removes_for_good_with_trades_and_curve(store: StoreConnection, capsys: Capture) -> None:
    run_id = completed(store)
    assert call(capsys, "delete", str(run_id), "--now").code == 0
    for table in ("backtest_runs", "backtest_trades", "run_curves", "run_statistics", "run_jobs"):
        assert store.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0  # noqa: S608
    assert call(capsys, "undo").code == 1


def test_now_also_takes_a_run_that_was_deleted_before(store: StoreConnection, capsys: Capture) -> None:
    run_id = completed(store)
    call(capsys, "delete", str(run_id))
    assert call(capsys, "delete", str(run_id), "--now").code == 0
    assert runs.get(store, run_id, deleted=True) is None


def test_a_waiting_run_is_cancelled_when_it_is_deleted(store: StoreConnection, capsys: Capture) -> None:
    run_id = add_run(store)
    call(capsys, "delete", str(run_id))
    call(capsys, "undo")
    run = runs.get(store, run_id)
    assert run is not None
    assert run.status == "cancelled"


def test_a_waiting_run_is_cancelled_at_once(store: StoreConnection, capsys: Capture) -> None:
    run_id = add_run(store)
    said = call(capsys, "cancel", str(run_id))
    assert (said.code, said.err) == (0, "")
    assert f"Run {run_id} is cancelled" in said.out


def test_what_has_ended_cannot_be_cancelled(store: StoreConnection, capsys: Capture) -> None:
    run_id = completed(store)
    said = call(capsys, "cancel", str(run_id))
    assert (said.code, said.out) == (1, "")
    assert f"Run {run_id} is done already" in said.err


@pytest.mark.parametrize("command", ["cancel", "delete", "show", "watch"])
@pytest.mark.parametrize("wrong", [[], ["x"], ["-1"], ["1.5"], ["1", "--force"], ["\x1b[2J"]])
def test_a_run_that_is_not_named_by_its_number_is_wrong_usage(
    command: str, wrong: list[str], store: StoreConnection, capsys: Capture
) -> None:
    said = call(capsys, command, *wrong)
    assert (said.code, said.out, len(said.err.splitlines())) == (2, "", 1)
    assert "\x1b" not in said.err


@pytest.mark.parametrize("command", ["cancel", "delete", "show", "watch"])
def test_an_unknown_run_is_refused(command: str, store: StoreConnection, capsys: Capture) -> None:
    said = call(capsys, command, "4711")
    assert (said.code, said.out) == (1, "")
    assert "There is no run 4711" in said.err
