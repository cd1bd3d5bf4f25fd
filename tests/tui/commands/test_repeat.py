from dataclasses import replace

import pytest

from core.home import Home
from core.jobs import repeat
from db import runs
from db.connection import StoreConnection
from tests.homes import import_sample
from tests.tui.commands.program import call

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def no_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start none: these runs are never worked on."""
    monkeypatch.setattr("core.jobs.launch.ensure_runner", lambda *_, **__: None)


@pytest.fixture
def first(home: Home, store: StoreConnection, capsys: Capture) -> int:
    """A run on the sample market."""
    import_sample(home, store)
    return int(call(capsys, "run", "sma_cross", "SYNTHETIC", "H1", "--detach", "--lots", "0.3").out)


def test_runs_are_repeated_as_they_were(store: StoreConnection, capsys: Capture, first: int) -> None:
    said = call(capsys, "repeat", str(first), "--detach")
    assert said.code == 0
    assert said.err.startswith(f"Run {first + 1} repeats run {first}.\n")
    again = runs.get(store, int(said.out))
    assert again is not None
    assert (again.strategy, again.volume, again.status) == ("sma_cross", 0.3, "pending")


def test_what_is_another_today_is_told_with_the_option_that_takes_it(
    capsys: Capture, first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = repeat.plan_repeat
    newer = ("strategy",)
    monkeypatch.setattr(
        repeat, "plan_repeat", lambda *args, **named: replace(plan(*args, **named), newer=newer)
    )
    told = f"Run {first + 1} repeats run {first}. With --latest it takes today's.\n"
    assert call(capsys, "repeat", str(first), "--detach").err.startswith(told)


def test_the_latest_is_another_way_to_the_same_run(
    store: StoreConnection, capsys: Capture, first: int
) -> None:
    said = call(capsys, "repeat", str(first), "--latest", "--detach", "--json")
    document = said.document
    assert document["id"] == first + 1
    assert document["volume"] == 0.3


def test_of_several_all_or_none_are_repeated(store: StoreConnection, capsys: Capture, first: int) -> None:
    said = call(capsys, "repeat", str(first), "999", "--detach")
    assert said.code == 1
    assert "There is no run 999" in said.err
    assert runs.count(store) == 1
