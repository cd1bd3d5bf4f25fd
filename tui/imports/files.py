"""The files that a typed path means, and the path completed."""

from collections.abc import Callable
from pathlib import Path

from core.errors import BacktapeError

_ENDINGS = (".csv", ".txt", ".tsv", ".prn", ".gz", ".zip")
_WILD = "*?["


def files_meant(text: str) -> list[Path]:
    """Return the files that a typed path means: itself, the price files of a folder, those of a pattern.

    Raises:
        BacktapeError: there is none, or the folder cannot be read; the sentence does not
            name the path.
    """
    try:
        typed = Path(text.strip()).expanduser().absolute()
        if typed.is_dir():
            return _found(_of_folder(typed), "No price file is in that folder.")
        if typed.exists():
            return [typed]
        wild = is_pattern(text)
        return _found(_of_pattern(typed), "No file fits that pattern." if wild else "There is no such file.")
    except RuntimeError as error:
        raise BacktapeError("There is no such user.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BacktapeError(f"It cannot be read ({reason}).") from error


def is_pattern(text: str) -> bool:
    """Return whether a path may stand for several."""
    return any(character in text for character in _WILD)


def _found(files: list[Path], otherwise: str) -> list[Path]:
    if not files:
        raise BacktapeError(otherwise)
    return sorted(files)


def _of_folder(folder: Path) -> list[Path]:
    return [one for one in folder.iterdir() if one.name.lower().endswith(_ENDINGS) and not one.is_dir()]


def _of_pattern(typed: Path) -> list[Path]:
    pattern = typed.relative_to(typed.anchor)
    return [one for one in Path(typed.anchor).glob(str(pattern)) if one.is_file()]


def completed_folder(text: str) -> str:
    """Return the path of a folder typed in part, completed as far as only one continuation is left."""
    return completed_path(text, fits=Path.is_dir)


def completed_path(text: str, *, fits: Callable[[Path], bool] = lambda _: True) -> str:
    """Return a path typed in part, completed as far as only one continuation that `fits` is left."""
    if text == "~":
        return "~/"
    try:
        typed = Path(text).expanduser()
        folder, start = (typed, "") if text.endswith("/") else (typed.parent, typed.name)
        names = sorted(entry.name + "/" * entry.is_dir() for entry in folder.iterdir() if fits(entry))
    except (OSError, RuntimeError):  # no such folder, or the home of a user who does not exist
        return text
    fitting = [name for name in names if name.startswith(start) and (start or not name.startswith("."))]
    if not fitting:
        return text
    common = fitting[0]
    while not all(name.startswith(common) for name in fitting):
        common = common[:-1]
    return text[: len(text) - len(start)] + common
