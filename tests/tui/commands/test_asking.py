"""An import whose instrument nobody knows, with somebody at the terminal."""

import io
import sys
from pathlib import Path

import pexpect
import pytest

from core.config import read_config
from core.home import Home
from core.market.instruments import Instrument
from tests.tui.commands.program import ROOT, Said, call

Capture = pytest.CaptureFixture[str]

BARS = """time,open,high,low,close
2020-01-06 00:00,2450.5,2460.25,2440,2455
2020-01-06 01:00,2455,2461,2450.75,2460
2020-01-06 02:00,2460,2462,2451,2452
2020-01-06 03:00,2452,2455,2450,2451
"""
COCOA = Instrument("COCOA", "COCOA", "USD", 2, 1.0, 10.0)


def market_file(folder: Path, name: str = "cocoa_H1.csv") -> Path:
    path = folder / name
    path.write_text(BARS)
    return path


@pytest.fixture
def attended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody can answer."""
    monkeypatch.setattr("tui.commands.import_files.can_ask", lambda: True)


def answering(
    answers: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture, path: Path, *options: str
) -> Said:
    monkeypatch.setattr(sys, "stdin", io.StringIO(answers))
    return call(capsys, "import", str(path), *options)


@pytest.mark.usefixtures("attended")
def test_what_is_answered_is_written_down_and_the_import_goes_on(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    path = market_file(tmp_path)
    said = answering("\nusd\n\n1\n10\n", monkeypatch, capsys, path, "--symbol", "cocoa")
    assert said.code == 0
    assert "COCOA H1: 4 bars" in said.out
    for asked in ("COCOA is not known", "[COCOA]: ", "digits (decimals of its prices) [2]: ", "[0.01]: "):
        assert asked in said.err
    assert read_config(home).instruments == {"COCOA": COCOA}
    again = answering("", monkeypatch, capsys, path)
    assert (again.code, "COCOA H1: 4 bars" in again.out) == (0, True)


@pytest.mark.usefixtures("attended")
def test_an_answer_that_makes_no_sense_is_asked_for_again(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    answers = "\n\nus dollar\nUSD\ntwo\n2\nnan\n1\n-1\n\n10\n"
    said = answering(answers, monkeypatch, capsys, market_file(tmp_path), "--symbol", "COCOA")
    assert said.code == 0
    assert "quote must be a name like \"USD\", not 'us dollar'" in said.err
    assert "digits must be a whole number from 0 to 8, not 'two'" in said.err
    assert "contract_size must be a number above 0" in said.err
    assert read_config(home).instruments == {"COCOA": COCOA}


@pytest.mark.usefixtures("attended")
def test_a_file_without_a_symbol_is_asked_for_it(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    path = market_file(tmp_path, "history.csv")
    said = answering("xauusd.m\n", monkeypatch, capsys, path)
    assert "The name of history.csv tells no symbol." in said.err
    assert "XAUUSD H1: 4 bars" in said.out
    assert not home.config.exists()


@pytest.mark.usefixtures("attended")
@pytest.mark.parametrize("answers", ["", "\n", "\nUSD\n2\n1\n"])
def test_without_an_answer_nothing_is_guessed(
    answers: str, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    said = answering(answers, monkeypatch, capsys, market_file(tmp_path), "--symbol", "COCOA")
    assert (said.code, said.out) == (1, "")
    assert "The symbol 'COCOA' is not known" in said.err
    assert not home.config.exists()


@pytest.mark.usefixtures("attended")
def test_a_program_that_reads_json_is_not_asked(home: Home, tmp_path: Path, capsys: Capture) -> None:
    said = call(capsys, "import", str(market_file(tmp_path)), "--symbol", "COCOA", "--json")
    assert (said.code, said.document) == (1, [])
    assert len(said.err.splitlines()) == 1


def test_without_a_terminal_the_refusal_shows_how_to_describe_it(
    home: Home, tmp_path: Path, capsys: Capture
) -> None:
    said = call(capsys, "import", str(market_file(tmp_path)), "--symbol", "COCOA")
    assert said.code == 1
    assert "digits 2 and pip 0.01 are assumed from the prices" in said.err
    assert 'instruments.COCOA = { base = "COCOA", quote = "USD", digits = 2, pip = 0.01' in said.err


def test_a_config_that_cannot_be_understood_is_told_with_file_and_key(
    home: Home, tmp_path: Path, capsys: Capture
) -> None:
    home.config.write_text("[instruments.COCOA]\npips = 1\n")
    said = call(capsys, "import", str(market_file(tmp_path)), "--symbol", "COCOA")
    assert (said.code, len(said.err.splitlines())) == (1, 1)
    assert f"{home.config}: instruments.COCOA has a key 'pips'" in said.err


def test_in_a_real_terminal_the_questions_are_answered_by_typing(home: Home, tmp_path: Path) -> None:
    arguments = ["-m", "tui.cli", "import", str(market_file(tmp_path)), "--symbol", "COCOA"]
    child = pexpect.spawn(sys.executable, arguments, cwd=str(ROOT), encoding="utf-8", timeout=30)
    for question, answer in (
        ("base .*: ", ""),
        ("quote .*: ", "USD"),
        ("digits .*: ", ""),
        ("pip .*: ", "1"),
        ("contract size .*: ", "10"),
    ):
        child.expect(question)
        child.sendline(answer)
    child.expect("COCOA H1: 4 bars")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert read_config(home).instruments == {"COCOA": COCOA}
