"""Reading a TOML file that people write: `config.toml`, `keymap.toml`."""

import stat
from pathlib import Path
from typing import Any

from core.errors import BacktapeError
from core.text import clean

LARGEST_FILE = 1_000_000


def settings_text(path: Path) -> str:
    """Return what the file says, "" without one; nothing but a file of a sensible size is opened.

    Raises:
        BacktapeError: it cannot be read as text.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise BacktapeError(f"{path} is not a file; move it away.")
        if status.st_size > LARGEST_FILE:
            raise BacktapeError(f"{path} is larger than 1 MB, which no settings are; move it away.")
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        if path.is_symlink():
            raise BacktapeError(f"{path} is a link that leads nowhere; mend it or move it away.") from None
        return ""
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise BacktapeError(f"{path} cannot be read ({reason}); mend it or move it away.") from error


def settings_table(text: str, path: Path) -> dict[str, Any]:
    """Return what the text of the file means.

    Raises:
        BacktapeError: it is not TOML.
    """
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        told = clean(str(error), limit=200).rstrip(".")
        raise BacktapeError(f"{path} is not TOML: {told}; mend that line.") from error
    except (RecursionError, ValueError) as error:
        raise BacktapeError(f"{path} has values as deep or long as no setting needs; mend it.") from error
