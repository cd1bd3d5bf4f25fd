"""A store of its own for every test, copied from one that was really made."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from db.connection import StoreConnection, connect
from db.upgrade import open_store


@pytest.fixture(scope="session")
def made_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store as `open_store` makes it; only copies are written to."""
    path = tmp_path_factory.mktemp("made") / "store.db"
    open_store(path)
    return path


@pytest.fixture
def store_path(made_store: Path, tmp_path: Path) -> Path:
    """A fresh, current store."""
    path = tmp_path / "store.db"
    shutil.copy(made_store, path)
    return path


@pytest.fixture
def connection(store_path: Path) -> Iterator[StoreConnection]:
    """A connection to the fresh store."""
    with closing(connect(store_path)) as opened:
        yield opened
