"""What `backtape doctor` looks at: each examination changes nothing and says what it found."""

import os
import re
import shutil
import stat
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from core.config import read_config
from core.disks import network_file_system
from core.errors import BacktapeError
from core.home import Home
from core.text import clean
from core.version import RELEASE, code_version
from db.health import sqlite_warning
from tui.commands.finding import Finding, State, told
from tui.commands.store_examinations import examine_store
from tui.formats import compact, plural

_SCARCE = 500_000_000
_LARGE_LOGS = 200_000_000
_NAMED = 3


def examine(home: Home) -> Iterator[Finding]:
    """Yield what is found, in the order in which things depend on each other."""
    yield from (*_program(), *_packages(), _sqlite())
    if not home.path.is_dir():
        yield Finding("data folder", "note", f"{home.path} is not there yet; the first command makes it.")
        return
    yield from told("data folder", lambda: _folder(home))
    yield from told("disk", lambda: _disk(home))
    yield from told("config.toml", lambda: _config(home))
    yield from told("keymap.toml", lambda: _keymap(home))
    yield from examine_store(home)
    yield from told("logs", lambda: _logs(home))


def _program() -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    state: State = "ok" if sys.version_info >= (3, 11) else "wrong"
    yield Finding("program", state, f"Backtape {RELEASE} (code {code_version()}), Python {version}.")


def _packages() -> Iterator[Finding]:
    """Look whether every package that the program needs is installed."""
    try:
        required = metadata.requires("backtape") or []
    except metadata.PackageNotFoundError:
        yield Finding("packages", "note", "Backtape runs from its sources, so its packages are not listed.")
        return
    names = [_name(line) for line in required if "extra ==" not in line]
    missing = [name for name in names if not _installed(name)]
    if missing:
        yield Finding("packages", "wrong", f"Missing: {', '.join(missing)}; install Backtape again.")
    else:
        yield Finding("packages", "ok", f"All {len(names)} are installed.")


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    return found[0] if found else requirement


def _installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _sqlite() -> Finding:
    import sqlite3

    warning = sqlite_warning()
    if warning is None:
        return Finding("SQLite", "ok", f"Version {sqlite3.sqlite_version}.")
    return Finding("SQLite", "note", warning)


def _folder(home: Home) -> Iterator[Finding]:
    if not os.access(home.path, os.R_OK | os.W_OK | os.X_OK):
        yield Finding("data folder", "wrong", f"{home.path} may not be written; make it writable.")
        return
    if _is_open_to_others(home.path):
        yield Finding("data folder", "note", f"Others may look into {home.path}; 'chmod 700' keeps them out.")
    else:
        yield Finding("data folder", "ok", f"{home.path}, private.")
    exposed = [path for path in _private_files(home) if _is_open_to_others(path)]
    if exposed:
        named = ", ".join(str(path.relative_to(home.path)) for path in exposed[:_NAMED])
        more = f" and {len(exposed) - _NAMED:,} more" if len(exposed) > _NAMED else ""
        yield Finding(
            "data folder",
            "note",
            f"Not kept from others: {clean(named, limit=200)}{more}; 'chmod -R go= {home.path}' does it.",
        )


def _private_files(home: Home) -> Iterator[Path]:
    """Yield the store, what belongs to it, and the folders of what runs leave, with what is in them."""
    yield from home.path.glob("store*.db*")
    for folder in (home.spool, home.backups, home.logs):
        if folder.is_dir():
            yield folder
            yield from folder.iterdir()


def _is_open_to_others(path: Path) -> bool:
    return bool(stat.S_IMODE(path.lstat().st_mode) & 0o077) and not path.is_symlink()


def _disk(home: Home) -> Iterator[Finding]:
    kind = network_file_system(home.path)
    if kind is not None:
        yield Finding(
            "disk",
            "wrong",
            f"{home.path} lies on a network file system ({kind}), where the store's log does not work;"
            " name a folder on a local disk in BACKTAPE_HOME.",
        )
    free = shutil.disk_usage(home.path).free
    state: State = "ok" if free > _SCARCE else "wrong"
    yield Finding("disk", state, f"{compact(free)}B free{'' if free > _SCARCE else '; make room'}.")


def _config(home: Home) -> Iterator[Finding]:
    """Look at `config.toml` if there is one: runs and imports are refused while it has a mistake."""
    if not home.config.exists():
        return
    try:
        found = read_config(home)
    except BacktapeError as error:
        yield Finding("config.toml", "wrong", clean(str(error), limit=400))
        return
    workers = "" if found.workers is None else f", {plural(found.workers, 'worker')} at once"
    yield Finding(
        "config.toml", "ok", f"{plural(len(found.instruments), 'instrument')} of your own{workers}."
    )


def _keymap(home: Home) -> Iterator[Finding]:
    """Look at `keymap.toml` if there is one: what of it has a mistake changes no key."""
    from tui.keys.keymap import read_keymap

    if not home.keymap.exists():
        return
    keymap = read_keymap(home)
    for problem in keymap.problems:
        yield Finding("keymap.toml", "wrong", problem.removeprefix("keymap.toml").lstrip(",: "))
    changed = len(keymap.changed())
    if changed or not keymap.problems:
        yield Finding("keymap.toml", "ok", f"{plural(changed, 'action')} with keys of your own.")


def _logs(home: Home) -> Iterator[Finding]:
    if not home.logs.is_dir():
        return
    sizes = [path.lstat().st_size for path in home.logs.iterdir()]
    text = f"{plural(len(sizes), 'file')}, {compact(sum(sizes))}B"
    if sum(sizes) > _LARGE_LOGS:
        yield Finding("logs", "note", f"{text}; those of deleted runs go after 30 days, or with --now.")
    else:
        yield Finding("logs", "ok", f"{text}.")
