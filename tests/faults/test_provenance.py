"""The files that a run stands on: taken away, appended to, swapped, edited, before, during and after it."""

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from core.datasets import import_bars
from core.jobs.provenance import State, provenance
from core.market.bars import Bars
from core.market.instruments import find_instrument
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from tests.core.jobs.bench import SLOW, Bench
from tests.faults.aftermath import shown
from tests.tui.commands.program import call

pytestmark = pytest.mark.slow

Damage = Callable[[Path], None]


def remove(path: Path) -> None:
    path.unlink()


def append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(path.read_bytes()[-64:])


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def swap(path: Path) -> None:
    """Put another file of the same length in its place, as an editor or a download does."""
    other = path.with_name("other")
    other.write_bytes(_another(path))
    other.replace(path)


def overwrite(path: Path) -> None:
    path.write_bytes(_another(path))


def _another(path: Path) -> bytes:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    return bytes(data)


@contextmanager
def damaged(path: Path, damage: Damage) -> Iterator[None]:
    """Damage a file, and put it back as it was."""
    kept = path.with_name("kept")
    shutil.copy2(path, kept)
    damage(path)
    yield
    kept.replace(path)


def csv_of(bench: Bench, run_id: int) -> Path:
    path = bench.run(run_id).data_file_path
    assert path is not None
    return Path(path)


def column_of(bench: Bench, run_id: int) -> Path:
    return csv_of(bench, run_id).with_name("high.npy")


def told(capsys: pytest.CaptureFixture[str], run_id: int) -> list[str]:
    """Return what `backtape show` says of a run."""
    said = call(capsys, "show", str(run_id), "--trades")
    assert said.code == 0
    return said.out.splitlines()


