"""Starting the process that a check's strategy runs in, listening to it, and ending it."""

import json
import os
import selectors
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.checking.findings import CheckReport, Finding
from core.errors import BacktapeError
from core.home import Home
from core.jobs.isolation import environment_without_keys
from core.jobs.process import end_child, identity
from core.own_code import own_command, start_own
from core.text import clean

# Called with what is under way, how many steps of it are done, and of how many.
OnProgress = Callable[[str, int, int], None]

_LOOK = 0.2
_LAST_SECONDS = 5.0
# Decisions on a million bars with their prompts are less than that.
_LARGEST_ANSWER = 500_000_000


@dataclass(frozen=True)
class Answer:
    """What a process says: its report, and what was decided on the whole history for others to repeat."""

    report: CheckReport
    decided: str | None = None


def answer_to(
    home: Home, task: Mapping[str, Any], environment: Mapping[str, str], told: OnProgress
) -> Answer:
    """Return what a process says of a task; it is over, with all that it started, on return.

    `told` is called several times a second, whatever the process does; what it raises ends it.

    Raises:
        BacktapeError: the process refuses the task.
    """
    process = _start(home, task, environment)
    who = identity(process.pid)
    try:
        return _Listener(process, told).answer()
    finally:
        end_child(process, who)


def _start(home: Home, task: Mapping[str, Any], environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    with tempfile.TemporaryFile() as given:
        given.write(json.dumps(task).encode())
        given.seek(0)
        return start_own(
            "checks strategies",
            own_command("core.jobs.checking_worker", "--home", str(home.path.absolute())),
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**environment_without_keys(), **environment},
        )


class _Listener:
    """Reads the lines of one process, each a JSON object, until one of them is its answer."""

    def __init__(self, process: "subprocess.Popen[bytes]", told: OnProgress) -> None:
        self._process, self._told = process, told
        self._under_way, self._steps = "loading", (0, 1)

    def answer(self) -> Answer:
        """Return the answer; a process that ends without one was ended by the strategy, which is a finding.

        Raises:
            BacktapeError: the process refuses the task, or says what cannot be understood.
        """
        self._tell()
        for line in self._lines():
            message = _understood(line)
            if "progress" not in message:
                return _judged(message)
            self._under_way, *steps = message["progress"]
            self._steps = (int(steps[0]), int(steps[1]))
            self._tell()
        return Answer(self._ended())

    def _tell(self) -> None:
        self._told(self._under_way, *self._steps)

    def _lines(self) -> Iterator[bytes]:
        """Yield the lines, telling the caller about five times a second that there is nothing new."""
        output = self._process.stdout
        if output is None:
            raise TypeError("the process has no output")
        pieces: list[bytes] = []
        size = 0
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            while True:
                if not selector.select(_LOOK):
                    if self._process.poll() is not None:
                        return  # something that it left behind holds its output open
                    self._tell()
                    continue
                piece = os.read(output.fileno(), 1 << 20)
                if not piece:
                    return
                *whole, rest = piece.split(b"\n")
                for line in whole:
                    yield b"".join([*pieces, line])
                    pieces, size = [], 0
                pieces.append(rest)
                size += len(rest)
                if size > _LARGEST_ANSWER:
                    raise BacktapeError("The check has found more than can be kept; check fewer bars.")

    def _ended(self) -> CheckReport:
        """Return the report on a process that is gone without an answer."""
        try:
            code = self._process.wait(timeout=_LAST_SECONDS)
        except subprocess.TimeoutExpired:
            code = 0
        how = f"killed by {_signal_name(-code)}" if code < 0 else f"exit code {code}"
        during = f"while it was checked ({self._under_way})"
        finding = Finding("error", f"The strategy ended the process that ran it {during}: {how}.")
        return CheckReport((finding,), bars=0, decisions=0, cuts=0, seconds=0.0)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _understood(line: bytes) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except ValueError:
        message = None
    if not isinstance(message, dict):
        raise BacktapeError("What the checking process says cannot be understood; check again.")
    return message


def _judged(message: Mapping[str, Any]) -> Answer:
    if "refused" in message:
        raise BacktapeError(clean(str(message["refused"]), limit=1_000))
    return Answer(CheckReport.from_json(message["report"]), message.get("decided"))
