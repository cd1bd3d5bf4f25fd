"""Turning a stored source into a strategy class. Workers only: this runs the author's code.

The files of a source become modules of a package of their own, served from
memory. An import of a file beside the strategy is turned into one from that
package, so that whatever such a file is called, `import json` anywhere in the
program still means what it always meant.
"""

import ast
import importlib
import json
import linecache
import sys
from collections.abc import Collection, Mapping
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType, TracebackType
from typing import NamedTuple

from core.strategies import source as texts
from core.strategies.errors import StrategyError
from core.strategies.registry import file_of
from core.strategies.strategy import Strategy, make, strategy_name
from core.strategies.wording import sentence_of
from core.text import clean

_PACKAGE = "backtape_strategy_"


class Place(NamedTuple):
    """A line of a strategy's own code that was under way, and in which function."""

    file: str
    line: int
    function: str = ""


def load(name: str, source: str) -> type[Strategy]:
    """Return the class of the strategy `name` from its stored source.

    Runs the module. StrategyError with file and line if it does not run or holds
    no such strategy.
    """
    files = _files(source)
    main = file_of(name, files)
    if main is None:
        raise StrategyError(f"The stored source holds no strategy {clean(name, limit=60)!r}.")
    package = _PACKAGE + texts.version(source)[:16]
    _serve(package, files)
    try:
        module = importlib.import_module(f"{package}.{Path(main).stem}")
    except BaseException as error:
        _withdraw(package)
        raise fault(error) from error
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, Strategy) and strategy_name(value.__name__) == name:
            return _usable(value, main)
    raise StrategyError(f"There is no strategy {name} any more once the file has run.", file=main)


def instance(strategy: type[Strategy], values: Mapping[str, object]) -> Strategy:
    """Return the strategy with these parameter values and its options checked.

    BacktapeError names a wrong value; StrategyError says where the author's
    `__init__` fails.
    """
    try:
        made = make(strategy, values)
        made.options()
    except BaseException as error:
        raise fault(error) from error
    return made


def fault(error: BaseException) -> StrategyError:
    """Return what went wrong in a strategy's code: file, line and a cleaned sentence.

    The place is the innermost line that belongs to the strategy, since the
    libraries it calls are not what its author can mend.
    """
    if isinstance(error, StrategyError) and error.file is not None:
        return error
    under_way = places(error.__traceback__)
    file, line = under_way[-1][:2] if under_way else (None, None)
    if isinstance(error, StrategyError):
        return StrategyError(str(error), file=file, line=line, field=error.field)
    return StrategyError(sentence_of(error), file=file, line=line, field=getattr(error, "field", None))


def places(trace: TracebackType | None) -> list[Place]:
    """Return the lines of a strategy's own code that a traceback leads through, the innermost last."""
    found = []
    while trace is not None:
        code = trace.tb_frame.f_code
        if str(trace.tb_frame.f_globals.get("__name__", "")).startswith(_PACKAGE):
            file = clean(Path(code.co_filename).name, limit=80)
            found.append(Place(file, trace.tb_lineno, "" if code.co_name == "<module>" else code.co_name))
        trace = trace.tb_next
    return found


class _Finder(MetaPathFinder):
    """Finds the modules of one stored source, and nothing else."""

    def __init__(self, package: str, files: Mapping[str, str]) -> None:
        self.package = package
        self._files = {Path(file).stem: (file, text) for file, text in files.items()}

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        """Return how to make the module, None for every name outside this source."""
        package, _dot, stem = fullname.partition(".")
        if package != self.package or (stem and stem not in self._files):
            return None
        if not stem:
            return ModuleSpec(fullname, _Empty(), is_package=True)
        file, text = self._files[stem]
        spec = ModuleSpec(fullname, _Text(file, text, self._files), origin=file)
        spec.has_location = True
        return spec


class _Empty(Loader):
    """Makes the package that holds the modules of a source."""

    def exec_module(self, module: ModuleType) -> None:
        """Leave the package empty."""


class _Text(Loader):
    """Runs one file of a source."""

    def __init__(self, file: str, text: str, siblings: Collection[str]) -> None:
        self._file = file
        self._text = text
        self._siblings = siblings

    def exec_module(self, module: ModuleType) -> None:
        """Compile the text under its own file name, and run it."""
        # Tracebacks show the line as it was run, whatever the file says by now.
        lines = self._text.splitlines(keepends=True)
        linecache.cache[self._file] = (len(self._text), None, lines, self._file)
        exec(self._compiled(), module.__dict__)  # noqa: S102 - this is what the worker is for

    def _compiled(self) -> CodeType:
        try:
            tree = _SiblingImports(self._siblings).visit(texts.parse(self._text, self._file))
            return compile(ast.fix_missing_locations(tree), self._file, "exec", dont_inherit=True)
        except SyntaxError as error:
            raise StrategyError(
                f"{clean(error.msg, limit=200)}.", file=self._file, line=error.lineno
            ) from None
        except (ValueError, RecursionError):
            sentence = "An expression here is nested too deeply; split it into several lines."
            raise StrategyError(sentence, file=self._file) from None

    def get_source(self, _: str) -> str:
        """Return the text, for tools that show where something comes from."""
        return self._text


class _SiblingImports(ast.NodeTransformer):
    """Makes `import helpers` mean the file beside the strategy, not a module of that name."""

    def __init__(self, siblings: Collection[str]) -> None:
        self._siblings = siblings

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        beside = [alias for alias in node.names if texts.is_sibling(alias.name, self._siblings)]
        others = [alias for alias in node.names if alias not in beside]
        made: list[ast.stmt] = []
        if others:
            made.append(ast.copy_location(ast.Import(others), node))
        if beside:
            made.append(ast.copy_location(ast.ImportFrom(None, beside, 1), node))
        return made

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt:
        if node.level == 0 and node.module and texts.is_sibling(node.module, self._siblings):
            return ast.copy_location(ast.ImportFrom(node.module, node.names, 1), node)
        return node


def _files(source: str) -> dict[str, str]:
    try:
        files = json.loads(source)
    except ValueError:
        files = None
    if not isinstance(files, dict) or not all(isinstance(text, str) for text in files.values()):
        raise StrategyError("The stored source of this strategy is damaged.")
    return files


def _serve(package: str, files: Mapping[str, str]) -> None:
    _withdraw(package)
    sys.meta_path.append(_Finder(package, files))


def _withdraw(package: str) -> None:
    """Forget the modules of a source, so that it is run afresh."""
    finders = sys.meta_path
    finders[:] = [one for one in finders if not (isinstance(one, _Finder) and one.package == package)]
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]


def _usable(strategy: type[Strategy], file: str) -> type[Strategy]:
    try:
        strategy.kind()
    except StrategyError as error:
        raise StrategyError(str(error), file=file) from None
    return strategy
