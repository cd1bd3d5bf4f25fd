import os
from pathlib import Path

from core.jobs.isolation import BoundedOutput


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
