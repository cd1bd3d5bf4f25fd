"""The data folder: where the store, the library, strategies and logs lie."""

import os
from dataclasses import dataclass
from pathlib import Path

from core.errors import BacktapeError
from core.text import clean

# SQLite opens no file with a longer name; some bytes of it are left for the suffixes of the store.
LONGEST_PATH = 480


@dataclass(frozen=True)
class Home:
    """One data folder; everything the program keeps lies in it."""

    path: Path

    @classmethod
    def locate(cls) -> "Home":
        """Return the folder that `BACKTAPE_HOME` names, else the platform's own.

        Raises:
            BacktapeError: it lies in the home of a user, and the system knows none of theirs.
        """
        named = os.environ.get("BACKTAPE_HOME")
        try:
            if named:
                return cls(Path(named).expanduser().absolute())
            from platformdirs import user_data_path

            return cls(user_data_path("backtape", appauthor=False))
        except RuntimeError as error:
            whose = f"{named} lies in a home folder that" if named else "The home folder"
            raise BacktapeError(
                f"{whose} is not known here; name the data folder by its whole path in BACKTAPE_HOME."
            ) from error

    @property
    def store(self) -> Path:
        """The SQLite file."""
        return self.path / "store.db"

    @property
    def library(self) -> Path:
        """Imported price history, one folder per dataset version."""
        return self.path / "library"

    @property
    def strategies(self) -> Path:
        """The user's own strategy files."""
        return self.path / "strategies"

    @property
    def logs(self) -> Path:
        """The runner's log and one log per run."""
        return self.path / "logs"

    @property
    def spool(self) -> Path:
        """Results that could not be stored at once."""
        return self.path / "spool"

    @property
    def backups(self) -> Path:
        """Copies of the store."""
        return self.path / "backups"

    @property
    def cache(self) -> Path:
        """What can be made again at any time."""
        return self.path / "cache"

    @property
    def descriptions(self) -> Path:
        """What running strategy files has shown of their parameters."""
        return self.cache / "descriptions.json"

    @property
    def config(self) -> Path:
        """The user's settings, a TOML file; `core.config` reads it."""
        return self.path / "config.toml"

    @property
    def keymap(self) -> Path:
        """The user's own keys, a TOML file; `tui.keys.keymap` reads it."""
        return self.path / "keymap.toml"

    @property
    def screens(self) -> Path:
        """What the screens remember, a JSON file; `tui.memory` keeps it."""
        return self.path / "screens.json"

    @property
    def lock(self) -> Path:
        """The file whose `flock` the one runner holds."""
        return self.path / "runner.lock"

    def create(self) -> "Home":
        """Make the folders that are missing, private to the user.

        Raises:
            BacktapeError: the folder cannot be made or written, or its name cannot be kept.
        """
        self._refuse_name()
        try:
            for folder in (self.path, self.library, self.strategies, self.logs, self.spool, self.backups):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except FileExistsError as error:
            raise BacktapeError(self._refusal(_what_is_there(Path(str(error.filename))))) from error
        except OSError as error:
            raise BacktapeError(self._refusal(error.strerror or str(error))) from error
        if not os.access(self.path, os.W_OK | os.X_OK):
            read_only = os.statvfs(self.path).f_flag & os.ST_RDONLY
            raise BacktapeError(
                self._refusal("its disk can only be read" if read_only else "no permission to write")
            )
        return self

    def _refuse_name(self) -> None:
        """Refuse a folder whose name the store could not keep in its rows, or SQLite not open."""
        name = os.fsencode(self.path)
        try:
            name.decode()
        except UnicodeDecodeError as error:
            raise BacktapeError(self._refusal("its name is not UTF-8")) from error
        if len(name) > LONGEST_PATH:
            raise BacktapeError(
                f"The data folder {clean(str(self.path), limit=80)} cannot be used (its name is longer than "
                f"{LONGEST_PATH} bytes); name another one in BACKTAPE_HOME."
            )

    def _refusal(self, reason: str) -> str:
        return (
            f"The data folder {self.path} cannot be used ({reason}); "
            "make it writable or name another one in BACKTAPE_HOME."
        )


def _what_is_there(path: Path) -> str:
    """Return what stands where a folder should be."""
    kind = "a link that leads nowhere" if path.is_symlink() and not path.exists() else "a file"
    return f"{path.name} is {kind}, not a folder"
