"""Requests in a thread of their own, so that the worker goes on giving signs of life and hears a cancel."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Generic, TypeVar

from core.errors import BacktapeError
from core.llm.endpoint import Endpoint
from core.llm.said import Said
from core.llm.secret import API_KEY, Secret
from core.llm.shapes import Shape

if TYPE_CHECKING:
    from core.llm.wire import Wire

Result = TypeVar("Result")

NOT_INSTALLED = (
    "Language models are asked through the packages openai and jsonschema, which are not installed; "
    "install them with: pip install 'backtape[llm]'"
)

# How soon a cancel is heard while a model thinks.
_LOOK = 0.2
# The thread keeps the time itself; it is given up only if it does not.
_GRACE = 1.0


class NoModelError(BacktapeError):
    """Nobody can be asked as things are set up; the run cannot be done."""


def is_installed() -> bool:
    """Return whether the packages are there that models are asked through."""
    return find_spec("openai") is not None and find_spec("jsonschema") is not None


class Client:
    """Asks one endpoint, one request at a time; `waiting` is called about five times a second meanwhile."""

    def __init__(self, endpoint: Endpoint, key: Secret | None, waiting: Callable[[], None]) -> None:
        self.endpoint = endpoint
        self._key = key
        self._waiting = waiting
        self._wire: Wire | None = None

    def load(self) -> None:
        """Make ready what requests are made with, before the first is paid for.

        Raises:
            NoModelError: it is not installed, or the key is none.
        """
        if self._wire is not None:
            return
        if not is_installed():
            raise NoModelError(NOT_INSTALLED)
        if self._key is not None and not self._key.usable:
            raise NoModelError(f"{API_KEY} holds what no key does (a blank, a line end); set it anew.")
        self._in_thread(self._opened)

    def request(self, model: str, prompt: str, shape: Shape) -> Said:
        """Return what the endpoint made of one request, in no more than its time."""
        begun = time.monotonic()
        said = self._asked(model, prompt, shape)
        return replace(said, seconds=time.monotonic() - begun)

    def _asked(self, model: str, prompt: str, shape: Shape) -> Said:
        wire = self._opened()
        try:
            return self._in_thread(
                lambda: wire.send(model, prompt, shape), self.endpoint.timeout_seconds + _GRACE
            )
        except _GivenUpError:
            wire.close()
            self._wire = None
            return Said(error=f"no answer within {self.endpoint.timeout_seconds:g} seconds")

    def _opened(self) -> "Wire":
        if self._wire is None:
            from core.llm.wire import Wire

            self._wire = Wire(self.endpoint, self._key)
        return self._wire

    def _in_thread(self, task: Callable[[], Result], seconds: float | None = None) -> Result:
        errand = _Errand(task)
        end = None if seconds is None else time.monotonic() + seconds
        while not errand.done.wait(_LOOK):
            self._waiting()
            if end is not None and time.monotonic() > end:
                raise _GivenUpError
        return errand.result()


class _GivenUpError(Exception):
    """The thread did not come back; it is left to itself and does not keep the process from ending."""


class _Errand(Generic[Result]):
    """A task on its way in a thread."""

    def __init__(self, task: Callable[[], Result]) -> None:
        self.done = threading.Event()
        self._task = task
        self._results: list[Result] = []
        self._error: BaseException | None = None
        threading.Thread(target=self._run, daemon=True, name="model").start()

    def result(self) -> Result:
        """Return what the task returned, or raise what it raised."""
        if self._error is not None:
            raise self._error
        return self._results[0]

    def _run(self) -> None:
        try:
            self._results.append(self._task())
        except BaseException as error:  # noqa: BLE001 (raised again where it is waited for)
            self._error = error
        finally:
            self.done.set()
