import pytest

from core.home import Home
from core.jobs import launch
from core.jobs.launch import RunnerStatus
from core.jobs.state import RunnerState
from db import runs
from db.connection import StoreConnection
from tests.db.samples import add_run
from tui.commands import following


def test_compiling_is_told_once_where_no_line_can_be_rewritten(
    home: Home, store: StoreConnection, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run_id = add_run(store)
    waits: list[float] = []

    def wait(*_: object) -> None:
        waits.append(0.0)
        if len(waits) == 3:
            runs.request_cancel(store, [run_id])

    status = RunnerStatus(living=True, state=RunnerState.COMPILING, running=0, waiting=1, paused=False)
    monkeypatch.setattr(launch, "ensure_runner", lambda *_, **__: None)
    monkeypatch.setattr(launch, "runner_status", lambda *_: status)
    monkeypatch.setattr(following, "_wait_for_change", wait)
    following.follow(home, [run_id])
    said = capsys.readouterr()
    assert len(waits) == 3
    assert said.err.splitlines() == [
        "Compiling the engine, once on this machine; this takes about half a minute ..."
    ]
    assert said.out == ""
