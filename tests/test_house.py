"""The rules of the house that no single module can keep."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [path for folder in ("core", "db", "migrations", "tui") for path in (ROOT / folder).rglob("*.py")]


def test_imports_go_one_way() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("target", ["demo", "test", "check", "bench", "shots"])
def test_make_help_lists_every_target_of_the_readme(target: str) -> None:
    listing = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert f"\n{target} " in f"\n{listing.stdout}"


def test_no_source_file_has_grown_beyond_reading() -> None:
    lengths = {path.relative_to(ROOT): len(path.read_text().splitlines()) for path in SOURCES}
    assert {path: length for path, length in lengths.items() if length > 400} == {}


def test_nothing_is_pickled() -> None:
    using = [path for path in SOURCES if "import pickle" in path.read_text() or "shelve" in path.read_text()]
    assert using == []
