"""Print the guide to writing strategies, from nothing to a checked one of your own."""

import argparse

from tui.commands.endings import DONE
from tui.commands.output import write


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare nothing: the command takes no options."""


def execute(options: argparse.Namespace) -> int:  # noqa: ARG001 - every command takes its options
    """Print it as plain text, whole; a pager takes it from there."""
    from core.strategies.guide import guide

    write(guide())
    return DONE
