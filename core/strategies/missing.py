"""Modules that a strategy begins by importing and that are not here, found out without running it."""

import ast
import json
import sys
from collections.abc import Iterator
from importlib.util import find_spec

from core.strategies import source as texts
from core.strategies.errors import StrategyError
from core.strategies.registry import Description
from core.strategies.wording import sentence_of

_ALWAYS_THERE = frozenset(sys.stdlib_module_names) | {"core", "__future__"}


def missing_module(description: Description) -> str | None:
    """Return what every run would say of a module that is not here, with file and line; None for none.

    Looked at are the imports with which its file begins: what comes later may be within a `try`, or
    where other folders are searched by then. Modules are looked for and never imported.
    """
    if description.builtin or description.error is not None or not description.source:
        return None
    files: dict[str, str] = json.loads(description.source)
    own = description.path.name
    siblings = {name.removesuffix(".py") for name in files}
    for line, module in _imported_first(files.get(own, ""), own, siblings):
        if not _is_here(module):
            sentence = sentence_of(ModuleNotFoundError(name=module))
            return str(StrategyError(sentence, file=own, line=line))
    return None


def _imported_first(text: str, file: str, siblings: set[str]) -> Iterator[tuple[int, str]]:
    """Yield line and outermost name of the modules imported before anything else of the author's is run."""
    for node in texts.parse(text, file).body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue  # the docstring
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module is not None:
            names = [node.module]
        else:
            return
        for name in names:
            if texts.is_sibling(name, siblings):
                return
            yield node.lineno, name.partition(".")[0]


def _is_here(module: str) -> bool:
    if module in _ALWAYS_THERE or module in sys.modules:
        return True
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):  # a finder that fails: nothing is known
        return True
