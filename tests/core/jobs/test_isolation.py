import os
from pathlib import Path

from core.home import Home
from core.jobs.isolation import BoundedOutput, cut_log
from core.jobs.logs import read_run_log, run_log


def written(path: Path, texts: list[str], limit: int) -> str:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    output = BoundedOutput(descriptor, limit)
    for text in texts:
        assert output.write(text) == len(text)
    os.close(descriptor)
    return path.read_text()


def test_output_within_its_bound_is_kept(tmp_path: Path) -> None:
    assert written(tmp_path / "log", ["one\n", "two\n"], 100) == "one\ntwo\n"


def test_output_beyond_its_bound_is_cut_and_says_so_once(tmp_path: Path) -> None:
    text = written(tmp_path / "log", ["x" * 60, "y" * 60, "z" * 60], 100)
    assert text.startswith("x" * 60 + "y" * 40)
    assert text.count("not kept") == 1
    assert "z" not in text


def test_what_is_no_text_does_not_stop_the_output(tmp_path: Path) -> None:
    assert written(tmp_path / "log", ["\ud800 after"], 100) == "\\ud800 after"


def test_a_log_that_was_written_past_its_bound_is_shortened(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"x" * 5000)
    cut_log(log, limit=10_000)
    assert log.stat().st_size == 5000
    log.write_bytes(b"x" * 3_000_000)
    cut_log(log)
    assert log.stat().st_size == 1_000_000
    cut_log(tmp_path / "none")


def test_the_log_of_a_run_is_shown_without_what_moves_a_terminal(home: Home) -> None:
    run_log(home, 3).write_bytes(b"plain\n\x1b]0;title\x07 \xff end\n")
    shown = read_run_log(home, 3)
    assert shown.splitlines()[0] == "plain"
    assert all(character.isprintable() or character == "\n" for character in shown)
    assert read_run_log(home, 4) == ""


def test_only_the_end_of_a_long_log_is_shown(home: Home) -> None:
    run_log(home, 3).write_text("".join(f"line {number}\n" for number in range(50_000)))
    shown = read_run_log(home, 3)
    assert shown.endswith("line 49999")
    assert len(shown) < 110_000
