"""Where compiled code is kept."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.engine.compiled import cache_folder

ROOT = Path(__file__).resolve().parents[3]


def test_the_folder_lies_in_the_one_that_the_environment_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    folder = cache_folder()
    assert folder.parent == tmp_path
    assert folder.is_dir()


def test_a_child_that_inherits_the_folder_uses_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    folder = cache_folder()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(folder))
    assert cache_folder() == folder


def test_a_folder_that_cannot_be_made_is_replaced_by_a_private_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(in_the_way))
    folder = cache_folder()
    assert os.access(folder, os.W_OK)
    found = (folder.parent if "backtape-numba-" in folder.parent.name else folder).stat()
    assert found.st_uid == os.getuid()
    assert found.st_mode & 0o022 == 0


def folder_of(parent: Path, name: str, *, days: int) -> Path:
    """Return a folder as another version left it, last used so many days ago."""
    folder = parent / name
    (folder / "engine_1").mkdir(parents=True)
    (folder / "engine_1" / "advance.nbi").write_text("index")
    (folder / "engine_1" / "advance.1.nbc").write_text("code")
    os.utime(folder, (time.time() - days * 86_400,) * 2)
    return folder


def test_a_new_version_clears_the_code_that_nobody_used_for_a_month(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    unused = folder_of(tmp_path, "0123456789abcdef", days=31)
    used = folder_of(tmp_path, "fedcba9876543210", days=29)
    assert cache_folder().is_dir()
    assert not unused.exists()
    assert (used / "engine_1" / "advance.1.nbc").exists()


def test_what_is_no_compiled_code_of_ours_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    others = folder_of(tmp_path, "somebody-elses", days=400)
    with_notes = folder_of(tmp_path, "0123456789abcdef", days=400)
    (with_notes / "notes.txt").write_text("mine")
    os.utime(with_notes, (0, 0))
    linked = tmp_path / "1111111111111111"
    linked.symlink_to(others)
    assert cache_folder().is_dir()
    assert (others / "engine_1" / "advance.1.nbc").exists()
    assert (with_notes / "notes.txt").read_text() == "mine"
    assert linked.is_symlink()


def test_using_a_folder_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    folder = cache_folder()
    os.utime(folder, (0, 0))
    assert cache_folder().stat().st_mtime > time.time() - 3600


def test_numba_is_told_before_it_is_imported(tmp_path: Path) -> None:
    script = "import core.engine.compiled, numba; print(numba.config.CACHE_DIR)"
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert Path(told.stdout.strip()).parent == tmp_path


def test_the_boundary_to_strategies_does_not_import_numba() -> None:
    script = "import sys, core.engine.decision, core.engine.terms; print('numba' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


def test_the_same_sources_elsewhere_have_a_folder_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numba keeps code by the path of its source: there it would be compiled again."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    shutil.copytree(ROOT / "core", tmp_path / "core", ignore=shutil.ignore_patterns("__pycache__"))
    told = "from core.engine.compiled import cache_folder; print(cache_folder())"
    there = subprocess.run(
        [sys.executable, "-c", told], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout.strip()
    assert Path(there).parent == cache_folder().parent
    assert Path(there) != cache_folder()
