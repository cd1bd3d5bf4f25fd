"""A folder of strategies."""

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of somebody's own strategies."""
    folder = tmp_path / "strategies"
    folder.mkdir(mode=0o700)
    return folder
