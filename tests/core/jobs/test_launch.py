import sys

import pytest

from core.errors import BacktapeError
from core.jobs.fingerprint import environment_digest, new_salt
from core.jobs.launch import RunnerStatus, ensure_runner
from core.jobs.state import RunnerState
from tests.core.jobs.bench import Bench
from tests.processes import wait_until


def test_the_digest_tells_environments_apart_only_with_its_salt() -> None:
    mine = {"BACKTAPE_LLM_API_KEY": "one", "PATH": "/bin"}
    other = {"BACKTAPE_LLM_API_KEY": "two", "PATH": "/bin"}
    salt = new_salt()
    assert environment_digest(salt, mine) != environment_digest(salt, other)
    assert environment_digest(salt, mine) == environment_digest(salt, dict(reversed(mine.items())))
    assert environment_digest(salt, mine) != environment_digest(new_salt(), mine)


def test_what_is_not_ours_and_where_the_folder_is_does_not_count() -> None:
    salt = new_salt()
    with_more = {"PATH": "/elsewhere", "BACKTAPE_HOME": "/home/of/mine"}
    assert environment_digest(salt, with_more) == environment_digest(salt, {})


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (RunnerStatus(False, None, 0, 0), "no runner"),
        (RunnerStatus(False, None, 0, 3), "no runner, 3 waiting"),
        (RunnerStatus(True, RunnerState.STARTING, 0, 1), "starting, 1 waiting"),
        (RunnerStatus(True, RunnerState.COMPILING, 0, 0), "compiling"),
        (RunnerStatus(True, RunnerState.IDLE, 0, 0), "idle"),
        (RunnerStatus(True, RunnerState.RUNNING, 2, 3), "2 running, 3 waiting"),
        (RunnerStatus(True, RunnerState.RUNNING, 2, 3, paused=True), "2 running, paused, 3 waiting"),
        (RunnerStatus(False, None, 0, 3, paused=True), "paused, 3 waiting"),
    ],
)
def test_the_status_line_says_what_the_runner_does(status: RunnerStatus, text: str) -> None:
    assert status.text() == text


@pytest.mark.parametrize(
    ("running", "waiting", "paused", "needed"),
    [
        (0, 0, False, False),
        (0, 1, False, True),
        (0, 1, True, False),
        (1, 0, True, True),
        (1, 0, False, True),
    ],
)
def test_a_runner_is_needed_for_what_runs_and_for_what_waits_unless_that_is_held_back(
    running: int, waiting: int, paused: bool, needed: bool
) -> None:
    assert RunnerStatus(False, None, running, waiting, paused=paused).needs_runner is needed


def test_a_runner_that_lives_is_left_as_it_is(bench: Bench) -> None:
    first = bench.start()
    assert bench.start() == first
    assert len(bench.processes()) == 1


def test_a_runner_that_cannot_start_is_told_with_its_log(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    ensure_runner(bench.home)

    def told() -> str:
        try:
            ensure_runner(bench.home)
        except BacktapeError as error:
            return str(error)
        return ""

    assert "'backtape log' says why" in wait_until(told, "the failure is told", 5)
