"""Strategies whose parameters are not written in plain values: run once, in a process of their own."""

import json
import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from core.home import Home
from core.jobs.descriptions import Shown, keep, recall, understood
from core.jobs.isolation import environment_without_keys
from core.jobs.process import end_child, identity
from core.own_code import own_command, start_own
from core.strategies.errors import StrategyError
from core.strategies.registry import Description

SECONDS = 20.0
LARGEST_ANSWER = 1_000_000

_LOOK = 0.25
_LAST_SECONDS = 2.0


class GivenUp(Exception):  # noqa: N818 (no fault: nobody waits for it any more)
    """Whoever asked does not want to know any more."""


def describe(
    home: Home, description: Description, *, is_given_up: Callable[[], bool] | None = None
) -> Description:
    """Return a strategy with all its parameters and options known, or with `error` set.

    One that is written in plain values comes back as it is, and at once. Any
    other is run once in a process of its own, which takes a second or two and at most
    twenty, and what it showed is kept by its source. So this is for a thread in
    the background, never for the one that draws. `is_given_up` is asked four
    times a second meanwhile.

    Raises:
        GivenUp: `is_given_up` said so; the process is ended.
    """
    if not description.unread or description.error is not None:
        return description
    shown = recall(home, description) or _run(home, description, is_given_up or _never)
    if shown.error is not None:
        return replace(description, error=shown.error)
    return replace(description, parameters=shown.parameters, options=shown.options, unread=())


def described(home: Home, description: Description) -> Description:
    """Return a strategy with all its parameters known; StrategyError if running its file fails."""
    whole = describe(home, description)
    if whole.error is not None:
        raise StrategyError(whole.error, field="strategy")
    return whole


def _never() -> bool:
    return False


def _run(home: Home, description: Description, is_given_up: Callable[[], bool]) -> Shown:
    file = description.path.name
    try:
        told = _answer(description, is_given_up)
    except _NoAnswerError as error:
        return Shown(error=f"{file}: {error}")
    shown = understood(told)
    if shown is None:
        return Shown(error=f"{file}: What running the file showed cannot be understood.")
    if told.pop("lasting", True):
        keep(home, description, told)
    return shown


class _NoAnswerError(Exception):
    """The process has said nothing of use; the sentence says why."""


def _answer(description: Description, is_given_up: Callable[[], bool]) -> dict[str, Any]:
    """Return what the process says of a strategy; it is over, with all that it started, on return."""
    with tempfile.TemporaryFile() as source:
        source.write(description.source.encode())
        source.seek(0)
        process = start_own(
            f"runs the file of {description.name}",
            own_command("core.jobs.described", description.name),
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment_without_keys(),
        )
    who = identity(process.pid)
    try:
        data = _read(process, is_given_up)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=_LAST_SECONDS)
    finally:
        end_child(process, who)
    return _told(data, process.returncode)


def _read(process: "subprocess.Popen[bytes]", is_given_up: Callable[[], bool]) -> bytes:
    """Return all that the process writes, up to a bound and a time."""
    if process.stdout is None:
        raise TypeError("the process has no output")
    deadline = time.monotonic() + SECONDS
    data = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while time.monotonic() < deadline:
            if is_given_up():
                raise GivenUp
            if not selector.select(_LOOK):
                if process.poll() is not None:
                    return data  # something that it left behind holds its output open
                continue
            piece = os.read(process.stdout.fileno(), 65_536)
            if not piece:
                return data
            data += piece
            if len(data) > LARGEST_ANSWER:
                raise _NoAnswerError("The file declares more than can be kept; give it fewer parameters.")
    raise _NoAnswerError(
        f"Running the file took more than {SECONDS:g} s; at its top level it should only define the strategy."
    )


def _told(data: bytes, code: int) -> dict[str, Any]:
    """Return the object that was told.

    Raises:
        _NoAnswerError: the process ended without telling one.
    """
    try:
        told = json.loads(data)
    except ValueError:
        told = None
    if isinstance(told, dict):
        return told
    how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
    raise _NoAnswerError(f"The file ended the process that ran it ({how}).")
