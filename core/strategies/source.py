"""The text of a strategy: its file and the files beside it that it imports.

The text is what a run keeps, so it has one canonical form, and its digest is the
strategy's version. Nothing here runs any of it.
"""

import ast
import hashlib
import json
import os
import stat
import sys
import tokenize
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from core.strategies.errors import StrategyError
from core.text import clean, harmless

# A file as dense as can be of this size is read in less than a second.
LARGEST_FILE = 200_000

# Names that always mean the installed module, though a file beside the strategy
# may bear one: it can still be reached by `from . import json`.
_OURS = {"core", "db", "migrations", "tui"}
_EXPECTED = {"numba", "numpy", "pandas", "pyarrow", "talib"}
NOT_SIBLINGS = frozenset(sys.stdlib_module_names) | _OURS | _EXPECTED


@dataclass(frozen=True)
class Gathered:
    """A strategy's file and those it imports beside it: their texts and syntax trees by file name."""

    texts: dict[str, str]
    trees: dict[str, ast.Module]


def read_text(path: Path) -> str:
    """Return the text of a Python file; StrategyError says why it cannot be had."""
    file = shown_name(path)
    if harmless(path.name) != path.name:
        raise StrategyError("The file's name has characters that cannot be shown; rename it.", file=file)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise StrategyError("This is not a file; remove it from the strategies folder.", file=file)
        if status.st_size > LARGEST_FILE:
            raise StrategyError("The file is larger than 200 kB, too large for a strategy.", file=file)
        refuse_world_writable(path)
        data = path.read_bytes()
    except OSError as error:
        raise StrategyError(f"The file cannot be read: {error.strerror}.", file=file) from None
    return _decoded(data, file)


def refuse_world_writable(path: Path) -> None:
    """Raise StrategyError if anybody on the machine could change what would be run."""
    if os.name == "posix" and path.stat().st_mode & stat.S_IWOTH:
        noun = "folder" if path.is_dir() else "file"
        raise StrategyError(
            f"Anybody on this machine can change this {noun}; take that right away with chmod o-w.",
            file=shown_name(path),
        )


def shown_name(path: Path) -> str:
    """Return a file's bare name, harmless to show."""
    return clean(path.name, limit=80)


def parse(text: str, file: str) -> ast.Module:
    """Return the syntax tree; StrategyError with file and line for what is not Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, filename=file)
    except SyntaxError as error:
        raise StrategyError(f"{clean(error.msg, limit=200)}.", file=file, line=error.lineno) from None
    except (ValueError, RecursionError, MemoryError):
        raise StrategyError("This is not Python that can be read.", file=file) from None


def imported_siblings(tree: ast.AST, siblings: Collection[str]) -> set[str]:
    """Return the names of modules among `siblings` that `tree` imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names if is_sibling(alias.name, siblings))
        elif isinstance(node, ast.ImportFrom):
            found.update(name for name in _from_names(node) if name in siblings)
    return found


def is_sibling(module: str, siblings: Collection[str]) -> bool:
    """Return whether `import module` means the file beside the strategy."""
    return module in siblings and module not in NOT_SIBLINGS


def gather(path: Path) -> Gathered:
    """Return a strategy's file and all it imports beside it, each read and parsed once."""
    siblings = {other.stem: other for other in path.parent.glob("*.py") if other.stem != "__init__"}
    found = Gathered({}, {})
    waiting = [path]
    while waiting:
        file = waiting.pop()
        if file.name not in found.texts:
            text = read_text(file)
            found.texts[file.name], found.trees[file.name] = text, parse(text, shown_name(file))
            waiting.extend(siblings[name] for name in imported_siblings(found.trees[file.name], siblings))
    return found


def canonical(texts: dict[str, str]) -> str:
    """Return the JSON that is stored: the same texts always give the same characters."""
    return json.dumps(texts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def version(source: str) -> str:
    """Return the SHA-256 of a canonical source, in hexadecimal."""
    return hashlib.sha256(source.encode()).hexdigest()


def _from_names(node: ast.ImportFrom) -> Iterator[str]:
    if node.level > 1:
        return
    if node.module is not None:
        if node.level == 1 or node.module not in NOT_SIBLINGS:
            yield node.module
    elif node.level == 1:
        yield from (alias.name for alias in node.names)


def _decoded(data: bytes, file: str) -> str:
    """Return the text in the encoding that the file declares, with plain line ends."""
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        raise StrategyError("The file is not text in the encoding it declares (UTF-8).", file=file) from None
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\N{BYTE ORDER MARK}")
