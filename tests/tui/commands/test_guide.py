import argparse
import re
import shlex
from importlib import import_module

import pytest

from core.strategies.guide import PATH, guide
from tests.tui.commands.program import call
from tui.cli import COMMANDS
from tui.commands.parsing import Parser, joined_negatives

Capture = pytest.CaptureFixture[str]

LINES = re.findall(r"^ {4}backtape (.+)$", guide(), re.MULTILINE)


def parsed(line: str) -> argparse.Namespace:
    """Return what the program's own parser makes of a line of the guide."""
    name, *arguments = shlex.split(line)
    command = import_module(f"tui.commands.{COMMANDS[name][0]}")
    parser = Parser(prog=f"backtape {name}", description=command.__doc__)
    command.add_arguments(parser)
    return parser.parse_args(joined_negatives(arguments))


def test_the_guide_is_printed_whole(capsys: Capture) -> None:
    said = call(capsys, "guide")
    assert (said.code, said.err) == (0, "")
    assert said.out == PATH.read_text()


@pytest.mark.parametrize("line", LINES)
def test_every_command_of_the_guide_is_understood(line: str) -> None:
    assert parsed(line)


def test_every_command_and_option_named_in_its_text_exists() -> None:
    named = set(re.findall(r"`backtape ([a-z-]+)", guide())) | {line.split()[0] for line in LINES}
    assert named <= set(COMMANDS)
    assert {"check", "run", "new-strategy", "strategies", "show"} <= named
    command = import_module("tui.commands.run")
    parser = Parser(prog="backtape run", description=None)
    command.add_arguments(parser)
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", guide())) - {"--source"}
    assert options <= set(parser._option_string_actions)
