import pytest

from db import runs
from db.connection import StoreConnection
from tests.tui.commands.conftest import completed
from tests.tui.commands.program import call

Capture = pytest.CaptureFixture[str]


def kept(store: StoreConnection, run_id: int) -> str | None:
    """The note of a run."""
    run = runs.get(store, run_id)
    assert run is not None
    return run.notes


def test_a_note_is_written_shown_and_taken_away(store: StoreConnection, capsys: Capture) -> None:
    run_id = completed(store)
    assert call(capsys, "note", f"#{run_id}", " before the holidays ").out == (
        f"Run {run_id} is noted: before the holidays\n"
    )
    assert "\nnote: before the holidays\n" in call(capsys, "show", str(run_id)).out
    assert call(capsys, "show", str(run_id), "--json").document["notes"] == "before the holidays"
    assert call(capsys, "note", str(run_id), "").out == f"Run {run_id} has no note.\n"
    assert kept(store, run_id) is None
    assert "note:" not in call(capsys, "show", str(run_id)).out


def test_words_without_quotes_are_one_note(store: StoreConnection, capsys: Capture) -> None:
    run_id = completed(store)
    said = call(capsys, "note", str(run_id), "before", "the", "holidays").out
    assert said == f"Run {run_id} is noted: before the holidays\n"


def test_a_note_is_kept_harmless_and_a_line(store: StoreConnection, capsys: Capture) -> None:
    run_id = completed(store)
    said = call(capsys, "note", str(run_id), "one\ntwo\x1b]0;x\x07", "--json")
    assert said.document == {"id": run_id, "notes": "one two\ufffd]0;x\ufffd"}
    assert kept(store, run_id) == "one two\ufffd]0;x\ufffd"


def test_what_is_too_long_is_refused_and_the_note_stays(store: StoreConnection, capsys: Capture) -> None:
    run_id = completed(store)
    call(capsys, "note", str(run_id), "x" * 1_000)
    said = call(capsys, "note", str(run_id), "y" * 1_001)
    assert (said.code, said.out) == (1, "")
    assert said.err.strip().endswith("at most 1,000 characters, and this one has 1,001; shorten it.")
    assert kept(store, run_id) == "x" * 1_000


def test_a_run_that_is_not_there_has_no_note(store: StoreConnection, capsys: Capture) -> None:
    deleted = completed(store)
    runs.delete(store, [deleted])
    assert "There is no run 99" in call(capsys, "note", "99", "x").err
    assert "is deleted" in call(capsys, "note", str(deleted), "x").err
    assert call(capsys, "note", str(deleted)).code == 2
