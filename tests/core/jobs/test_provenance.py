import datetime as dt
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from core.datasets import import_bars
from core.jobs.provenance import Provenance, State, provenance
from core.jobs.settings import RunSettings
from core.market import library
from core.market.instruments import find_instrument
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from core.version import code_version
from db import datasets
from db.connection import transaction
from tests.core.jobs.bench import Bench

MINE = """from core.strategies import Signals, Strategy, parameter


class Mine(Strategy):
    \"\"\"Does nothing.\"\"\"

    length: int = parameter(20, minimum=2, maximum=500)

    def signals(self, bars):
        return Signals()
"""


@pytest.fixture
def mine(bench: Bench) -> int:
    """A run of a strategy of the user's own, waiting."""
    bench.write_strategy(MINE)
    return bench.submit("mine")


def csv_of(bench: Bench, run_id: int) -> Path:
    path = bench.run(run_id).data_file_path
    assert path is not None
    return Path(path)


def judged(bench: Bench, run_id: int) -> Provenance:
    return provenance(bench.connection, bench.home, bench.run(run_id))


def completed(bench: Bench, run_id: int) -> None:
    with transaction(bench.connection):
        bench.connection.execute("UPDATE backtest_runs SET status = 'completed' WHERE id = ?", (run_id,))


def test_of_a_run_that_was_just_made_nothing_has_changed(bench: Bench, mine: int) -> None:
    found = judged(bench, mine)
    assert found.remarks == ()
    assert [(one.use, one.market, one.bars, one.file) for one in found.data] == [
        ("bars tested", "SYNTHETIC M5", State.SAME, State.SAME)
    ]
    assert [one.sentence for one in found.data] == ["in the library, unchanged"]
    assert (found.strategy.state, found.strategy.builtin) == (State.SAME, False)
    assert found.strategy.files == {"mine.py": MINE}
    assert found.strategy.difference == ()
    assert (found.code.state, found.code.version) == (State.SAME, code_version())


def test_a_data_file_that_was_removed_is_missing_and_the_bars_are_there(bench: Bench, mine: int) -> None:
    csv_of(bench, mine).unlink()
    completed(bench, mine)
    (data,) = judged(bench, mine).data
    assert (data.bars, data.file) == (State.SAME, State.MISSING)
    assert data.sentence.endswith("bars.csv is missing; the library still has the bars tested.")


@pytest.mark.parametrize("change", ["append", "swap", "one digit"])
def test_a_data_file_that_was_changed_is_not_the_file_tested(bench: Bench, mine: int, change: str) -> None:
    path = csv_of(bench, mine)
    text = path.read_text()
    if change == "append":
        path.write_text(text + "2021-01-01T00:00:00Z,1,1,1,1,1,1\n")
    elif change == "swap":
        other = path.with_name("other.csv")
        other.write_text(text.replace("2020", "2019"))
        other.replace(path)
    else:
        path.write_text(text[:-2] + ("1" if text[-2] != "1" else "2") + "\n")
    (remark,) = judged(bench, mine).remarks
    assert "is not the file tested" in remark


def test_a_data_file_that_no_result_has_written_yet_is_not_missing(bench: Bench) -> None:
    run_id = bench.submit(timeframe="H1")
    (data,) = judged(bench, run_id).data
    assert (data.bars, data.file, data.is_same) == (State.SAME, None, True)
    completed(bench, run_id)
    assert judged(bench, run_id).data[0].file is State.MISSING


def test_columns_that_were_touched_but_are_the_same_are_the_same(bench: Bench, mine: int) -> None:
    column = next(bench.home.library.rglob("close.npy"))
    column.write_bytes(column.read_bytes())
    assert judged(bench, mine).remarks == ()


