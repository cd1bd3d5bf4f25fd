"""Say in plain words what state this installation and its data folder are in."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict

from core.home import Home
from tui.commands import parsing
from tui.commands.endings import DONE, REFUSED
from tui.commands.output import terminal_width, write, write_json
from tui.folding import folded

_MARKS = {"ok": "✓", "note": "·", "wrong": "✗"}
_BEFORE_TEXT = 15


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parsing.add_json(parser)


def execute(options: argparse.Namespace) -> int:
    """Examine everything and change nothing; exit code 1 if something is wrong."""
    from tui.commands.examinations import examine

    found = []
    for finding in examine(Home.locate()):
        found.append(finding)
        if not options.json:  # as it comes: a large store takes its time
            told = f"{_MARKS[finding.state]} {finding.subject:<12} {finding.text}"
            write(folded(told, terminal_width(), " " * _BEFORE_TEXT))
    wrong = [finding.subject for finding in found if finding.state == "wrong"]
    if options.json:
        write_json({"ok": not wrong, "findings": [asdict(finding) for finding in found]})
    else:
        write(f"\n{_summary(wrong)}")
    return REFUSED if wrong else DONE


def _summary(wrong: Sequence[str]) -> str:
    """Return how many things are wrong, and where."""
    if not wrong:
        return "Nothing is wrong."
    amount = "One thing is wrong" if len(wrong) == 1 else f"{len(wrong)} things are wrong"
    return f"{amount}: {', '.join(dict.fromkeys(wrong))}."
