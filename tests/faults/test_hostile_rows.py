"""Hostile text (F40) in the store itself, written there by another program: it is shown, and does nothing."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.home import Home
from db.connection import StoreConnection, connect
from tests.e2e.terminal import Terminal
from tests.faults.hostile import FAILING, PAYLOAD, RAW, SENTENCE, told
from tests.homes import market_home
from tests.tui.commands.program import program

pytestmark = pytest.mark.slow

# Everything in the store that is text and is shown, as a hostile program may have left it.
WRITTEN = {
    "strategies": ("name", "description", "path"),
    "strategy_versions": ("source",),
    "backtest_runs": ("symbol", "error_message", "notes", "code_version", "data_file_path"),
    "backtest_trades": ("symbol", "exit_reason"),
    "datasets": ("symbol", "source"),
    "dataset_versions": ("dialect", "timezone", "folder", "csv_path"),
}
IN_JSON = {
    "backtest_runs": ("params", "settings"),
    "run_statistics": ("statistics",),
    "dataset_versions": ("warnings", "dropped", "files"),
}
DOCUMENTS = {
    "params": {PAYLOAD: PAYLOAD, "fast": PAYLOAD},
    "settings": {"account_currency": PAYLOAD, "rates": {PAYLOAD: 1.0}, "finer": PAYLOAD, PAYLOAD: PAYLOAD},
    "statistics": {PAYLOAD: PAYLOAD},
    "warnings": [PAYLOAD],
    "dropped": [{"line": 1, "reason": PAYLOAD}],
    "files": [PAYLOAD, PAYLOAD],
}


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A data folder whose store a hostile program has written to: a run that is done and one that failed."""
    with market_home(tmp_path_factory.mktemp("spoilt") / "home") as home:
        (home.strategies / "failing.py").write_text(FAILING)
        assert program("run", "sma_cross", "SYNTHETIC", "H1").code == 0
        assert program("run", "failing", "SYNTHETIC", "H1").code == 1
        with closing(connect(home.store)) as connection:
            spoil(connection)
        yield home


def spoil(connection: StoreConnection) -> None:
    """Write hostile text wherever a row takes it; each row has its own, where that must be."""
    for table, columns in WRITTEN.items():
        for column in columns:
            connection.execute(f"UPDATE {table} SET {column} = ? || rowid", (PAYLOAD,))  # noqa: S608
    for table, columns in IN_JSON.items():
        for column in columns:
            document = json.dumps(DOCUMENTS[column])
            connection.execute(f"UPDATE {table} SET {column} = ?", (document,))  # noqa: S608


@pytest.mark.parametrize(
    "command",
    [
        ("runs",),
        ("runs", "--json"),
        ("runs", "--sort", "notes"),
        ("show", "1"),
        ("show", "1", "--trades", "--equity"),
        ("show", "1", "--trades", "--json"),
        ("show", "2"),
        ("watch", "1"),
        ("watch", "2"),
        ("data",),
        ("data", "--json"),
        ("data", "--delete", "SYNTHETIC", "H1"),
        ("doctor",),
        ("strategies",),
        ("run", "sma_cross", "SYNTHETIC", "H1"),
    ],
    ids=" ".join,
)
def test_rows_that_a_hostile_program_wrote(spoilt: Home, command: tuple[str, ...]) -> None:
    said = told(program(*command))
    assert said.out + said.err
    if "--json" in command:
        assert "TITLED" in json.dumps(said.document)


def read_raw(terminal: Terminal) -> bytes:
    """Return everything that the program has sent, in which nothing hostile is raw."""
    _ = terminal.bytes_received
    sent = bytes(terminal.received)
    for raw in RAW:
        assert raw not in sent, sent[max(0, sent.find(raw) - 60) : sent.find(raw) + 60]
    return sent


def test_the_screens(spoilt: Home, tmp_path: Path) -> None:
    (tmp_path / f"{SENTENCE.replace('/', '')}.csv").touch()
    with Terminal(columns=160, rows=50) as terminal:
        terminal.wait_for("failed")
        terminal.send("\r")
        terminal.wait_for("Run 2 ")
        terminal.wait_for("TITLED")
        terminal.send(">", ">", ">", "q")
        terminal.wait_for("2 runs")
        terminal.send("j", "\r")
        terminal.wait_for("Run 1 ")
        terminal.send(">")
        terminal.wait_for("buy")
        terminal.send("q", "n")
        terminal.wait_for("have bars")
        terminal.send("fail")
        terminal.wait_for("failing")
        terminal.send("\x1b")
        terminal.wait_for("2 runs")
        terminal.send("4")
        terminal.wait_for("1 line of its files")
        terminal.send("i", f"{tmp_path}/", "\t")
        terminal.wait_for(".csv")
        read_raw(terminal)


def test_what_is_pasted(spoilt: Home) -> None:
    with Terminal(columns=160, rows=50) as terminal:
        terminal.send("1")
        terminal.wait_for("2 runs")
        terminal.send("/", f"\x1b[200~{PAYLOAD}\x1b[201~")
        terminal.wait_for("TITLED")
        read_raw(terminal)