def test_columns_that_were_changed_are_told_and_the_figures_stay(bench: Bench, mine: int) -> None:
    column = next(bench.home.library.rglob("close.npy"))
    data = bytearray(column.read_bytes())
    data[-1] ^= 1
    column.write_bytes(data)
    (state,) = judged(bench, mine).data
    assert state.bars is State.CHANGED
    assert "is not the one that was imported" in state.sentence
    assert state.sentence.endswith("The figures and trades of the run stay.")


def test_a_library_that_was_removed_is_missing(bench: Bench, mine: int) -> None:
    shutil.rmtree(bench.home.library)
    (state,) = judged(bench, mine).data
    assert (state.bars, state.file) == (State.MISSING, State.MISSING)
    assert "is gone" in state.sentence


def test_a_version_that_the_store_does_not_know_is_missing(bench: Bench, mine: int) -> None:
    with transaction(bench.connection):
        bench.connection.execute("UPDATE backtest_runs SET dataset_version = NULL, data_file_path = NULL")
    (state,) = judged(bench, mine).data
    assert (state.bars, state.path) == (State.MISSING, None)
    assert "no longer has the bars of SYNTHETIC M5" in state.sentence


def test_bars_of_a_dataset_that_was_deleted_are_kept_and_that_is_told(bench: Bench, mine: int) -> None:
    dataset = datasets.get(bench.connection, "SYNTHETIC", "M5")
    assert dataset is not None
    datasets.delete(bench.connection, dataset.id)
    found = judged(bench, mine)
    assert found.remarks == ()
    assert found.data[0].sentence == "kept for its runs, unchanged; deleted from the library"


def test_bars_that_the_library_has_others_of_by_now_are_kept_and_that_is_told(
    bench: Bench, mine: int
) -> None:
    longer = synthetic_bars(timeframe=Timeframe.M5, start=dt.date(2020, 1, 1), years=2)
    import_bars(bench.home, bench.connection, longer, dialect="synthetic", replace=True)
    assert judged(bench, mine).data[0].sentence == (
        "kept for its runs, unchanged; the library has others by now"
    )


def test_a_data_folder_that_was_moved_is_the_same(bench: Bench, mine: int) -> None:
    moved = bench.home.path.with_name("moved")
    shutil.copytree(bench.home.path, moved)
    csv_of(bench, mine).unlink()
    shutil.rmtree(bench.home.library)
    found = provenance(bench.connection, replace(bench.home, path=moved), bench.run(mine))
    assert found.remarks == ()
    assert found.data[0].path is not None
    assert found.data[0].path.is_relative_to(moved)


def test_what_a_run_needs_beside_its_bars_is_judged_too(bench: Bench) -> None:
    bars = synthetic_bars(timeframe=Timeframe.H1, start=dt.date(2020, 1, 1), years=1)
    yen = replace(bars, instrument=find_instrument("USDJPY"))
    import_bars(bench.home, bench.connection, yen, dialect="synthetic")
    run_id = bench.submit(account_currency="JPY", execution_mode="intra_candle")
    conversion = judged(bench, run_id).data[1]
    assert (conversion.use, conversion.market, conversion.bars) == ("conversion", "USDJPY H1", State.SAME)
    shutil.rmtree(bench.home.library / "USDJPY")
    (remark,) = judged(bench, run_id).remarks
    assert "USDJPY" in remark
    assert "is gone" in remark


def test_a_strategy_that_was_edited_is_shown_as_it_was_with_the_difference(bench: Bench, mine: int) -> None:
    bench.write_strategy(MINE.replace("parameter(20", "parameter(30"))
    strategy = judged(bench, mine).strategy
    assert strategy.state is State.CHANGED
    assert strategy.files == {"mine.py": MINE}
    assert strategy.version != strategy.today
    assert (
        f"version {(strategy.version or '')[:12]}, today's is {(strategy.today or '')[:12]}"
        in strategy.sentence
    )
    assert strategy.difference[:2] == ("--- mine.py of the run", "+++ mine.py today")
    assert "-    length: int = parameter(20, minimum=2, maximum=500)" in strategy.difference
    assert "+    length: int = parameter(30, minimum=2, maximum=500)" in strategy.difference


