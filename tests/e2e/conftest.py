"""Data folders for the program as a whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.home import Home
from tests.homes import end_everything, market_home


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A data folder that nobody has made yet; what works for it is ended afterwards."""
    folder = tmp_path / "home"
    monkeypatch.setenv("BACKTAPE_HOME", str(folder))
    yield Home(folder)
    end_everything(Home(folder))


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Home]:
    """A data folder with a year of the sample market and a slow strategy."""
    with market_home(tmp_path / "home") as home:
        yield home
