"""What the line at the top says of the runner."""

from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.home import Home
from core.jobs.launch import RunnerStatus
from core.jobs.state import RunnerState
from db import queue
from db.connection import connect
from tests.db.samples import add_run
from tests.tui.conftest import make_app, until, until_shown
from tui.screens.base import WorkScreen
from tui.widgets.top_bar import TopBar


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (RunnerStatus(False, None, 0, 0), "nothing under way"),
        (RunnerStatus(True, RunnerState.IDLE, 0, 0), "nothing under way, runner ready"),
        (RunnerStatus(True, RunnerState.RUNNING, 0, 0), "nothing under way, runner ready"),
        (RunnerStatus(True, RunnerState.COMPILING, 0, 0), "runner: compiling"),
        (RunnerStatus(True, RunnerState.RUNNING, 1, 2), "runner: 1 running, 2 waiting"),
        (RunnerStatus(True, RunnerState.STARTING, 0, 2), "runner: starting, 2 waiting"),
        (RunnerStatus(True, RunnerState.STARTING, 1, 2), "runner: 1 running, 2 waiting"),
        (RunnerStatus(True, RunnerState.IDLE, 0, 2), "runner: 0 running, 2 waiting"),
        (RunnerStatus(False, None, 0, 2), "no runner, 2 waiting"),
        (RunnerStatus(False, None, 1, 0), "no runner"),
        (RunnerStatus(False, None, 0, 2, paused=True), "queue: paused, 2 waiting"),
    ],
)
async def test_it_says_whether_anything_is_under_way_and_whether_a_runner_lives(
    empty: Home, monkeypatch: pytest.MonkeyPatch, status: RunnerStatus, words: str
) -> None:
    monkeypatch.setattr("core.jobs.launch.runner_status", lambda _: status)
    app = make_app(empty)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.runner_text == words)
        assert isinstance(app.screen, WorkScreen)
        await until(pilot, lambda: words in _text(app.screen.query_one(TopBar)))


async def test_a_full_disk_is_told_while_nothing_is_stored_and_no_more_once_there_is_room(
    empty: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    status = RunnerStatus(True, RunnerState.RUNNING, 1, 0)
    room = 0

    def statvfs(path: Path) -> SimpleNamespace:
        assert path == empty.path
        return SimpleNamespace(f_bavail=room, f_frsize=4096)

    monkeypatch.setattr("core.jobs.launch.runner_status", lambda _: status)
    monkeypatch.setattr("tui.runner_watch.os.statvfs", statvfs)
    app = make_app(empty)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "the disk is full: nothing can be stored")
        assert app.watch_runner.trouble
        room = 1000
        await until_shown(pilot, "runner: 1 running, 0 waiting")
        assert not app.watch_runner.trouble


async def test_a_full_disk_is_nothing_to_tell_while_all_is_stored_or_nothing_is_to_be(
    empty: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.runner_watch.os.statvfs", lambda _: SimpleNamespace(f_bavail=0, f_frsize=4096))
    monkeypatch.setattr("tui.runner_watch._SILENT_SECONDS", 0.0)
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "nothing under way")
        with closing(connect(empty.store)) as connection:
            queue.pause(connection, True)
            await until_shown(pilot, "queue: paused")
            add_run(connection)
            await until_shown(pilot, "queue: paused, 1 waiting")
            queue.pause(connection, False)
        await until_shown(pilot, "the disk is full")


def _text(bar: TopBar) -> str:
    return bar.render_line(0).text
