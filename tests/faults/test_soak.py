"""A minute of the soak: the queue under pressure."""

import os
from pathlib import Path

import pytest

from tests.faults.soak import soak


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_every_run_has_one_end_whatever_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BACKTAPE_HOME", "BACKTAPE_RUNNER_IDLE", "BACKTAPE_WORKERS"):
        monkeypatch.setenv(name, os.environ.get(name, ""))  # put back afterwards
    report = soak(tmp_path / "home", seconds=60, seed=7, waiting=20)
    assert report.problems == [], report.text()
    assert sum(report.faults.values()) >= 20
    assert report.ends["completed"] >= 10
