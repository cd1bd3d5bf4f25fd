"""What the screens remember between two starts."""

import errno
import json
import os
from pathlib import Path
from unittest.mock import patch

import pytest

from core.home import Home
from tests.tui.conftest import make_app, until_shown
from tui.memory import LARGEST_FILE, LARGEST_PLACE, Memory


def open_memory(home: Home) -> Memory:
    return Memory(home, changed=lambda: None)


def log_of(home: Home) -> str:
    log = home.logs / "backtape.log"
    return log.read_text() if log.exists() else ""


def test_what_one_start_keeps_the_next_one_finds(home: Home) -> None:
    memory = open_memory(home)
    memory.keep("runs", {"filter": "symbol:EURUSD", "columns": ["id", "return"], "cursor": 7})
    memory.write()
    assert open_memory(home).of("runs") == {
        "filter": "symbol:EURUSD",
        "columns": ["id", "return"],
        "cursor": 7,
    }
    assert home.screens.stat().st_mode & 0o777 == 0o600
    assert log_of(home) == ""


def test_what_was_kept_is_there_before_it_is_written(home: Home) -> None:
    memory = open_memory(home)
    memory.keep("app", {"theme": "dark"})
    assert memory.of("app") == {"theme": "dark"}
    assert not home.screens.exists()


def test_nobody_can_change_what_is_kept_from_outside(home: Home) -> None:
    memory = open_memory(home)
    memory.keep("runs", {"columns": ["id"]})
    columns = memory.of("runs")["columns"]
    assert isinstance(columns, list)
    columns.append("made")
    assert memory.of("runs") == {"columns": ["id"]}


def test_the_same_again_is_not_written_again(home: Home) -> None:
    calls: list[int] = []
    memory = Memory(home, changed=lambda: calls.append(1))
    for _ in range(3):
        memory.keep("app", {"theme": "dark"})
    assert calls == [1]


def test_of_two_programs_the_last_writer_wins_place_by_place(home: Home) -> None:
    one, other = open_memory(home), open_memory(home)
    one.keep("runs", {"filter": "one"})
    one.keep("new_run", {"symbol": "EURUSD"})
    other.keep("runs", {"filter": "other"})
    other.keep("unknown to one", {"x": 1})
    one.write()
    other.write()
    one.write()
    third = open_memory(home)
    assert third.of("runs") == {"filter": "other"}
    assert third.of("new_run") == {"symbol": "EURUSD"}
    assert third.of("unknown to one") == {"x": 1}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"runs": {"filter": "x"}',
        b"[1, 2]",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'"' + b"x" * LARGEST_FILE + b'"',
    ],
    ids=["empty", "cut", "half", "a list", "no text", "deep", "large"],
)
def test_a_damaged_file_is_put_aside_and_told_of_and_a_new_one_written(home: Home, content: bytes) -> None:
    home.screens.write_bytes(content)
    memory = open_memory(home)
    assert memory.of("runs") == {}
    assert "screens.json cannot be read" in log_of(home)
    memory.keep("runs", {"filter": "x"})
    memory.write()
    assert json.loads(home.screens.read_text()) == {"runs": {"filter": "x"}}
    aside = home.path / "screens.damaged"
    assert aside.read_bytes() == content
    assert f"lies in {aside} now" in memory.damage


def test_names_of_one_place_that_two_programs_keep_stand_beside_each_other(home: Home) -> None:
    one, other = open_memory(home), open_memory(home)
    for memory, name in ((one, "mine"), (other, "yours"), (one, "gone")):
        memory.keep_named("presets", name, {"size": "1"})
        assert memory.write() == ""
    one.keep_named("presets", "gone", None)
    one.write()
    assert (
        one.of("presets")
        == open_memory(home).of("presets")
        == {"mine": {"size": "1"}, "yours": {"size": "1"}}
    )


def test_what_could_not_be_written_is_told_and_written_later(home: Home) -> None:
    memory = open_memory(home)
    memory.keep_named("presets", "mine", {"size": "1"})
    with patch("os.fsync", side_effect=OSError(errno.ENOSPC, "No space left on device")):
        assert memory.write() == f"{home.screens} cannot be written (No space left on device)."
    assert not home.screens.with_suffix(".draft").exists()
    assert memory.write() == ""
    assert open_memory(home).of("presets") == {"mine": {"size": "1"}}


def test_a_second_damaged_file_does_not_take_the_place_of_the_first(home: Home) -> None:
    for content in ("[first", "[second"):
        home.screens.write_text(content)
        Memory(home, lambda: None)
    aside = [home.path / name for name in ("screens.damaged", "screens.damaged-2")]
    assert [path.read_text() for path in aside] == ["[first", "[second"]


async def test_a_damaged_file_is_told_of_on_the_first_screen(filled: Home) -> None:
    filled.screens.write_text("{")
    async with make_app(filled).run_test(size=(160, 40)) as pilot:
        await until_shown(pilot, "41 runs", "screens.json cannot be read and lies in")


def test_places_that_are_none_are_left_out(home: Home) -> None:
    home.screens.write_text('{"runs": 7, "app": {"theme": "dark"}}')
    memory = open_memory(home)
    assert memory.of("runs") == {}
    assert memory.of("app") == {"theme": "dark"}


def test_a_pipe_in_its_place_does_not_hold_up_the_start(home: Home) -> None:
    os.mkfifo(home.screens)
    assert open_memory(home).of("runs") == {}
    assert "it is not a file" in log_of(home)


def test_a_folder_that_cannot_be_written_does_not_hurt(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    memory = open_memory(home)
    memory.keep("app", {"theme": "dark"})
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", refuse)
        memory.write()
    assert "cannot be written (Permission denied)" in log_of(home)
    memory.write()
    assert open_memory(home).of("app") == {"theme": "dark"}


def test_a_folder_that_is_gone_does_not_hurt(tmp_path: Path) -> None:
    memory = open_memory(Home(tmp_path / "gone"))
    memory.keep("app", {"theme": "dark"})
    memory.write()
    assert memory.of("app") == {"theme": "dark"}


def test_a_place_that_is_too_large_is_kept_for_this_session_only(home: Home) -> None:
    memory = open_memory(home)
    memory.keep("runs", {"filter": "x"})
    memory.keep("presets", {"long": "y" * LARGEST_PLACE})
    memory.write()
    assert len(str(memory.of("presets")["long"])) == LARGEST_PLACE
    assert json.loads(home.screens.read_text()) == {"runs": {"filter": "x"}}
    assert "'presets'" in log_of(home)


def test_a_file_that_would_be_too_large_is_left_as_it_is(home: Home) -> None:
    memory = open_memory(home)
    memory.keep("runs", {"filter": "x"})
    memory.write()
    for number in range(5):
        memory.keep(f"place {number}", {"long": "y" * (LARGEST_PLACE - 100)})
    memory.write()
    assert json.loads(home.screens.read_text()) == {"runs": {"filter": "x"}}
    assert "larger than 256 kB" in log_of(home)


async def test_the_program_writes_what_was_kept_when_it_is_left(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs")
        app.memory.keep("a place", {"filter": "x"})
    assert json.loads(filled.screens.read_text())["a place"] == {"filter": "x"}


async def test_the_program_writes_what_was_kept_while_it_is_open(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs")
        app.memory.keep("a place", {"filter": "x"})
        app.memory.keep("a place", {"filter": "y"})
        while not filled.screens.exists():
            await pilot.pause(0.02)
        assert json.loads(filled.screens.read_text())["a place"] == {"filter": "y"}
