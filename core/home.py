"""The data folder: where the store, the library, strategies and logs lie."""

import os
from dataclasses import dataclass
from pathlib import Path

from core.errors import BacktapeError


@dataclass(frozen=True)
class Home:
    """One data folder; everything the program keeps lies in it."""

    path: Path

    @classmethod
    def locate(cls) -> "Home":
        """Return the folder that `BACKTAPE_HOME` names, else the platform's own."""
        named = os.environ.get("BACKTAPE_HOME")
        if named:
            return cls(Path(named).expanduser().absolute())
        from platformdirs import user_data_path

        return cls(user_data_path("backtape", appauthor=False))

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
    def config(self) -> Path:
        """The user's settings, a TOML file; `core.config` reads it."""
        return self.path / "config.toml"

    @property
    def lock(self) -> Path:
        """The file whose `flock` the one runner holds."""
        return self.path / "runner.lock"

    def create(self) -> "Home":
        """Make the folders that are missing, private to the user.

        Raises:
            BacktapeError: the folder cannot be made or written.
        """
        try:
            for folder in (self.path, self.library, self.strategies, self.logs, self.spool, self.backups):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise BacktapeError(self._refusal(error.strerror or str(error))) from error
        if not os.access(self.path, os.W_OK | os.X_OK):
            raise BacktapeError(self._refusal("no permission to write"))
        return self

    def _refusal(self, reason: str) -> str:
        return (
            f"The data folder {self.path} cannot be used ({reason}); "
            "make it writable or name another one in BACKTAPE_HOME."
        )
