"""The one place that imports numba, and where its compiled code is kept.

numba reads `NUMBA_CACHE_DIR` when it is imported, and watches only the file of
the function it caches. So the folder is chosen here, before that import, and is
named after the sources of this package: changed helpers never meet an old cache.
"""

import hashlib
import os
import re
import stat
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])

# What the folder of a version is called, and after how many seconds it counts as unused.
_VERSION = re.compile("[0-9a-f]{16}")
_UNUSED = 30 * 86_400


def cache_folder() -> Path:
    """Return the folder for compiled code, made and private to the user.

    `NUMBA_CACHE_DIR` names its parent, else the platform's cache folder does;
    where neither can be written, a folder under the temporary one.
    """
    version = _sources_digest()
    named = os.environ.get("NUMBA_CACHE_DIR")
    if named and Path(named).name == version:
        return Path(named)
    return _usable(Path(named) if named else _default_parent(), version) or _temporary(version)


def _default_parent() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("backtape", appauthor=False) / "numba"


def _sources_digest() -> str:
    """Return a name for the compiled modules as they are now, where they are: numba looks at both."""
    core = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256(os.fsencode(core))
    for folder in ("engine", "results", "strategies/indicators"):
        for path in sorted((core / folder).rglob("*.py")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _usable(parent: Path, version: str) -> Path | None:
    """Return the folder of a version, made if it is missing, None where that cannot be or be written to."""
    folder = parent / version
    is_new = not folder.exists()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.utime(folder)
    except OSError:
        return None
    if is_new:
        _clear_unused(parent)
    return folder if os.access(folder, os.W_OK | os.X_OK) else None


def _clear_unused(parent: Path) -> None:
    """Remove the code of versions that nobody has used for a month; other things are left alone.

    A folder's time is that of its last use. Whoever still runs such a version has
    it in memory, or compiles again.
    """
    for folder in parent.iterdir():
        old = time.time() - folder.lstat().st_mtime > _UNUSED
        if not (old and _VERSION.fullmatch(folder.name)) or folder.is_symlink() or not folder.is_dir():
            continue
        with suppress(OSError):
            for file in (*folder.rglob("*.nbi"), *folder.rglob("*.nbc")):
                file.unlink(missing_ok=True)
            for inner in sorted(folder.rglob("*"), reverse=True):
                inner.rmdir()
            folder.rmdir()


def _temporary(version: str) -> Path:
    """Return a folder that is ours alone: what lies in it is run as code."""
    mine = Path(tempfile.gettempdir()) / f"backtape-numba-{os.getuid()}"
    folder = _usable(mine, version)
    if folder is not None:
        found = mine.stat(follow_symlinks=False)
        private = stat.S_ISDIR(found.st_mode) and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if private and found.st_uid == os.getuid():
            return folder
    return Path(tempfile.mkdtemp(prefix="backtape-numba-"))


os.environ["NUMBA_CACHE_DIR"] = str(cache_folder())

import numba  # noqa: E402 - the folder comes first

# Helpers are called by compiled code alone: without the ways in from Python and C
# they compile in four fifths of the time.
_HELPER: dict[str, Any] = {"error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def compiled(function: Function) -> Function:
    """Compile a helper of an outermost function, which it is inlined into or linked to."""
    return cast("Function", numba.njit(**_HELPER)(function))


def inlined(function: Function) -> Function:
    """Compile a helper that is always made part of its caller."""
    return cast("Function", numba.njit(forceinline=True, **_HELPER)(function))


def entry_for(function: Function, *kinds: str) -> Function:
    """Return an outermost function compiled for arguments of these types, compiling or loading it now.

    Calling that costs half of calling the function itself, which looks at the
    types of its arguments every time.
    """
    ready: Function = cast("Any", function).compile(f"({','.join(kinds)})")
    return ready


def compiled_entry(function: Function) -> Function:
    """Compile an outermost function, kept on disk from one process to the next."""
    return cast("Function", numba.njit(error_model="numpy", cache=True)(function))
