import shlex
from collections.abc import Iterator

import pytest

from core.home import Home
from db.connection import StoreConnection
from tests.homes import market_home
from tests.tui.commands.program import call

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """One data folder with a runner for all tests of this module."""
    with market_home(tmp_path_factory.mktemp("new") / "home") as home:
        yield home


@pytest.mark.parametrize("options", [(), ("--on-bar",)])
def test_what_it_writes_runs_with_the_command_it_names(
    market: Home, capsys: Capture, options: tuple[str, ...]
) -> None:
    name = "stepped" if options else "at_once"
    said = call(capsys, "new-strategy", name, *options)
    assert (said.code, said.out) == (0, f"{market.strategies / name}.py\n")
    command = shlex.split(next(line for line in said.err.splitlines() if "backtape run" in line))
    assert command == ["backtape", "run", name, "SYNTHETIC", "H1"]
    row = call(capsys, *command[1:], "--json").document
    assert row["status"] == "completed"
    assert row["total_trades"] > 20
    assert f"    backtape check {name} SYNTHETIC H1\n" in said.err


def test_without_data_the_sample_is_named(store: StoreConnection, home: Home, capsys: Capture) -> None:
    said = call(capsys, "new-strategy", "mine")
    assert "backtape run mine SYNTHETIC M15" in said.err
    assert "backtape demo" in said.err


def test_a_second_one_of_the_name_is_refused(store: StoreConnection, home: Home, capsys: Capture) -> None:
    call(capsys, "new-strategy", "mine")
    before = (home.strategies / "mine.py").read_text()
    said = call(capsys, "new-strategy", "mine", "--on-bar")
    assert (said.code, said.out) == (1, "")
    assert said.err == "backtape: The name mine is taken by mine.py; choose another one.\n"
    assert (home.strategies / "mine.py").read_text() == before


def test_a_copy_of_a_built_in_strategy_runs_and_gives_what_the_original_does(
    market: Home, capsys: Capture
) -> None:
    said = call(capsys, "new-strategy", "my_cross", "--like", "sma_cross")
    assert (said.code, said.out) == (0, f"{market.strategies / 'my_cross.py'}\n")
    assert "class MyCross(Strategy):" in (market.strategies / "my_cross.py").read_text()
    ours, theirs = (
        call(capsys, "run", name, "SYNTHETIC", "H1", "--json").document for name in ("my_cross", "sma_cross")
    )
    assert ours["total_trades"] == theirs["total_trades"] > 20
    assert ours["total_return_pct"] == theirs["total_return_pct"]


def test_a_copy_of_nothing_is_refused_and_writes_no_file(market: Home, capsys: Capture) -> None:
    said = call(capsys, "new-strategy", "copied", "--like", "no_such")
    assert (said.code, said.out) == (1, "")
    assert "There is no strategy 'no_such'; there are: atr_trend" in said.err
    assert not (market.strategies / "copied.py").exists()
