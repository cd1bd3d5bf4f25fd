"""What the screens remember between two starts: a small JSON file in the data folder.

Nothing depends on it: a file that is damaged, foreign or out of reach is forgotten,
which the log tells. One that cannot be understood is kept beside the new one: there may
be presets in it.
"""

import copy
import fcntl
import json
import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TypeAlias

from core.home import Home

JSON: TypeAlias = "Mapping[str, JSON] | Sequence[JSON] | str | int | float | bool | None"

LARGEST_FILE = 256_000  # bytes
LARGEST_PLACE = 64_000

_Places = dict[str, dict[str, JSON]]


class Memory:
    """What each place of the screens keeps, by the name of the place.

    `changed` is called at every `keep` that says something new: whoever it belongs to
    has `write` called then, beside the keys, and once more at the end. Of several
    programs on one data folder the last writer wins, place by place. `damage` says where
    a file was put that could not be understood.
    """

    def __init__(self, home: Home, changed: Callable[[], None]) -> None:
        self._home = home
        self._changed = changed
        self.damage = ""
        self._places = self._read()
        self._unwritten: _Places = {}

    def of(self, place: str) -> dict[str, JSON]:
        """Return what a place kept last, {} if nothing; whoever reads it checks what it means."""
        return copy.deepcopy(self._places.get(place, {}))

    def keep(self, place: str, values: Mapping[str, JSON]) -> None:
        """Keep these values of a place, instead of those before.

        More than 64 kB of them, as JSON, are kept for this session only.
        """
        text = json.dumps(values)
        kept: dict[str, JSON] = json.loads(text)
        if kept == self._places.get(place):
            return
        self._places[place] = kept
        if len(text) > LARGEST_PLACE:
            self._tell(f"What '{place}' would remember is larger than 64 kB and was not kept.")
            return
        self._unwritten[place] = kept
        self._changed()

    def write(self) -> None:
        """Write what was kept since the last time; a folder that cannot be written is told in the log."""
        kept, self._unwritten = self._unwritten, {}
        if not kept:
            return
        try:
            with self._alone():
                self._replace(json.dumps(self._read() | kept))
        except OSError as error:
            self._unwritten = kept | self._unwritten
            self._tell(f"{self._home.screens} cannot be written ({error.strerror or error}).")

    def _replace(self, text: str) -> None:
        if len(text) > LARGEST_FILE:
            self._tell(f"{self._home.screens} would be larger than 256 kB and was left as it is.")
            return
        draft = self._home.screens.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        with open(draft, "x", encoding="ascii", opener=_private) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._home.screens)

    def _read(self) -> _Places:
        try:
            return _places(_content(self._home.screens))
        except FileNotFoundError:
            return {}
        except OSError as error:
            reason = error.strerror or str(error)
        except (ValueError, RecursionError) as error:
            reason = str(error)
            self._put_aside()
        self._tell(f"{self._home.screens} cannot be read ({reason}) and is forgotten.")
        return {}

    def _put_aside(self) -> None:
        """Keep a file that cannot be understood: whoever edited it can mend it and put it back."""
        aside = self._home.screens.with_suffix(".damaged")
        with suppress(OSError):
            self._home.screens.replace(aside)
            name = self._home.screens.name
            self.damage = f"{name} cannot be read and lies in {aside} now; mend it, then put it back."

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other programs from writing between our reading and our writing."""
        folder = os.open(self._home.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def _tell(self, sentence: str) -> None:
        from tui.mistakes import keep_sentence

        keep_sentence(sentence, self._home)


def _content(path: "os.PathLike[str]") -> bytes:
    """Return what a file of a sensible size says."""
    with open(path, "rb", opener=_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError("it is not a file")
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise ValueError("it is larger than 256 kB")
    return content


def _places(content: bytes) -> _Places:
    read = json.loads(content)
    if not isinstance(read, dict):
        raise ValueError("it holds no places")
    return {place: values for place, values in read.items() if isinstance(values, dict)}


def _without_waiting(path: str, flags: int) -> int:
    """Open even a pipe that nobody writes to."""
    return os.open(path, flags | os.O_NONBLOCK)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
