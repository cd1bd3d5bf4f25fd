import pytest

from core.home import Home
from db import queue
from db.connection import StoreConnection
from db.queue import Queue
from tests.db.samples import add_run, claimed
from tests.tui.commands.program import call

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def no_runner(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Note that a runner was asked for, and start none."""
    asked: list[bool] = []
    monkeypatch.setattr("core.jobs.launch.ensure_runner", lambda *_, **__: asked.append(True))
    return asked


def test_a_pause_holds_back_what_waits_and_starts_no_runner(
    store: StoreConnection, capsys: Capture, no_runner: list[bool]
) -> None:
    run_id = add_run(store)
    said = call(capsys, "queue", "--pause")
    assert said.code == 0
    assert "The queue is paused" in said.out
    assert f"waiting  {run_id}" in said.out
    assert "'backtape queue --resume' lets them begin." in said.out
    assert queue.read(store).paused
    assert not no_runner


def test_going_on_makes_sure_of_a_runner(
    store: StoreConnection, capsys: Capture, no_runner: list[bool]
) -> None:
    add_run(store)
    queue.pause(store, True)
    said = call(capsys, "queue", "--resume")
    assert "The queue is open" in said.out
    assert not queue.read(store).paused
    assert no_runner


def test_how_many_work_at_once_is_kept_until_it_is_taken_back(
    store: StoreConnection, capsys: Capture
) -> None:
    told = "7 runs at once, as 'backtape queue --workers' has set it."
    assert told in call(capsys, "queue", "--workers", "7").out
    assert told in call(capsys, "queue").out
    assert queue.read(store) == Queue(workers=7)
    assert "--workers" not in call(capsys, "queue", "--workers", "auto").out
    assert queue.read(store) == Queue()


def test_what_says_how_many_work_at_once_is_named(
    home: Home, store: StoreConnection, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BACKTAPE_WORKERS", raising=False)
    assert " at once, as many as this machine has cores." in call(capsys, "queue").out
    home.config.write_text("[runner]\nworkers = 5\n")
    assert "5 runs at once, as workers in config.toml says." in call(capsys, "queue").out
    monkeypatch.setenv("BACKTAPE_WORKERS", "1")
    assert "1 run at once, as BACKTAPE_WORKERS says." in call(capsys, "queue").out
    assert call(capsys, "queue", "--json").document["workers_from"] == "BACKTAPE_WORKERS"


def test_the_document_lists_runs_in_the_order_of_the_queue(store: StoreConnection, capsys: Capture) -> None:
    first, second, third = (add_run(store) for _ in range(3))
    assert claimed(store, "token") == first
    stand = call(capsys, "queue", "--pause", "--workers", "2", "--json").document
    assert stand == {
        "paused": True,
        "workers": 2,
        "workers_configured": False,
        "workers_from": "queue",
        "running": [first],
        "waiting": [second, third],
    }


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--workers", "0"), "'0' is too few; ask for at least 1"),
        (("--workers", "100000"), "'100000' is too many"),
        (("--workers", "some"), "'some' is not a whole number"),
        (("--pause", "--resume"), "not allowed with"),
    ],
)
def test_what_means_nothing_is_refused_and_changes_nothing(
    store: StoreConnection, capsys: Capture, arguments: tuple[str, ...], sentence: str
) -> None:
    said = call(capsys, "queue", *arguments)
    assert said.code == 2
    assert sentence in said.err
    assert queue.read(store) == Queue()
