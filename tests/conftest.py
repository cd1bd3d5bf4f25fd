"""What every test may ask for."""

import os
from pathlib import Path

import pytest

from core.home import Home

ROOT = Path(__file__).resolve().parent.parent


def pytest_xdist_auto_num_workers() -> int:
    """Run more at once than there are cores: most tests wait for the processes and screens they watch."""
    return 5 * (os.cpu_count() or 1) // 2


def _beside(name: str) -> Path:
    """Return a folder of real files that lies beside the checkout, or skip."""
    shared = Path(os.environ.get("BACKTAPE_SHARED", ROOT.parent / "shared"))
    folder = shared / name
    if not folder.is_dir():
        pytest.skip(f"no folder {name} of real files beside the checkout (or BACKTAPE_SHARED)")
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A data folder of its own for this test, named in the environment."""
    folder = tmp_path / "home"
    monkeypatch.setenv("BACKTAPE_HOME", str(folder))
    return Home(folder).create()


@pytest.fixture(scope="session")
def market_files() -> Path:
    """The folder of real market files."""
    return _beside("data")


@pytest.fixture(scope="session")
def reference_cases() -> Path:
    """The folder of an independent broker's results."""
    return _beside("reference")
