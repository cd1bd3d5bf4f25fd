"""This very code in a process of its own, wherever that is started and whatever is installed."""

import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import BacktapeError
from core.jobs.isolation import environment_without_keys
from core.own_code import ROOT, own_command, own_environment, start_own


def test_the_root_is_the_folder_that_holds_all_packages() -> None:
    assert all((ROOT / name / "__init__.py").is_file() for name in ("core", "db", "tui"))


def test_a_process_finds_this_code_before_any_other_wherever_it_is_started(tmp_path: Path) -> None:
    for folder in ("here", "named"):
        (tmp_path / folder / "core").mkdir(parents=True)
        (tmp_path / folder / "core" / "__init__.py").write_text("raise SystemExit('another core')")
    (tmp_path / "here" / "ast.py").write_text("raise SystemExit('another ast')")
    environment = own_environment({"PYTHONPATH": str(tmp_path / "named")})
    # `-S` leaves out what is installed: only the environment can tell where the code is.
    command = own_command("inspect", "--details", "core.own_code", options=("-S",))
    done = subprocess.run(
        command, cwd=tmp_path / "here", env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Origin: {ROOT / 'core' / 'own_code.py'}\n" in done.stdout


def test_a_path_that_was_given_comes_after_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/theirs")
    assert own_environment()["PYTHONPATH"] == f"{ROOT}:/theirs"
    assert own_environment({"LANG": "C"}) == {"LANG": "C", "PYTHONPATH": str(ROOT)}


def test_options_stand_before_the_module_and_arguments_behind_it() -> None:
    command = own_command("core.jobs.runner", "--home", "/x", options=("-X", "faulthandler"))
    assert command == [sys.executable, "-P", "-X", "faulthandler", "-m", "core.jobs.runner", "--home", "/x"]


def test_a_process_with_a_strategy_finds_this_code_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    environment = environment_without_keys()
    assert environment["PYTHONPATH"].startswith(str(ROOT))
    assert "OPENAI_API_KEY" not in environment


def test_a_process_that_cannot_be_started_is_told_of_in_a_sentence(tmp_path: Path) -> None:
    locked = tmp_path / "python"
    locked.write_text("")
    with pytest.raises(BacktapeError, match=r"The process that reads files cannot be started \(Permission"):
        start_own("reads files", [str(locked)])
