"""Running the command line in this process or as a program of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tui.cli import main

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Said:
    """What a command left behind: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:  # noqa: ANN401
        """The one JSON document on stdout; raises if there is anything else."""
        return json.loads(self.out)


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> Said:
    """Do one command in this process."""
    capsys.readouterr()
    code = main(list(arguments))
    written = capsys.readouterr()
    return Said(code, written.out, written.err)


def start(*arguments: str, **environment: str) -> "subprocess.Popen[str]":
    """Start the program, its output in pipes."""
    return subprocess.Popen(
        [sys.executable, "-m", "tui.cli", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def program(*arguments: str, **environment: str) -> Said:
    """Run the program to its end."""
    with start(*arguments, **environment) as process:
        out, err = process.communicate(timeout=100)
    return Said(process.returncode, out, err)
