import json
import os
import re
import shlex
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from core.home import Home
from core.version import RELEASE
from tests.tui.commands.program import ROOT, call, program, start
from tui.cli import COMMANDS
from tui.commands.parsing import Parser

Capture = pytest.CaptureFixture[str]

HEAVY = {"sqlalchemy", "textual", "numba", "pandas", "pyarrow", "alembic", "numpy", "pydantic", "plotext"}


def imported_by(*arguments: str) -> set[str]:
    """The top-level modules that a command has imported when it ends."""
    script = (
        "import sys\nfrom tui.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "print('\\n' + ' '.join({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["run", "--help"], ["runs"], ["runs", "--json"], ["data"], ["undo"], ["cancel", "7"]],
)
def test_a_command_that_only_reads_or_marks_imports_nothing_heavy(arguments: list[str], home: Home) -> None:
    assert program("runs").code == 0  # makes the store, which needs Alembic
    assert imported_by(*arguments) & HEAVY == set()


def test_starting_a_run_imports_neither_the_engine_nor_the_screens(home: Home) -> None:
    assert program("runs").code == 0
    heavy = imported_by("run", "sma_cross", "EURUSD", "M15") & HEAVY
    assert not heavy & {"sqlalchemy", "textual", "numba", "pandas", "pyarrow", "alembic"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_that_names_its_options(name: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as ended:
        call(capsys, name, "--help")
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert f"usage: backtape {name}" in said
    assert len(said.splitlines()) > 3


@pytest.mark.parametrize("name", COMMANDS)
def test_every_argument_of_a_command_is_explained_in_80_columns(
    name: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        call(capsys, name, "--help")
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert [line for line in lines if re.fullmatch(r"  [A-Z][A-Z_|]*", line)] == []


@pytest.mark.parametrize("name", ["run", "check", "runs", "show", "compare", "export", "repeat", "queue"])
def test_the_examples_of_a_command_are_lines_that_can_be_typed(name: str, capsys: Capture) -> None:
    command = import_module(f"tui.commands.{COMMANDS[name][0]}")
    parser = Parser(prog=f"backtape {name}")
    command.add_arguments(parser)
    shown = parser.format_help().partition("\nexamples:\n")[2].splitlines()
    assert shown
    for line in shown:
        assert line.startswith(f"  backtape {name}")
        parser.parse_args(shlex.split(line)[2:])


def test_help_lists_every_command(capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        call(capsys, "--help")
    said = capsys.readouterr().out
    assert all(f"  {name} " in said for name in COMMANDS)


def test_help_is_a_command_too(capsys: Capture) -> None:
    shown = []
    for arguments in (("help",), ("--help",), ("help", "runs"), ("runs", "--help")):
        with pytest.raises(SystemExit):
            call(capsys, *arguments)
        shown.append(capsys.readouterr().out)
    assert shown[0] == shown[1]
    assert shown[2] == shown[3]


def test_the_version_is_the_release(capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        call(capsys, "--version")
    assert capsys.readouterr().out == f"backtape {RELEASE}\n"


def test_keys_prints_the_keys_as_they_are_now_and_what_is_wrong_with_them(
    home: Home, capsys: Capture
) -> None:
    home.keymap.write_text('repeat = "R"\nhelp = "ctrl+m"\n')
    said = call(capsys, "--keys")
    assert said.code == 0
    assert "| `R` | repeat | make the run again, as it was |" in said.out
    assert "keymap.toml, line 2: 'ctrl+m' is Enter to a terminal; help keeps ? F1." in said.err


def test_a_theme_that_is_none_is_refused_with_those_there_are(home: Home, capsys: Capture) -> None:
    said = call(capsys, "--theme", "blue")
    assert said.code == 2
    assert "'blue' is none of ansi, dark, light, high-contrast" in said.err


def test_keys_prints_the_table_of_keys(home: Home, capsys: Capture) -> None:
    said = call(capsys, "--keys")
    assert said.code == 0
    assert "| keys |" in said.out


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["rnus"], "did you mean 'backtape runs'"),
        (["zzz"], "'backtape --help'"),
        (["--ascii", "runs"], "The command comes first"),
        (["--colour"], "There is no option --colour"),
        (["\x1b]0;x\x07"], "There is no command"),
        (["rnus", "--help"], "did you mean 'backtape runs'"),
        (["help", "rnus"], "did you mean 'backtape runs'"),
    ],
)
def test_an_unknown_command_or_option_is_one_sentence(
    arguments: list[str], advice: str, capsys: Capture
) -> None:
    said = call(capsys, *arguments)
    assert (said.code, said.out, len(said.err.splitlines())) == (2, "", 1)
    assert advice in said.err
    assert "\x1b" not in said.err


def test_the_screens_refuse_a_pipe_with_one_sentence(home: Home) -> None:
    said = program()
    assert (said.code, said.out, len(said.err.splitlines())) == (2, "", 1)
    assert "need a terminal" in said.err


def test_a_data_folder_that_cannot_be_made_is_one_sentence_and_code_two(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    said = program("runs", BACKTAPE_HOME=str(blocked / "home"))
    assert (said.code, said.out, len(said.err.splitlines())) == (2, "", 1)
    assert "BACKTAPE_HOME" in said.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_folder_that_may_not_be_written_is_one_sentence_and_code_two(home: Home) -> None:
    home.path.chmod(0o500)
    try:
        said = program("runs")
    finally:
        home.path.chmod(0o700)
    assert (said.code, said.out, len(said.err.splitlines())) == (2, "", 1)


@pytest.mark.parametrize("content", [b"", b"not a database at all, just text" * 40])
def test_a_damaged_store_is_one_sentence_and_stays_as_it_is(content: bytes, home: Home) -> None:
    home.store.write_bytes(content)
    said = program("runs")
    assert (said.code, said.out, len(said.err.splitlines())) == (1, "", 1)
    assert str(home.store) in said.err
    assert home.store.read_bytes() == content


def test_a_reader_that_leaves_early_is_no_error(home: Home) -> None:
    with start("strategies", "--json") as process:
        assert process.stdout is not None
        process.stdout.close()
        process.wait(timeout=60)
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_without_a_utf8_locale_only_ascii_is_written(home: Home) -> None:
    said = program("doctor", LC_ALL="C", LANG="C")
    assert said.code == 0
    assert said.out.isascii()
    assert "+ program" in said.out


def test_nothing_written_into_a_pipe_holds_an_escape(home: Home) -> None:
    for arguments in (["doctor"], ["runs"], ["strategies"], ["--help"], ["nothing"]):
        said = program(*arguments, TERM="xterm-256color", FORCE_COLOR="1")
        assert "\x1b" not in said.out + said.err


def test_json_is_the_only_thing_on_stdout(home: Home) -> None:
    for arguments in (["runs"], ["data"], ["strategies"], ["doctor"]):
        said = program(*arguments, "--json")
        assert said.err == ""
        json.loads(said.out)
