"""Modules that are not here: found by reading, without a run and without an import."""

import sys
from pathlib import Path

import pytest

from core.strategies.missing import missing_module
from core.strategies.registry import describe_all

STRATEGY = """

class Mine(Strategy):
    def on_bar(self, context):
        pass
"""
FIRST = "from core.strategies import Strategy\n"


def told_of(folder: Path, text: str) -> str | None:
    (folder / "mine.py").write_text(text + STRATEGY)
    (mine,) = [one for one in describe_all(folder) if not one.builtin]
    assert mine.error is None
    return missing_module(mine)


@pytest.mark.parametrize(
    "imported",
    ["import not_there_at_all", "from not_there_at_all import a", "import json, not_there_at_all.b"],
)
def test_a_module_that_is_not_here_is_told_with_file_and_line(imported: str, tmp_path: Path) -> None:
    told = told_of(tmp_path, f'"""Mine."""\n{FIRST}{imported}\n')
    assert told is not None
    assert told.startswith(
        "mine.py, line 3: It needs the module not_there_at_all, which is not installed here"
    )


@pytest.mark.parametrize(
    "imported",
    [
        "import json, numpy, pandas.api",
        "try:\n    import not_there_at_all\nexcept ImportError:\n    pass",
        "import sys\nsys.path.append('elsewhere')\nimport not_there_at_all",
        "if False:\n    import not_there_at_all",
        "from __future__ import annotations",
    ],
)
def test_nothing_is_told_of_what_may_be_there_when_it_runs(imported: str, tmp_path: Path) -> None:
    lines = [imported, FIRST] if "__future__" in imported else [FIRST, imported]
    assert told_of(tmp_path, "\n".join(lines)) is None


def test_a_file_beside_the_strategy_is_a_module_that_is_here(tmp_path: Path) -> None:
    (tmp_path / "_mine.py").write_text("import sys\nsys.path.append('elsewhere')\n")
    assert told_of(tmp_path, f"{FIRST}import _mine\nimport not_there_at_all\n") is None


def test_what_is_looked_for_is_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "only_looked_for.py").write_text("raise SystemExit\n")
    monkeypatch.syspath_prepend(str(tmp_path / "elsewhere"))
    assert told_of(tmp_path, f"{FIRST}import only_looked_for\n") is None
    assert "only_looked_for" not in sys.modules


def test_what_comes_with_the_program_has_all_it_needs() -> None:
    assert [missing_module(one) for one in describe_all()] == [None] * len(describe_all())
