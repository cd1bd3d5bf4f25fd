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
from itertools import chain, count
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
    programs on one data folder the last writer wins, place by place, or name by name.
    `damage` says where a file was put that could not be understood.
    """

    def __init__(self, home: Home, changed: Callable[[], None]) -> None:
        self._home = home
        self._changed = changed
        self.damage = ""
        self._places = self._read()
        self._unwritten: _Places = {}
        self._unwritten_names: _Places = {}

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

    def keep_named(self, place: str, name: str, values: JSON) -> None:
        """Keep these values under a name of a place, None no longer any; other names stay what they are."""
        self._unwritten_names.setdefault(place, {})[name] = values
        self._places[place] = _joined(self._places.get(place, {}), {name: values})
        self._changed()

    def write(self) -> str:
        """Write what was kept since the last time; return why it cannot be, as the log tells it, or ""."""
        kept, self._unwritten = self._unwritten, {}
        names, self._unwritten_names = self._unwritten_names, {}
        if not (kept or names):
            return ""
        try:
            with self._alone():
                places = self._read() | kept
                joined = {place: _joined(places.get(place, {}), values) for place, values in names.items()}
                trouble = self._replace(json.dumps(places | joined))
        except OSError as error:
            self._unwritten = kept | self._unwritten
            for place, values in names.items():
                self._unwritten_names[place] = values | self._unwritten_names.get(place, {})
            trouble = f"{self._home.screens} cannot be written ({error.strerror or error})."
        else:
            for place, values in joined.items():
                self._places[place] = _joined(values, self._unwritten_names.get(place, {}))
        if trouble:
            self._tell(trouble)
        return trouble

    def _replace(self, text: str) -> str:
        if len(text) > LARGEST_FILE:
            return f"{self._home.screens} would be larger than 256 kB and was left as it is."
        draft = self._home.screens.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        try:
            with open(draft, "x", encoding="ascii", opener=_private) as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._home.screens)
        finally:
            draft.unlink(missing_ok=True)
        return ""

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
        names = chain([".damaged"], (f".damaged-{number}" for number in count(2)))
        places = (self._home.screens.with_suffix(name) for name in names)
        aside = next(place for place in places if not place.exists())
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


def _joined(before: Mapping[str, JSON], changed: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return values by name with those that changed; what became None is gone."""
    return {name: values for name, values in {**before, **changed}.items() if values is not None}


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
