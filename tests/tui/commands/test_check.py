from collections.abc import Iterator
from contextlib import closing

import pytest

from core.datasets import import_bars
from core.home import Home
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from db.connection import StoreConnection, connect
from db.upgrade import open_store
from tests.core.checking.writing import signals
from tests.tui.commands.program import call, program

Capture = pytest.CaptureFixture[str]

PEEKING = signals("return Signals(buy=np.roll(bars.close, -1) > bars.close, stop=20 * bars.pip)")


@pytest.fixture
def store(home: Home) -> Iterator[StoreConnection]:
    open_store(home.store)
    with closing(connect(home.store)) as connection:
        bars = synthetic_bars(timeframe=Timeframe.H1, years=1).slice(0, 600)
        import_bars(home, connection, bars, dialect="synthetic")
        yield connection


def test_an_honest_strategy_ends_with_0_and_says_what_was_looked_at(
    home: Home, store: StoreConnection, capsys: Capture
) -> None:
    arguments = (
        "check",
        "sma_cross",
        "SYNTHETIC",
        "H1",
        "--set",
        "fast=3",
        "--set",
        "slow=9",
        "--bars",
        "400",
    )
    said = call(capsys, *arguments)
    assert (said.code, said.err) == (0, "")
    assert "sma_cross on SYNTHETIC H1: nothing found" in said.out
    assert "400 bars" in said.out
    assert "Only the last 400 bars" in said.out


def test_a_peeking_strategy_ends_with_1_and_the_report_names_bar_decisions_and_cut(
    home: Home, store: StoreConnection, capsys: Capture
) -> None:
    (home.strategies / "mine.py").write_text(PEEKING)
    said = call(capsys, "check", "mine", "SYNTHETIC", "H1")
    assert (said.code, said.err) == (1, "")
    text = " ".join(said.out.split())
    assert "mine on SYNTHETIC H1: 1 finding" in text
    assert "LOOK-AHEAD At bar " in text
    assert " UTC) it decides " in text
    assert "buy, stop 0.002" in text
    assert "on the history that ends with this bar" in text
    assert "To mend it:" in text
    assert max(map(len, said.out.splitlines())) <= 100


def test_json_is_one_document_with_the_findings(home: Home, store: StoreConnection) -> None:
    (home.strategies / "mine.py").write_text(PEEKING)
    said = program("check", "mine", "SYNTHETIC", "H1", "--bars", "300", "--json")
    assert (said.code, said.err) == (1, "")
    document = said.document
    assert (document["passed"], document["bars"]) == (False, 300)
    (finding,) = document["findings"]
    assert finding["kind"] == "look-ahead"
    assert finding["time"].endswith("+00:00")
    assert {finding["usual"], finding["other"]} == {"decides nothing", "decides buy, stop 0.002"}
    assert finding["sentence"]
    assert finding["mending"]


@pytest.mark.parametrize(
    "wrong",
    [["check"], ["check", "sma_cross"], ["check", "sma_cross", "SYNTHETIC", "H1", "--bars", "0"]],
)
def test_wrong_usage_ends_with_2(wrong: list[str], home: Home, capsys: Capture) -> None:
    said = call(capsys, *wrong)
    assert (said.code, said.out) == (2, "")
    assert said.err


def test_a_parameter_named_twice_is_wrong_usage(home: Home, store: StoreConnection, capsys: Capture) -> None:
    given = ("check", "sma_cross", "SYNTHETIC", "H1", "--set", "fast=3", "--set", "fast=4")
    assert call(capsys, *given).code == 2


def test_what_is_not_there_ends_with_1_and_one_sentence(
    home: Home, store: StoreConnection, capsys: Capture
) -> None:
    said = call(capsys, "check", "sma_cross", "EURUSD", "H1")
    assert (said.code, said.out) == (1, "")
    assert "import" in said.err