def test_a_data_file_damaged_after_the_run_is_told_and_figures_and_trades_stay(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    path, before = csv_of(bench, 1), told(capsys, 1)
    for damage in (remove, append, cut, swap, overwrite):
        with damaged(path, damage):
            after = told(capsys, 1)
        reason = "is missing" if damage is remove else "is not the file tested"
        more = [line for line in after if line not in before]
        assert more == [f"The data file {path} {reason}; the library still has the bars tested."]
        assert [line for line in after if line in before and line] == [line for line in before if line]
    assert told(capsys, 1) == before


def test_bars_damaged_after_the_run_are_told_and_figures_and_trades_stay(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    before = told(capsys, 1)
    for damage in (remove, cut, swap, overwrite):
        with damaged(column_of(bench, 1), damage):
            after = told(capsys, 1)
        (more,) = [line for line in after if line not in before]
        assert more.endswith("import the file again. The figures and trades of the run stay.")
        assert [line for line in after if line in before and line] == [line for line in before if line]


def test_bars_damaged_before_the_run_are_refused(bench: Bench) -> None:
    for damage in (remove, cut, swap, overwrite):
        run_id = bench.submit()
        with damaged(column_of(bench, run_id), damage):
            bench.start()
            run = bench.wait(run_id)
        assert run.status == "failed"
        assert "import the file again" in (run.error_message or "")
    repaired = bench.submit()
    bench.start()
    bench.finish(repaired)


def test_bars_with_something_behind_them_are_those_that_were_imported(bench: Bench) -> None:
    with damaged(column_of(bench, 1), append):
        run_id = bench.submit()
        bench.start()
        bench.finish(run_id)
    assert shown(bench.connection, run_id).curve == shown(bench.connection, 1).curve


@pytest.mark.parametrize("damage", [remove, append, swap, overwrite], ids=lambda one: one.__name__)
def test_bars_damaged_during_the_run_are_refused(bench: Bench, damage: Damage) -> None:
    run_id = bench.slow(0.002, end="2020-01-08")
    bench.start()
    bench.wait_for_progress(run_id)
    damage(column_of(bench, run_id))
    run = bench.wait(run_id)
    assert run.status == "failed"
    assert "The price history" in (run.error_message or "")


def test_bars_cut_during_the_run_fail_it_with_what_the_system_says(bench: Bench) -> None:
    run_id = bench.slow(0.002, end="2020-01-08")
    bench.start()
    bench.wait_for_progress(run_id)
    for column in csv_of(bench, run_id).parent.glob("*.npy"):
        os.truncate(column, 0)
    run = bench.wait(run_id)
    assert run.status == "failed"
    assert "SIGBUS" in (run.error_message or "") or "price history" in (run.error_message or "")


def test_bars_changed_and_put_back_during_the_run_are_refused_too(bench: Bench) -> None:
    """In between the run may have read the others; nobody can tell afterwards."""
    run_id = bench.slow(0.002, end="2020-01-08")
    bench.start()
    bench.wait_for_progress(run_id)
    column = column_of(bench, run_id)
    overwrite(column)
    overwrite(column)
    run = bench.wait(run_id)
    assert run.status == "failed"
    assert "SYNTHETIC M5 was touched while the run was under way; repeat the run" in (run.error_message or "")
    again = bench.submit()
    bench.finish(again)


def test_a_data_file_damaged_during_the_run_changes_nothing_of_its_result(bench: Bench) -> None:
    undisturbed = bench.slow(0.0, end="2020-01-08")
    bench.start()
    bench.finish(undisturbed)
    for damage in (swap, remove):
        run_id = bench.slow(0.001, end="2020-01-08")
        bench.start()
        bench.wait_for_progress(run_id)
        with damaged(csv_of(bench, run_id), damage):
            bench.finish(run_id)
        assert bench.run(run_id).total_trades
        assert shown(bench.connection, run_id).curve == shown(bench.connection, undisturbed).curve


def test_bars_that_turn_profits_are_watched_as_well(bench: Bench, sample: Bars) -> None:
    start = dt.date(2020, 1, 1)
    hours = synthetic_bars(timeframe=Timeframe.H1, start=start, years=1)
    yen = replace(hours, instrument=find_instrument("USDJPY"))
    import_bars(bench.home, bench.connection, yen, dialect="synthetic")
    run_id = bench.slow(0.002, end="2020-01-08", account_currency="JPY")
    bench.start()
    bench.wait_for_progress(run_id)
    swap(next((bench.home.library / "USDJPY").rglob("close.npy")))
    run = bench.wait(run_id)
    assert run.status == "failed"
    assert "USDJPY" in (run.error_message or "")


def test_a_library_taken_away_is_told_by_every_look_and_refused_by_the_next_run(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    run_id = bench.submit()
    shutil.rmtree(bench.home.library)
    assert "is gone" in "".join(told(capsys, 1))
    bench.start()
    run = bench.wait(run_id)
    assert run.status == "failed"
    assert "is gone" in (run.error_message or "")


EDITED = SLOW.replace("% 40 == 0", "% 10 == 0")


def test_a_strategy_edited_after_the_run_leaves_the_source_that_it_used(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    run_id = bench.slow(0.0, end="2020-01-08")
    bench.start()
    bench.finish(run_id)
    bench.write_strategy(EDITED, "slow")
    strategy = provenance(bench.connection, bench.home, bench.run(run_id)).strategy
    assert strategy.state is State.CHANGED
    assert strategy.files == {"slow.py": SLOW}
    assert strategy.sentence in told(capsys, run_id)
    assert "slow has been edited since" in strategy.sentence


def test_a_strategy_edited_while_its_run_waits_or_runs_is_run_as_it_was_submitted(bench: Bench) -> None:
    first = bench.slow(0.0, end="2020-01-08")
    bench.start()
    bench.finish(first)
    waiting = bench.slow(0.001, end="2020-01-08")
    bench.write_strategy(EDITED, "slow")
    bench.start()
    bench.wait_for_progress(waiting)
    (bench.home.strategies / "slow.py").unlink()
    bench.finish(waiting)
    assert shown(bench.connection, waiting).curve == shown(bench.connection, first).curve
