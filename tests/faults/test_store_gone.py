"""A store, or a whole data folder, that is taken away under a running program."""

import shutil
from collections.abc import Iterator
from contextlib import closing

import pytest

from core.home import Home
from core.market.bars import Bars
from db import runs
from db.connection import connect
from db.upgrade import open_store
from tests.core.jobs.bench import Bench, open_bench
from tests.e2e.terminal import Terminal
from tests.processes import wait_until

SHORT = {"end": "2020-01-08"}
QUIT = "\x11"


@pytest.fixture
def robbed(home: Home, sample: Bars, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A data folder whose store the test takes away."""
    monkeypatch.setenv("BACKTAPE_WORKERS", "2")
    with open_bench(home, sample) as bench:
        yield bench


def remove_store(home: Home) -> None:
    """Remove the store and its log, as a person does."""
    for path in home.path.glob("store.db*"):
        path.unlink()


def test_a_store_removed_under_the_screens_is_told_and_nothing_is_written_into_the_void(
    robbed: Bench,
) -> None:
    run_id = robbed.submit()
    with Terminal() as screens:
        screens.wait_for("sma_cross")
        robbed.finish(run_id)
        remove_store(robbed.home)
        screens.wait_for("is gone")
        screens.send("d", "y")
        screens.wait_for(lambda text: text.count("is gone") > 0)
        screens.send(QUIT)
        screens.wait_for_exit(within=10)
        assert screens.is_whole
    assert not robbed.home.store.exists()


@pytest.mark.slow
def test_a_store_replaced_under_the_screens_is_told_and_the_new_one_is_left_alone(robbed: Bench) -> None:
    run_id = robbed.submit()
    with Terminal() as screens:
        screens.wait_for("sma_cross")
        robbed.finish(run_id)  # the screens have opened the store by then: they started the runner
        remove_store(robbed.home)
        for copy in robbed.home.backups.iterdir():  # else an empty store is refused
            copy.unlink()
        open_store(robbed.home.store)
        screens.wait_for("was replaced")
        screens.send("d", "y")
        screens.send(QUIT)
        screens.wait_for_exit(within=10)
    with closing(connect(robbed.home.store)) as connection:
        assert runs.count(connection) == 0


def test_a_run_whose_store_is_removed_keeps_its_result_beside_it_and_everything_ends(robbed: Bench) -> None:
    run_id = robbed.slow(0.002, **SHORT)
    robbed.start()
    robbed.worker(run_id)
    remove_store(robbed.home)
    robbed.wait_until_empty()
    assert len(list(robbed.home.spool.glob(f"run-{run_id}-*.spool"))) == 1
    assert not robbed.home.store.exists()


@pytest.mark.slow
def test_a_data_folder_removed_under_a_run_leaves_no_process(robbed: Bench) -> None:
    run_id = robbed.slow(0.002, **SHORT)
    robbed.start()
    robbed.worker(run_id)
    shutil.rmtree(robbed.home.path)
    robbed.wait_until_empty(40)
    assert not robbed.home.path.exists()


@pytest.mark.slow
def test_a_store_put_back_takes_the_result_that_was_kept(robbed: Bench) -> None:
    run_id = robbed.slow(0.002, **SHORT)
    robbed.start()
    robbed.worker(run_id)
    aside = robbed.home.path / "aside"
    aside.mkdir()
    for path in robbed.home.path.glob("store.db*"):
        path.rename(aside / path.name)
    wait_until(lambda: list(robbed.home.spool.glob("*.spool")), "the result is kept")
    robbed.wait_until_empty()
    for path in aside.iterdir():
        path.rename(robbed.home.path / path.name)
    robbed.connection.close()
    robbed.connection = connect(robbed.home.store)
    robbed.start()
    assert robbed.finish(run_id).total_trades is not None
