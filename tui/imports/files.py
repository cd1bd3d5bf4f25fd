"""The files that a typed path means."""

import os
import shlex
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.errors import BacktapeError
from core.text import clean, plural

_ENDINGS = (".csv", ".txt", ".tsv", ".prn", ".gz", ".zip")
_WILD = "*?["
# So many files in the folders of a folder are what whoever names it means.
_FEW = 100
_LONGEST_PATH = 200


def is_importable(name: str) -> bool:
    """Return whether a file of this name may hold prices."""
    return name.lower().endswith(_ENDINGS)


def files_meant(text: str) -> list[Path]:
    """Return the files that a typed path means: itself, the price files of a folder, those of a pattern.

    Where a folder has none itself, they are those of its folders.

    Raises:
        BacktapeError: there is none, or the folder cannot be read; the sentence does not
            name the path.
    """
    with _told_plainly():
        typed = _path_of(text)
        if typed.is_dir():
            return _of_folder(typed)
        if _is_there(typed):
            return [typed]
        wild = is_pattern(text)
        return _found(_of_pattern(typed), "No file fits that pattern." if wild else "There is no such file.")


def _is_there(typed: Path) -> bool:
    """Return whether there is something; `exists` would say no of what cannot be reached, too.

    Raises:
        OSError: it cannot be told.
    """
    try:
        typed.stat()
    except FileNotFoundError:
        return False
    return True


def folder_meant(text: str) -> str:
    """Return the folder that a typed path leads to, written so that it leads there from anywhere.

    Raises:
        BacktapeError: it cannot be read.
    """
    with _told_plainly():
        folder = _path_of(text)
        while not folder.is_dir() and folder != folder.parent:
            folder = folder.parent
        if ".." in folder.parts:
            folder = folder.resolve()
    home = os.environ.get("HOME")
    if home and folder.is_relative_to(home):
        folder = Path("~", folder.relative_to(home))
    return f"{folder}/".replace("//", "/")


def _path_of(text: str) -> Path:
    """Return the path that was typed, or that was pasted as a shell takes it: in quotes, blanks escaped."""
    typed = Path(text.strip()).expanduser().absolute()
    if _is_there(typed):
        return typed
    try:
        (unquoted,) = shlex.split(text)
    except ValueError:  # there are several words, or a quotation mark is one of the letters
        return typed
    return Path(unquoted).expanduser().absolute()


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Tell of a path that cannot be looked at in a sentence."""
    try:
        yield
    except RuntimeError as error:
        raise BacktapeError("There is no such user.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BacktapeError(f"It cannot be read ({reason}).") from error


def is_pattern(text: str) -> bool:
    """Return whether a path may stand for several."""
    return any(character in text for character in _WILD)


def _found(files: Iterable[Path], otherwise: str) -> list[Path]:
    found = sorted(files)
    if not found:
        raise BacktapeError(otherwise)
    return found


def _of_folder(folder: Path) -> list[Path]:
    """Return the price files of a folder, or of its folders if it has none and these have few."""
    if own := list(_prices_in(folder)):
        return sorted(own)
    below = _found(_prices_below(folder), "No price file is in that folder, nor in the folders in it.")
    if len(below) > _FEW:
        amount = plural(len(below), "price file")
        pattern = clean(f"{folder}/*/*", limit=_LONGEST_PATH)
        raise BacktapeError(
            f"No price file is in that folder, but {amount} in the folders in it; {pattern} takes them."
        )
    return below


def _prices_in(folder: Path) -> Iterator[Path]:
    return (one for one in folder.iterdir() if is_importable(one.name) and not one.is_dir())


def _prices_below(folder: Path) -> Iterator[Path]:
    for one in folder.iterdir():
        if not one.name.startswith("."):
            with suppress(OSError):  # what may not be read there is not what is meant
                yield from _prices_in(one) if one.is_dir() else ()


def _of_pattern(typed: Path) -> Iterator[Path]:
    """Return the files that fit a pattern, and the price files of folders that do."""
    pattern = typed.relative_to(typed.anchor)
    for one in Path(typed.anchor).glob(str(pattern)):
        if one.is_file():
            yield one
        elif one.is_dir():
            yield from _prices_in(one)
