"""Where compiled code is kept."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.engine.compiled import cache_folder


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
