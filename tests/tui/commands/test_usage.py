"""What is wrong with a command line: a sentence in plain words, the same in every command."""

from pathlib import Path

import pytest

from core.home import Home
from tests.tui.commands.program import call
from tui.cli import COMMANDS

Capture = pytest.CaptureFixture[str]

WRONG = [
    (["show"], "ID is missing; see 'backtape show --help'."),
    (["note"], "ID and TEXT are missing; see 'backtape note --help'."),
    (["run"], "STRATEGY, SYMBOL and TIMEFRAME are missing; see 'backtape run --help'."),
    (["export", "1"], "--to is missing; see 'backtape export --help'."),
    (["runs", "--limit"], "--limit needs a value; see 'backtape runs --help'."),
    (["data", "--delete", "EURUSD"], "--delete needs 2 values; see 'backtape data --help'."),
    (["queue", "--pause", "--resume"], "--resume is not allowed with --pause; see 'backtape queue --help'."),
    (["runs", "--json=yes"], "--json takes no value; see 'backtape runs --help'."),
    (["show", "1", "2"], "'2' is one word too many; see 'backtape show --help'."),
    (["undo", "--", "2"], "'2' is one word too many; see 'backtape undo --help'."),
    (["run", "a", "b", "c", "--form", "2020"], "There is no option --form; did you mean --from?"),
    (["run", "a", "b", "c", "--size", "1%"], "There is no option --size; did you mean --lots or --risk?"),
    (["run", "a", "b", "c", "--capital=5"], "There is no option --capital; did you mean --balance?"),
    (["check", "a", "b", "c", "--size", "1"], "There is no option --size; did you mean --set?"),
    (["undo", "-x"], "There is no option -x; see 'backtape undo --help'."),
    (
        ["export", "1", "--to", "x", "--format", "xml"],
        "--format: 'xml' is none of csv, json, html, text; see 'backtape export --help'.",
    ),
    (["export", "1", "--to", ""], "--to: the folder has no name; write its path, such as results."),
    (["backup", "--restore", ""], "--restore: the copy has no name; 'backtape backup --list' lists them."),
    (
        ["import", "x", "--symbol", " "],
        "--symbol names none; leave it out to take what the file's name says.",
    ),
    (["runs", "--sort", "pf:up"], "--sort knows no order 'up'; there are pf:asc and pf:desc."),
]


@pytest.mark.parametrize(("arguments", "sentence"), WRONG, ids=[" ".join(case[0]) for case in WRONG])
def test_wrong_usage_is_told_in_plain_words(
    arguments: list[str], sentence: str, home: Home, capsys: Capture
) -> None:
    said = call(capsys, *arguments)
    assert (said.code, said.out, said.err) == (2, "", f"backtape: {sentence}\n")


def test_an_empty_timeframe_is_refused_as_any_other_that_is_none(
    home: Home, tmp_path: Path, capsys: Capture
) -> None:
    said = call(capsys, "import", str(tmp_path / "x.csv"), "--timeframe", "")
    assert said.code == 1
    assert "There is no timeframe ''" in said.err


def test_nothing_behind_two_dashes_is_an_option(home: Home, capsys: Capture) -> None:
    said = call(capsys, "note", "7", "--", "-5", "pips")
    assert said.err == "backtape: There is no run 7; 'backtape runs' lists the runs.\n"
    assert "There is no deletion" in call(capsys, "undo", "--").err
    assert "There is no file -x.csv" in call(capsys, "import", "--", "-x.csv").err


@pytest.mark.parametrize("name", COMMANDS)
def test_json_and_ascii_mean_the_same_in_every_command_that_has_them(name: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        call(capsys, name, "--help")
    told = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "--ascii write ASCII characters only" in told
    assert {line for line in told if line.startswith("--json")} <= {
        "--json print one JSON document and nothing else"
    }
