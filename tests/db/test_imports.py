import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

HEAVY = {"sqlalchemy", "alembic", "aiosqlite", "asyncio", "numpy", "pandas", "pydantic"}
ALLOWED = {"db.models", "db.store", "db.migrating"}
PLAIN = sorted(
    name
    for path in (ROOT / "db").rglob("*.py")
    if not any(
        (name := ".".join(path.relative_to(ROOT).with_suffix("").parts)).startswith(a) for a in ALLOWED
    )
)


def loaded(script: str, *arguments: str) -> set[str]:
    ending = "\nimport sys; print(' '.join(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", script + ending, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(result.stdout.split())


def test_the_plain_modules_import_nothing_heavy() -> None:
    modules = loaded("\n".join(f"import {name.removesuffix('.__init__')}" for name in PLAIN))
    assert modules & HEAVY == set()


def test_opening_a_current_store_imports_nothing_heavy(store_path: Path) -> None:
    script = "import pathlib, sys; from db.upgrade import open_store; open_store(pathlib.Path(sys.argv[1]))"
    modules = loaded(script, str(store_path))
    assert modules & HEAVY == set()


def test_the_store_for_asynchronous_callers_does_not_import_the_models_or_alembic() -> None:
    modules = loaded("import db.store")
    assert "sqlalchemy" in modules
    assert modules & {"alembic", "db.models"} == set()


@pytest.mark.parametrize("name", PLAIN)
def test_no_plain_module_names_a_heavy_one(name: str) -> None:
    tree = ast.parse((ROOT / (name.replace(".", "/") + ".py")).read_text())
    imported = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    imported |= {
        (node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
    }
    assert imported & HEAVY == set()
    assert imported & {"core", "tui", "migrations"} == set()
