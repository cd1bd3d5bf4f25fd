import re
from pathlib import Path

import pytest

from db import runs
from db.connection import StoreConnection
from tests.db.samples import add_run, finished_run
from tests.tui.commands.conftest import completed
from tests.tui.commands.program import call, program
from tui.drawing.plots import MOST_OVERLAID
from tui.formats import UNDEFINED

Capture = pytest.CaptureFixture[str]


def row(text: str, name: str) -> list[str]:
    """The cells of one row after its name."""
    line = next(line for line in text.splitlines() if line.startswith(f"{name}  "))
    return line.removeprefix(name).split()


def test_figures_stand_side_by_side_and_the_best_is_marked(store: StoreConnection, capsys: Capture) -> None:
    first, second = completed(store, 0.75), completed(store, 1.25, params={"fast": 5, "slow": 50})
    said = call(capsys, "compare", str(first), f"#{second}", str(first))
    assert (said.code, said.err) == (0, "")
    assert row(said.out, "sharpe") == ["0.75", "1.25", "*"]
    assert row(said.out, "trades") == ["2", "2"]
    assert row(said.out, "fast") == ["20", "5"]
    assert "slow" not in said.out
    assert "* the best of its row" in said.out
    assert f"b #{second} sma_cross EURUSD M15" in said.out
    assert "equity, % of the initial balance" in said.out
    assert row(said.out, "settings that differ") == ["a", f"#{first}", "b", f"#{second}"]


def test_runs_that_were_set_alike_say_so(store: StoreConnection, capsys: Capture) -> None:
    said = call(capsys, "compare", str(completed(store)), str(completed(store)))
    assert "\n\nAll settings are the same.\n" in said.out
    assert "settings that differ" not in said.out
    assert "*" not in said.out


def test_settings_stand_above_the_figures_of_one_strategy_and_below_those_of_several(
    store: StoreConnection, capsys: Capture
) -> None:
    first, other = str(completed(store, 0.75)), str(completed(store, 1.25, spread_pips=2.0))
    alike = call(capsys, "compare", first, other).out
    assert alike.index("\nspread ") < alike.index("\nsharpe ")
    different = call(capsys, "compare", first, str(completed(store, 1.5, strategy="macd_trend"))).out
    assert different.index("\nsharpe ") < different.index("\n\nsettings that differ\nstrategy ")
    assert f"   a #{first} " in different


def test_what_has_no_result_yet_is_compared_by_its_settings(store: StoreConnection, capsys: Capture) -> None:
    done, waiting = completed(store), add_run(store, symbol="USDJPY")
    said = call(capsys, "compare", str(done), str(waiting))
    assert row(said.out, "symbol") == ["EURUSD", "USDJPY"]
    assert row(said.out, "sharpe") == ["0.75", UNDEFINED]
    two = call(capsys, "compare", str(waiting), str(add_run(store)))
    assert (two.code, "equity," in two.out) == (0, False)


def test_as_json_every_value_comes_with_the_best_run(store: StoreConnection, capsys: Capture) -> None:
    first, second = completed(store, 0.75), completed(store, 1.25, spread_pips=2.0)
    document = call(capsys, "compare", str(first), str(second), "--json").document
    assert [run["id"] for run in document["runs"]] == [first, second]
    assert document["settings"] == [{"name": "spread", "values": ["1.5 pips", "2 pips"]}]
    sharpe = next(one for one in document["figures"] if one["key"] == "sharpe_ratio")
    assert sharpe == {"key": "sharpe_ratio", "name": "sharpe", "values": [0.75, 1.25], "best": second}


@pytest.mark.parametrize("width", [60, 80, 200])
def test_runs_that_do_not_fit_beside_each_other_come_below(
    store: StoreConnection, capsys: Capture, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    ids = [completed(store, fast, params={"fast": fast}) for fast in range(2, 12)]
    said = call(capsys, "compare", *map(str, ids))
    tables = said.out.partition("equity, %")[2]
    assert max(map(len, tables.splitlines())) < width
    heads = [" ".join(line.split()) for line in tables.splitlines() if "#" in line]
    letters = "abcdefgh"[:MOST_OVERLAID]
    named = [f"{letter} #{run_id}" for letter, run_id in zip(letters, ids, strict=False)]
    assert " ".join(head.removeprefix("settings that differ ") for head in heads) == " ".join(
        [*named, *(f"#{run_id}" for run_id in ids[MOST_OVERLAID:])]
    )
    assert f"The first {MOST_OVERLAID} are drawn." in said.out


def test_runs_that_are_not_like_for_like_say_so_above_the_tables(
    store: StoreConnection, capsys: Capture
) -> None:
    said = call(capsys, "compare", str(completed(store)), str(completed(store, symbol="USDJPY")))
    chart, _, tables = said.out.partition("Different markets: money and returns are not like for like.\n")
    assert "equity, %" in chart
    assert row(tables, "symbol") == ["EURUSD", "USDJPY"]
    alike = call(capsys, "compare", str(completed(store)), str(completed(store, spread_pips=2.0)))
    assert "like for like" not in alike.out


def test_curves_are_coloured_on_a_terminal_only(
    store: StoreConnection, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [str(completed(store)), str(completed(store))]
    assert "\x1b" not in call(capsys, "compare", *ids).out
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    coloured = call(capsys, "compare", *ids).out
    assert f"\x1b[34ma\x1b[0m #{ids[0]}" in coloured
    assert f"\x1b[33mb\x1b[0m #{ids[1]}" in coloured
    assert coloured.count("\x1b[33m") > 1
    assert re.search(rf"\n +\x1b\[34ma\x1b\[0m #{ids[0]} +\x1b\[33mb\x1b\[0m #{ids[1]}\n", coloured)
    monkeypatch.setenv("NO_COLOR", "1")
    plain = call(capsys, "compare", *ids).out
    assert "\x1b" not in plain
    assert not set(map(chr, range(0x2800, 0x2900))) & set(plain)


def test_one_run_is_nothing_to_compare(store: StoreConnection, capsys: Capture) -> None:
    run_id, deleted = str(completed(store)), completed(store)
    for ids in ([run_id], [run_id, f"#{run_id}"]):
        said = call(capsys, "compare", *ids)
        assert (said.code, said.out) == (2, "")
        assert "name at least two" in said.err
    runs.delete(store, [deleted])
    assert "is deleted" in call(capsys, "compare", run_id, str(deleted)).err


def test_a_damaged_curve_is_told_and_the_rest_compared(store: StoreConnection, capsys: Capture) -> None:
    whole, damaged = completed(store), finished_run(store)
    said = call(capsys, "compare", str(whole), str(damaged))
    assert (said.code, said.err.count("\n")) == (0, 1)
    assert f"curve of run {damaged} is damaged" in said.err
    assert row(said.out, "sharpe") == ["0.75", "0.75"]


def test_neither_numpy_nor_the_engine_is_needed(store: StoreConnection, tmp_path: Path) -> None:
    ids = [str(completed(store)), str(completed(store))]
    said = program("compare", *ids, PYTHONPROFILEIMPORTTIME="1")
    assert said.code == 0
    imported = {line.rsplit("|", 1)[-1].strip() for line in said.err.splitlines()}
    assert not {"numpy", "numba", "pandas", "pyarrow", "sqlalchemy", "textual"} & imported
