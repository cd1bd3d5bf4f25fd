"""Several runs of one command: all of them are stored, or none."""

from collections.abc import Callable

import pytest

from core.home import Home
from db import runs
from db.connection import Connection, StoreConnection
from db.errors import StoreBusyError
from db.runs import NewRun
from tests.homes import import_sample
from tests.tui.commands.program import call

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def no_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start none: these runs are never worked on."""
    monkeypatch.setattr("core.jobs.launch.ensure_runner", lambda *_, **__: None)


def _busy_at(at: int, insert: Callable[[Connection, NewRun], int]) -> Callable[[Connection, NewRun], int]:
    """Return what stores runs, but for the one that comes at that place and those behind it."""
    left = iter(range(1, at))

    def stored(connection: Connection, run: NewRun) -> int:
        if next(left, None) is None:
            raise StoreBusyError("The store is busy.")
        return insert(connection, run)

    return stored


def test_a_store_that_is_busy_at_the_third_run_keeps_none(
    home: Home, store: StoreConnection, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_sample(home, store)
    monkeypatch.setattr("core.jobs.submit.runs.insert", _busy_at(3, runs.insert))
    said = call(capsys, "run", "sma_cross", "SYNTHETIC", "H1,H4,D1", "--detach")
    assert (said.code, said.out) == (1, "")
    assert runs.count(store) == 0


def test_a_store_that_is_busy_at_the_third_repeated_run_keeps_none(
    home: Home, store: StoreConnection, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_sample(home, store)
    ids = call(capsys, "run", "sma_cross", "SYNTHETIC", "H1,H4,D1", "--detach").out.split()
    monkeypatch.setattr("core.jobs.submit.runs.insert", _busy_at(3, runs.insert))
    said = call(capsys, "repeat", *ids, "--latest", "--detach")
    assert (said.code, said.out) == (1, "")
    assert runs.count(store) == len(ids) == 3


def test_runs_that_are_stored_together_have_numbers_in_their_order(
    home: Home, store: StoreConnection, capsys: Capture
) -> None:
    import_sample(home, store)
    said = call(capsys, "run", "sma_cross", "SYNTHETIC", "H1,H4,D1", "--detach")
    stored = [runs.get(store, int(number)) for number in said.out.split()]
    assert [run.timeframe for run in stored if run is not None] == ["H1", "H4", "D1"]
