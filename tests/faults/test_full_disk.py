"""A full disk under the data folder (F19): one sentence, nothing half done, all well when there is room."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.home import Home
from core.jobs.logs import run_log
from core.market.bars import Bars
from tests.core.jobs.bench import Bench, open_bench
from tests.disks import Disk, small_disk
from tests.faults.aftermath import unharmed
from tests.processes import wait_until
from tests.tui.commands.program import Said, program

pytestmark = pytest.mark.slow

HOURS = "".join(
    f"2020-01-{day:02} {hour:02}:00,1.1,1.2,1.0,1.1,5\n" for day in range(6, 31) for hour in range(24)
)


@dataclass(frozen=True)
class Place:
    """A small disk, and what works on it."""

    disk: Disk
    bench: Bench


@pytest.fixture
def place(tmp_path: Path, sample: Bars, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A data folder on a disk of its own, a completed run in it; the runner leaves by itself at last."""
    monkeypatch.setenv("BACKTAPE_RUNNER_IDLE", "60")
    monkeypatch.setenv("BACKTAPE_WORKERS", "2")
    monkeypatch.setenv("BACKTAPE_HOME", str(tmp_path / "disk" / "home"))
    with small_disk(tmp_path / "disk", 24) as disk:
        home = Home(disk.path / "home").create()
        with open_bench(home, sample) as bench:
            first = bench.submit()
            bench.start()
            bench.finish(first)
            with unharmed(bench):
                try:
                    yield Place(disk, bench)
                finally:
                    disk.clear()
                    # Another environment: the runner makes room for one that leaves soon.
                    monkeypatch.setenv("BACKTAPE_RUNNER_IDLE", "1")


def refused(said: Said) -> None:
    """Check that a command has said in one sentence that there is no room, and left with 1."""
    assert said.code == 1, said
    assert said.err.count("\n") == 1
    assert "make room" in said.err
    assert "Something went wrong" not in said.err


def test_an_import_without_room_is_refused_and_leaves_nothing(place: Place, tmp_path: Path) -> None:
    bars = tmp_path / "EURUSD_H1.csv"
    bars.write_text(HOURS)
    place.disk.fill()
    before = sorted(place.bench.home.library.rglob("*"))
    refused(program("import", str(bars)))
    assert sorted(place.bench.home.library.rglob("*")) == before
    place.disk.clear()
    assert program("import", str(bars)).code == 0


def test_an_import_for_which_there_is_room_in_part_is_wholly_refused(place: Place, tmp_path: Path) -> None:
    bars = tmp_path / "EURUSD_H1.csv"
    bars.write_text(HOURS)
    place.disk.fill(leave=20_000)
    refused(program("import", str(bars)))
    assert [one["symbol"] for one in program("data", "--json").document] == ["SYNTHETIC"]
    assert not list(place.bench.home.library.glob("*EURUSD*/*/*"))
    assert not list(place.bench.home.library.glob(".new-*"))
    place.disk.clear()
    assert program("import", str(bars)).code == 0


RUN = ("run", "sma_cross", "SYNTHETIC", "M5", "--to", "2020-01-11")


@pytest.mark.parametrize(
    "command",
    [RUN, ("delete", "1"), ("delete", "1", "--now")],
    ids=" ".join,
)
def test_what_writes_is_refused_and_works_again_with_the_same_runner(
    place: Place, command: tuple[str, ...]
) -> None:
    bench = place.bench
    serving = bench.runner()
    use_up_the_log(bench)
    place.disk.fill()
    refused(program(*command))
    assert program("runs").code == 0
    assert bench.run(1).status == "completed"
    place.disk.clear()
    assert program(*RUN).code == 0
    assert bench.runner() == serving, bench.log()


def use_up_the_log(bench: Bench) -> None:
    """Write until the write-ahead log has no room of old that could be written again."""
    log = bench.home.store.with_name("store.db-wal")
    bench.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert log.stat().st_size == 0


# What it prints at first gives its log the page into which it can write on a full disk.
TALKING = """
import time
from core.strategies import Strategy


class Talking(Strategy):
    def on_bar(self, context):
        if context.index == 0:
            print("begun", flush=True)
        time.sleep(0.002)
        if context.index % 40 == 0:
            context.buy(stop=context.pips(20), targets=[context.pips(20)])
"""


def test_a_result_for_which_there_is_no_room_waits_until_there_is(place: Place) -> None:
    bench = place.bench
    bench.write_strategy(TALKING, "talking")
    number = bench.submit("talking")
    serving, worker = bench.start(), bench.worker(number)
    use_up_the_log(bench)
    place.disk.fill()
    log = run_log(bench.home, number)
    wait_until(lambda: "kept nowhere" in log.read_text(), "the worker has no room")
    assert worker.lives()
    assert bench.run(number).status == "running"
    place.disk.clear()
    assert bench.finish(number).total_trades
    assert bench.runner() == serving, bench.log()