def test_a_strategy_that_cannot_be_used_now_says_why(bench: Bench, mine: int) -> None:
    bench.write_strategy(MINE + "    def broken(\n")
    strategy = judged(bench, mine).strategy
    assert (strategy.state, strategy.today) == (State.CHANGED, None)
    assert "mine cannot be used as it is now (mine.py, line" in strategy.sentence
    assert "+    def broken(" in strategy.difference


def test_a_strategy_whose_file_is_gone_is_missing_and_its_source_is_kept(bench: Bench, mine: int) -> None:
    (bench.home.strategies / "mine.py").unlink()
    strategy = judged(bench, mine).strategy
    assert strategy.state is State.MISSING
    assert strategy.sentence == "There is no strategy mine any more; its source is kept with the run."
    assert strategy.files == {"mine.py": MINE}


def test_a_built_in_strategy_of_another_version_is_told_as_built_in(bench: Bench) -> None:
    run_id = bench.submit()
    source = json.dumps({"sma_cross.py": "# as it was\n"})
    with transaction(bench.connection):
        bench.connection.execute("UPDATE strategy_versions SET version = 'old', source = ?", (source,))
        bench.connection.execute("UPDATE backtest_runs SET strategy_version = 'old'")
    strategy = judged(bench, run_id).strategy
    assert (strategy.state, strategy.builtin) == (State.CHANGED, True)
    assert "is built in and is another in this version" in strategy.sentence
    assert "-# as it was" in strategy.difference


@pytest.mark.parametrize("source", ["no json", "[1]", '{"mine.py": 1}'])
def test_a_stored_source_that_is_damaged_does_no_harm(bench: Bench, mine: int, source: str) -> None:
    with transaction(bench.connection):
        bench.connection.execute("UPDATE strategy_versions SET source = ?", (source,))
    assert judged(bench, mine).strategy.files == {}


@pytest.mark.slow
@pytest.mark.parametrize("value", ["H4", 7, [1], {"H4": {"a": 1}}, None, True], ids=str)
def test_settings_that_somebody_wrote_by_hand_do_no_harm_and_are_not_computed_with(
    bench: Bench, mine: int, value: object
) -> None:
    settings = dict.fromkeys(RunSettings.__dataclass_fields__, value)
    with transaction(bench.connection):
        bench.connection.execute(
            "UPDATE backtest_runs SET settings = ?, data_file_path = ?", (json.dumps(settings), "a\0b")
        )
    for data in judged(bench, mine).data[1:]:
        assert data.bars is State.MISSING
    bench.start()
    run = bench.wait(mine)
    assert run.status == "failed"
    assert "settings.rates" in (run.error_message or "")


def test_files_of_many_lines_are_not_compared_line_by_line(bench: Bench, mine: int) -> None:
    bench.write_strategy(MINE + "# more\n" * 6_000)
    (line,) = judged(bench, mine).strategy.difference
    assert "too long to be compared here" in line


def test_another_version_of_the_program_is_told(bench: Bench, mine: int) -> None:
    with transaction(bench.connection):
        bench.connection.execute("UPDATE backtest_runs SET code_version = '0.0.9+abc'")
    found = judged(bench, mine)
    assert found.code.sentence == f"Backtape 0.0.9+abc; this is {code_version()}"
    assert found.remarks == ()


def test_a_stamp_changes_with_every_touch(bench: Bench, mine: int) -> None:
    folder = csv_of(bench, mine).parent
    before = library.stamp(folder)
    assert library.stamp(folder) == before
    (folder / "bars-H1.csv").write_text("a run writes this")
    assert library.stamp(folder) == before
    column = folder / "close.npy"
    shutil.copy2(column, folder / "copy")
    (folder / "copy").replace(column)
    assert library.stamp(folder) != before
    shutil.rmtree(folder)
    assert library.stamp(folder) == ()
