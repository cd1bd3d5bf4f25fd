"""Imports in a process of their own: the CSV reader never comes into the terminal program."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import BacktapeError
from core.home import Home
from core.text import clean
from tui import formats
from tui.background import in_background

_PREFIX = "backtape: "


@dataclass(frozen=True)
class Done:
    """What an import did: the documents it printed and what it said."""

    imported: Sequence[Mapping[str, Any]]
    complaint: str

    @property
    def sentence(self) -> str:
        """The result in one line."""
        if self.complaint and not self.imported:
            return self.complaint
        return "  ".join([*map(_told, self.imported), *filter(None, [self.complaint])])


def asked_for(complaint: str) -> str:
    """Return the option whose absence or value an import was refused for, "" if it is none that is asked."""
    named = (name for name in _QUESTIONS if f"--{name}" in complaint)
    return next(named, "")


_QUESTIONS = ("source", "timeframe", "timezone", "symbol")


def _told(one: Mapping[str, Any]) -> str:
    parts = [
        f"{one['symbol']} {one['timeframe']}: {formats.plural(int(one['rows']), 'bar')}",
        f"{str(one['first'])[:10]} to {str(one['last'])[:10]}",
        f"read as {one['dialect']}, clock {one['timezone']}",
    ]
    if one["dropped"]:
        parts.append(f"{formats.plural(len(one['dropped']), 'line')} dropped")
    if one["warnings"]:
        parts.append(f"{formats.plural(len(one['warnings']), 'warning')}")
    return clean(", ".join(parts), limit=300)


async def import_path(home: Home, path: Path, answers: Mapping[str, str]) -> Done:
    """Import a file as `backtape import` does, with what was answered so far by option.

    Raises:
        BacktapeError: the process could not be started or ended in an unforeseen way.
    """
    options = [f"--{name}={text}" for name, text in answers.items()]
    return await _run(home, ["-m", "tui.cli", "import", "--json", *options, "--", str(path)])


async def import_sample(home: Home) -> Done:
    """Import the built-in sample market."""
    return await _run(home, ["-m", "tui.sample"])


async def _run(home: Home, arguments: Sequence[str]) -> Done:
    return await in_background(_import, home, arguments)


def _import(home: Home, arguments: Sequence[str]) -> Done:
    # In a session of its own: an import that has begun ends, whatever becomes of the terminal.
    ended = subprocess.run(
        [sys.executable, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=_ROOT,
        env={**os.environ, "BACKTAPE_HOME": str(home.path)},
        start_new_session=True,
        check=False,
    )
    told = clean(ended.stderr.decode(errors="replace").strip(), limit=400).removeprefix(_PREFIX)
    try:
        imported = json.loads(ended.stdout) if ended.stdout.strip() else []
    except ValueError as error:
        raise BacktapeError(f"The import ended without a result: {told or 'it said nothing.'}") from error
    if not imported and not told:
        raise BacktapeError(f"The import ended with exit code {ended.returncode} and said nothing.")
    return Done(imported, told)


_ROOT = Path(__file__).resolve().parent.parent


def guessed_symbol(path: Path, home: Home) -> str:
    """Return the instrument that a file's name names, "" if none."""
    from core.config import own_instruments
    from core.market.names import read_name

    found = read_name(path.name, own_instruments(home)).instrument
    return "" if found is None else found.symbol


def completed_path(text: str) -> str:
    """Return a path typed in part, completed as far as only one continuation is left."""
    typed = Path(text).expanduser()
    folder, start = (typed, "") if text.endswith("/") else (typed.parent, typed.name)
    try:
        names = sorted(entry.name + "/" * entry.is_dir() for entry in folder.iterdir())
    except OSError:
        return text
    fitting = [name for name in names if name.startswith(start) and (start or not name.startswith("."))]
    if not fitting:
        return text
    common = fitting[0]
    while not all(name.startswith(common) for name in fitting):
        common = common[:-1]
    return text[: len(text) - len(start)] + common
