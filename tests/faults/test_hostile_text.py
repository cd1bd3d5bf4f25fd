"""Hostile text (F40): nothing that it says to a terminal reaches one, whatever door it comes through."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.home import Home
from tests.faults.hostile import FAILING, PAYLOAD, SENTENCE, harmless, told
from tests.homes import market_home
from tests.tui.commands.program import program

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A data folder with a market and strategies full of hostile text, the name of one file among it."""
    with market_home(tmp_path_factory.mktemp("hostile") / "home") as home:
        (home.strategies / "failing.py").write_text(FAILING)
        (home.strategies / "\x1b]0;TITLED\x07\n[bold].py").write_text(FAILING)
        (home.strategies / "broken.py").write_text(f"class X(Strategy:\n    {SENTENCE}\n")
        (home.strategies / os.fsdecode(b"\xff.py")).write_text(FAILING.replace("Failing", "Named"))
        yield home


def test_the_list_of_strategies(market: Home) -> None:
    listed = told(program("strategies"))
    assert listed.code == 0
    assert "THE NEXT LINE" in listed.out
    document = told(program("strategies", "--json")).document
    assert {one["name"]: one["error"] is None for one in document if not one["builtin"]}["failing"]
    assert sum("cannot be shown" in (one["error"] or "") for one in document) == 2


@pytest.mark.parametrize(
    ("way", "sentence"),
    [
        ("raise", "ValueError: "),
        ("name", "failing.py, line 16: "),
        ("mute", "Mute"),
        ("leave", "left the program with exit("),
        ("print", "completed"),
    ],
)
def test_what_a_strategy_says_when_it_fails(market: Home, way: str, sentence: str) -> None:
    ran = told(program("run", "failing", "SYNTHETIC", "H1", "--to", "2021-02-01", "--set", f"way={way}"))
    number = str(max(run["id"] for run in told(program("runs", "--json")).document))
    shown = [told(program(*command, number)) for command in (["watch"], ["show"], ["show", "--json"])]
    row = shown[2].document
    assert sentence in (row["error_message"] or row["status"])
    assert harmless(row["error_message"] or "")
    assert len(row["error_message"] or "") <= 1000
    assert ran.code == (0 if way == "print" else 1)
    assert len(ran.err) < 2000


HEADER = "Date,Time,Open,High,Low,Close,Volume\n"
BARS = "".join(f"2020.01.06,{hour:02}:00,1.1,1.2,1.0,1.1,5\n" for hour in range(20))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("header.csv", HEADER.replace("Open", SENTENCE) + BARS),
        ("cells.csv", HEADER + BARS + f"2020.01.06,23:00,{SENTENCE},1,1,1,1\n{PAYLOAD}\n"),
        ("nothing.csv", PAYLOAD),
        ("long.csv", HEADER + BARS + SENTENCE + "x" * 10_000_000),
        ("nul.csv", HEADER + BARS + "\x00" * 1000),
        ("\x1b]0;TITLED\x07\n[bold]_H1.csv", HEADER + BARS),
        ("\x1b]52;c;x\x07EURUSD_H1.csv", HEADER + BARS),
    ],
)
def test_the_import_of_a_file(market: Home, tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, newline="")
    told(program("import", str(path), "--replace"))
    told(program("import", str(path), "--replace", "--json"))
    told(program("import", f"{tmp_path}/../{tmp_path.name}/{name}", "--replace", "--symbol", "EURUSD"))
    assert harmless("".join(entry.name for entry in market.library.rglob("*")))


@pytest.mark.parametrize("option", ["--symbol", "--timeframe", "--timezone", "--source"])
@pytest.mark.parametrize("text", [PAYLOAD, "../../up", "\udcff", "x" * 100_000])
def test_what_an_import_is_told_on_the_command_line(
    market: Home, tmp_path: Path, option: str, text: str
) -> None:
    path = tmp_path / "EURUSD_H1.csv"
    path.write_text(HEADER + BARS)
    said = told(program("import", str(path), "--replace", f"{option}={text}"))
    assert said.code in {1, 2}
    assert len(said.err) < 1000


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", PAYLOAD, "SYNTHETIC", "H1"),
        ("run", "sma_cross", PAYLOAD, "H1"),
        ("run", "sma_cross", "SYNTHETIC", PAYLOAD),
        ("run", "sma_cross", "SYNTHETIC", "H1", "--set", f"{PAYLOAD}=1"),
        ("run", "sma_cross", "SYNTHETIC", "H1", "--set", f"fast={PAYLOAD}"),
        ("run", "sma_cross", "SYNTHETIC", "H1", "--currency", PAYLOAD),
        ("run", "sma_cross", "SYNTHETIC", "H1", "--from", PAYLOAD),
        ("show", PAYLOAD),
        ("runs", "--strategy", PAYLOAD),
        ("runs", "--sort", PAYLOAD),
        ("runs", "--symbol", "\udcff"),
        ("data", "--delete", PAYLOAD, "H1"),
        (PAYLOAD,),
        ("--" + PAYLOAD,),
        ("\udcff",),
    ],
)
def test_what_stands_on_the_command_line(market: Home, arguments: tuple[str, ...]) -> None:
    assert len(told(program(*arguments)).err) < 2000
