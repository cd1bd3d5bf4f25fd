"""The process that reads files for the screens runs this very code, wherever the program is started."""

from pathlib import Path
from unittest.mock import patch

import psutil
import pytest

from core.errors import BacktapeError
from core.home import Home
from core.own_code import ROOT, own_command
from tests.shots.prices import write_csv
from tui.imports.client import Asked, ImportProcess, import_sample


@pytest.fixture
def strange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the program is started in, with modules that are not ours."""
    for name in ("json.py", "tui.py", "core.py"):
        (tmp_path / name).write_text("raise SystemExit('not ours')")
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def test_the_process_runs_this_code_from_a_folder_that_nobody_needs(empty: Home, strange: Path) -> None:
    process = ImportProcess(empty)
    try:
        found = await process.preview(Asked(str(write_csv(strange, "EURUSD.csv"))))
        assert (found["symbol"], process.pid is None) == ("EURUSD", False)
        started = psutil.Process(process.pid)
        assert started.cmdline()[1:] == own_command("tui.imports.process")[1:]
        assert started.cwd() == "/"
        assert started.environ()["PYTHONPATH"].split(":")[0] == str(ROOT)
    finally:
        process.close()


async def test_the_sample_is_imported_from_a_folder_with_modules_that_are_not_ours(
    empty: Home, strange: Path
) -> None:
    assert (await import_sample(empty))["symbol"] == "SYNTHETIC"
    assert strange == Path.cwd()


async def test_a_sample_whose_process_cannot_be_started_is_refused_in_a_sentence(empty: Home) -> None:
    refused = patch("core.own_code.subprocess.Popen", side_effect=OSError(11, "No process is left"))
    with refused, pytest.raises(BacktapeError, match="The process that makes the sample market cannot be"):
        await import_sample(empty)
