"""The copies of a store that lie beside it: where they are, what they were made for, how old they are."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

Kind = Literal["daily", "upgrade", "manual"]

_KINDS: dict[str | None, Kind] = {"daily": "daily", "upgrade": "upgrade"}
_STAMP = "%Y%m%d-%H%M%S"
# In the names of the folders to which replaced stores are moved.
SET_ASIDE = "-set-aside-"
_NAME = re.compile(r"-(?:(daily|upgrade)-)?([0-9]{8}-[0-9]{6})(?:-([0-9]+))?\.db")


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy: why and when (UTC) it was made; the last of those of one second has the largest `number`."""

    path: Path
    kind: Kind
    made_at: datetime
    number: int = 1


def backup_folder(path: Path) -> Path:
    """Return the folder in which the copies of this store lie."""
    return path.parent / "backups"


def new_name(path: Path, kind: Kind, at: datetime) -> Path:
    """Return the name of a copy of this store that is made now, after those of the same second."""
    moment = at.astimezone(UTC).replace(microsecond=0)
    number = max((copy.number for copy in copies(path, kind) if copy.made_at == moment), default=0) + 1
    label = "" if kind == "manual" else f"{kind}-"
    end = f"-{number}" if number > 1 else ""
    return backup_folder(path) / f"{path.stem}-{label}{moment:{_STAMP}}{end}.db"


def copies(path: Path, kind: Kind | None = None) -> list[Copy]:
    """Return the copies of this store, newest first; whether they are whole is not looked at."""
    try:
        found = [_copy(path, file) for file in backup_folder(path).glob(f"{path.stem}-*.db")]
    except OSError:
        return []  # a folder that cannot be read holds nothing that could be put back
    wanted = [copy for copy in found if kind in (None, copy.kind)]
    return sorted(wanted, key=lambda copy: (copy.made_at, copy.number, copy.path.name), reverse=True)


def known_until(file: Path) -> datetime:
    """Return up to which moment a copy, or a store that was set aside, tells what happened."""
    if SET_ASIDE in file.parent.name:
        return datetime.fromtimestamp(file.parent.stat().st_mtime, UTC)
    named = _NAME.search(file.name)
    moment = _moment(named[2]) if named else None
    return moment or datetime.fromtimestamp(file.stat().st_mtime, UTC)


def newest_backup(path: Path) -> Path | None:
    """Return the newest copy of the store, None if there is none."""
    found = copies(path)
    return found[0].path if found else None


def _copy(path: Path, file: Path) -> Copy:
    """Return what a file is by its name; one that a person named is as old as its bytes."""
    named = _NAME.fullmatch(file.name.removeprefix(path.stem))
    moment = _moment(named[2]) if named else None
    if named is None or moment is None:
        return Copy(file, "manual", datetime.fromtimestamp(file.stat().st_mtime, UTC))
    return Copy(file, _KINDS.get(named[1], "manual"), moment, int(named[3] or 1))


def _moment(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
