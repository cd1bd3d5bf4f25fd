import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import BacktapeError
from core.home import Home
from core.jobs.logs import (
    LOG_LIMIT,
    LOGGER,
    cut_log,
    open_runner_log,
    open_runner_output,
    read_run_log,
    read_runner_log,
    run_log,
    runner_log,
    runner_output,
    told_in_run_log,
)


@pytest.fixture
def logging_home(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A data folder whose runner's log is open in this process, as under a loose umask."""
    monkeypatch.setattr(logging, "raiseExceptions", True)
    before, handlers = os.umask(0), list(LOGGER.handlers)
    open_runner_log(home)
    yield home
    os.umask(before)
    for handler in LOGGER.handlers:
        handler.close()
    LOGGER.handlers[:] = handlers
    LOGGER.propagate = True


def test_the_log_of_a_run_is_read_without_what_moves_a_terminal(home: Home) -> None:
    run_log(home, 3).write_bytes(b"plain\n\x1b]0;title\x07 \xff end\n\xc2\x9b31m\xe2\x80\xaenow\n")
    shown = read_run_log(home, 3)
    assert shown[0] == "plain"
    assert all(line.isprintable() for line in shown)
    assert shown[1].endswith("end")


def test_a_run_without_a_log_has_printed_nothing(home: Home) -> None:
    assert read_run_log(home, 4) == []


@pytest.mark.parametrize(
    ("log", "told"),
    [
        ("", None),
        ("mine.py, line 8: no.\n  mine.py, line 8, in on_bar\n", "the lines that led there are"),
        (
            "seen\nmine.py, line 8: no.\n  mine.py, line 8, in on_bar\n",
            "what it printed and the lines that led there are",
        ),
        ("Traceback (most recent call last):\n  File ...\n", "the lines that led there are"),
        ("seen\n", "what it printed is"),
    ],
)
def test_what_the_log_of_a_run_that_failed_holds_is_told(home: Home, log: str, told: str | None) -> None:
    run_log(home, 3).write_text(log)
    assert told_in_run_log(home, 3, "mine.py, line 8: no.") == told


def test_a_log_that_cannot_be_read_is_not_told_of(home: Home) -> None:
    run_log(home, 3).mkdir()
    assert told_in_run_log(home, 3, "no.") is None


def test_only_as_many_lines_are_read_as_are_wanted_and_they_are_the_last(home: Home) -> None:
    run_log(home, 3).write_text("".join(f"line {number}\n" for number in range(50_000)))
    assert read_run_log(home, 3, 3) == ["line 49997", "line 49998", "line 49999"]
    assert len(read_run_log(home, 3)) == 2_000


def test_a_line_of_ten_megabytes_is_cut(home: Home) -> None:
    run_log(home, 3).write_text("x" * 10_000_000 + "\nlast\n")
    first, last = read_run_log(home, 3, 2)
    assert (len(first) <= 2_000, last) == (True, "last")


def test_a_log_that_cannot_be_read_is_told_in_a_sentence(home: Home) -> None:
    run_log(home, 3).mkdir()
    with pytest.raises(BacktapeError, match=r"run-3\.log cannot be read"):
        read_run_log(home, 3)


def test_a_log_that_was_written_past_its_bound_is_shortened_and_says_so(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"x" * 5000)
    cut_log(log, limit=10_000)
    assert log.stat().st_size == 5000
    with log.open("ab") as writer:
        writer.write(b"x" * 3 * LOG_LIMIT)
        writer.flush()
        cut_log(log)
        writer.write(b"later")
    text = log.read_bytes()
    assert LOG_LIMIT < len(text) < LOG_LIMIT + 100
    assert text.endswith(b"more than is kept]\nlater")


def test_a_log_that_is_gone_or_another_file_by_now_is_not_cut(tmp_path: Path) -> None:
    cut_log(tmp_path / "none")
    store = tmp_path / "store.db"
    store.write_bytes(b"x" * 3 * LOG_LIMIT)
    (tmp_path / "log").symlink_to(store)
    cut_log(tmp_path / "log")
    assert store.stat().st_size == 3 * LOG_LIMIT


def test_the_logs_are_private_whatever_the_umask(logging_home: Home) -> None:
    os.close(open_runner_output(logging_home))
    LOGGER.info("runner begins")
    for path in (runner_log(logging_home), runner_output(logging_home)):
        assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_a_rotated_log_is_private_too_and_is_read_across_the_turn(logging_home: Home) -> None:
    for number in range(20_000):
        LOGGER.info("entry %05d %s", number, "x" * 120)
    files = sorted(logging_home.logs.iterdir())
    assert [path.name for path in files] == [
        "runner.log",
        "runner.log.1",
        "runner.log.2",
        "runner.log.3",
    ]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert sum(path.stat().st_size for path in files) < 4_100_000
    lines = read_runner_log(logging_home, 10_000)
    numbers = [int(line.split("entry ")[1][:5]) for line in lines]
    assert numbers == list(range(20_000 - len(lines), 20_000))
    assert len(lines) > len(runner_log(logging_home).read_text().splitlines())


def test_a_text_from_a_run_can_neither_forge_an_entry_nor_move_a_terminal(logging_home: Home) -> None:
    LOGGER.warning("run %d: %s", 3, "no\n2026-01-01 runner ends\x1b]52;c;AAAA\x07\u202e")
    try:
        raise ValueError("\x1b[2J")
    except ValueError:
        LOGGER.exception("runner gives up")
    lines = runner_log(logging_home).read_text().splitlines()
    assert all(line.isprintable() for line in lines)
    assert sum("WARNING" in line for line in lines) == 1
    assert not any(line.startswith("2026-01-01 runner ends") for line in lines)
    assert "Traceback (most recent call last):" in lines


def test_what_a_runner_says_outside_its_log_is_shown_below_it(home: Home) -> None:
    runner_log(home).write_text("runner begins\n")
    assert read_runner_log(home, 10) == ["runner begins"]
    os.write(open_runner_output(home), b"ModuleNotFoundError: numba\n")
    assert read_runner_log(home, 10) == [
        "runner begins",
        "Outside its log, in runner.err:",
        "ModuleNotFoundError: numba",
    ]


def test_the_output_of_the_runner_before_is_kept_and_nothing_older(home: Home) -> None:
    for text in (b"first", b"", b"second", b"third"):
        descriptor = open_runner_output(home)
        os.write(descriptor, text)
        os.close(descriptor)
    assert {path.name: path.read_text() for path in home.logs.iterdir()} == {
        "runner.err": "third",
        "runner.err.1": "second",
    }


def test_what_a_runner_says_outside_its_log_is_bounded(logging_home: Home) -> None:
    os.write(open_runner_output(logging_home), b"x" * 3 * LOG_LIMIT)
    LOGGER.info("run 3: worker 4711")
    assert runner_output(logging_home).stat().st_size < LOG_LIMIT + 100
