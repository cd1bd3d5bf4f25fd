"""Imports in a process of their own: the CSV reader never comes into the terminal program."""

import json
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from core.errors import BacktapeError
from core.home import Home
from core.own_code import own_command, own_environment, start_own
from core.text import clean
from tui import formats
from tui.background import in_background
from tui.imports.refusals import Refusal, RefusedFileError

_LONGEST = 500

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """A file and how it is to be imported; "" for what is left to the file."""

    path: str
    symbol: str = ""
    timeframe: str = ""
    timezone: str = ""
    source: str = ""
    replace: bool = False


class ImportProcess:
    """One process that reads files, started with the first request; one request at a time.

    It is in a session of its own: an import that has begun ends, whatever becomes
    of the terminal.
    """

    def __init__(self, home: Home) -> None:
        self.home = home
        self._turn = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._importing = False
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process, None where there is none."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def preview(self, asked: Asked) -> Document:
        """Return what is understood of a file (`preview_document`).

        Raises:
            RefusedFileError: it cannot be read so.
            BacktapeError: the process has ended.
        """
        return await in_background(self._ask, "preview", asked)

    async def store(self, asked: Asked) -> Document:
        """Import a file; return what was imported (`imported_document`).

        Raises:
            RefusedFileError: it does not fit what is in the library.
            BacktapeError: the process has ended.
        """
        self._importing = True
        try:
            return await in_background(self._ask, "import", asked)
        finally:
            self._importing = False

    def close(self) -> None:
        """End the process; an import that has begun is let end first."""
        self._closed = True
        threading.Thread(target=self._end, daemon=True).start()

    def _end(self) -> None:
        if self._process is not None and not self._importing:
            self._process.terminate()
        with self._turn:
            if self._process is not None:
                self._process.communicate()

    def _ask(self, do: str, asked: Asked) -> Document:
        with self._turn:
            answer = self._exchange({"do": do, **asdict(asked)})
        if do in answer:
            found: Document = answer[do]
            return found
        raise RefusedFileError([Refusal(**one) for one in answer["refused"]])

    def _exchange(self, request: Document) -> Document:
        """Hand a request to the process and return its answer."""
        process = self._started()
        try:
            self._write(process, request)
            answer: Document = json.loads(self._read_line(process))
        except (OSError, ValueError) as error:
            raise BacktapeError(self._ending(process)) from error
        return answer

    def _started(self) -> "subprocess.Popen[str]":
        if self._closed:
            raise BacktapeError("The import was left.")
        if self._process is None:
            self._process = self._start()
        return self._process

    def _start(self) -> "subprocess.Popen[str]":
        return start_own(
            "reads files",
            own_command("tui.imports.process"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=_environment(self.home),
        )

    @staticmethod
    def _write(process: "subprocess.Popen[str]", request: Document) -> None:
        assert process.stdin is not None  # noqa: S101 - a pipe
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()

    @staticmethod
    def _read_line(process: "subprocess.Popen[str]") -> str:
        assert process.stdout is not None  # noqa: S101 - a pipe
        return process.stdout.readline()

    def _ending(self, process: "subprocess.Popen[str]") -> str:
        """Return that the process has ended, and its last words; another is started at the next request."""
        self._process = None
        process.kill()
        _, said = process.communicate()
        last = clean((said.strip().splitlines() or ["it said nothing"])[-1], limit=_LONGEST)
        return f"The process that reads the file has ended ({last}); try again."


def _environment(home: Home) -> dict[str, str]:
    return {**own_environment(), "BACKTAPE_HOME": str(home.path.absolute())}


def told(one: Document) -> str:
    """Return what was imported (`outcome_document`) in one sentence."""
    parts = [
        f"{one['symbol']} {one['timeframe']}: {formats.plural(int(one['rows']), 'bar')}",
        f"{str(one['first'])[:10]} to {str(one['last'])[:10]}",
        f"read as {one['dialect']}, clock {one['timezone']}",
    ]
    if one["dropped"]:
        parts.append(f"{formats.plural(len(one['dropped']), 'line')} dropped")
    if one["warnings"]:
        parts.append(f"{formats.plural(len(one['warnings']), 'warning')}")
    return clean(", ".join(parts) + _joined(one["dataset"]), limit=300)


def _joined(dataset: Document) -> str:
    """Return what became of bars that came to others, "" where they are the dataset."""
    added, rows = int(dataset["added"]), int(dataset["rows"])
    if not added:
        return "; all of them were there already"
    if added == rows:
        return ""
    return f"; {added:,} added to the {rows - added:,} that were there"


async def import_sample(home: Home) -> Document:
    """Import the built-in sample market; return what was imported.

    Raises:
        BacktapeError: it was refused, or the process ended in an unforeseen way.
    """
    return await in_background(_import_sample, home)


def _import_sample(home: Home) -> Document:
    process = start_own(
        "makes the sample market",
        own_command("tui.imports.sample"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(home),
    )
    with process:
        answer, complaint = process.communicate()
    said = clean(complaint.decode(errors="replace").strip(), limit=_LONGEST).removeprefix("backtape: ")
    try:
        (imported,) = json.loads(answer)
    except ValueError as error:
        raise BacktapeError(f"The sample market was not imported: {said or 'it said nothing.'}") from error
    found: Document = imported
    return found
