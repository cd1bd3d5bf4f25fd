"""What a strategy's text says about it, read from the syntax tree and never run."""

import ast
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from core.strategies.errors import StrategyError
from core.strategies.parameters import Declaration, Parameter
from core.strategies.strategy import declared, strategy_name
from core.text import clean

# Returns the tree of a module that a strategy file imports from, if its text is at hand.
Resolve = Callable[[str], ast.Module | None]

_PARTS = ("default", "minimum", "maximum", "step", "choices", "help")


@dataclass(frozen=True)
class Reading:
    """One strategy class as its text describes it, what it inherits included.

    `parameters` has None for one whose declaration is not plain values; `options`
    holds the optional attributes that are.
    """

    class_name: str = ""
    line: int = 0
    doc: str = ""
    methods: frozenset[str] = frozenset()
    parameters: dict[str, Parameter | None] = field(default_factory=dict)
    options: dict[str, object] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The strategy's name: the class name in snake case."""
        return strategy_name(self.class_name)

    @property
    def kind(self) -> Literal["signals", "on_bar"]:
        """Which way it decides; StrategyError for neither or both."""
        if len(self.methods) == 1:
            return "signals" if "signals" in self.methods else "on_bar"
        found = "both signals and on_bar" if self.methods else "neither signals nor on_bar"
        raise StrategyError(f"{self.class_name} has {found}; a strategy needs exactly one of them.")


def read_strategy(tree: ast.Module, file: str, resolve: Resolve) -> Reading:
    """Return the one strategy of a file; StrategyError if there is none or more than one."""
    classes = read_classes(tree, file, resolve)
    if not classes:
        raise StrategyError("There is no class here that derives from Strategy.", file=file)
    if len(classes) > 1:
        names = ", ".join(clean(reading.class_name, limit=40) for reading in classes[:5])
        raise StrategyError(
            f"There are {len(classes)} strategies here ({names}); give each a file of its own.",
            file=file,
            line=classes[1].line,
        )
    try:
        _ = classes[0].kind
    except StrategyError as error:
        raise StrategyError(str(error), file=file, line=classes[0].line) from None
    return classes[0]


def read_classes(tree: ast.Module, file: str, resolve: Resolve) -> list[Reading]:
    """Return the strategy classes of a file that no other class in it builds upon."""
    known = dict(_imported(tree, file, resolve))
    built_upon: set[str] = set()
    own: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            bases = [known[name] for base in node.bases if (name := _last_name(base)) in known]
            if bases:
                known[node.name] = _read_class(node, bases, file)
                built_upon.update(_last_name(base) for base in node.bases)
                own.append(node.name)
    return [known[name] for name in dict.fromkeys(own) if name not in built_upon]


def uses_model(tree: ast.Module) -> bool:
    """Return whether the text mentions `context.llm`."""
    return any(isinstance(node, ast.Attribute) and node.attr == "llm" for node in ast.walk(tree))


def _imported(tree: ast.Module, file: str, resolve: Resolve) -> Iterator[tuple[str, Reading]]:
    """Yield the names in this file that stand for `Strategy` or a strategy to build upon."""
    yield "Strategy", Reading()
    for node in tree.body:
        if not isinstance(node, ast.ImportFrom):
            continue
        for alias in node.names:
            local = alias.asname or alias.name
            if node.module in {"core.strategies", "core.strategies.strategy"} and alias.name == "Strategy":
                yield local, Reading()
            elif (other := resolve(node.module or "")) is not None and other is not tree:
                yield from (
                    (local, reading)
                    for reading in read_classes(other, file, _nowhere)
                    if reading.class_name == alias.name
                )


def _nowhere(_: str) -> None:
    """Resolve nothing: a chain of imported strategies is followed one file deep."""


def _read_class(node: ast.ClassDef, bases: list[Reading], file: str) -> Reading:
    read = Reading(
        class_name=node.name,
        line=node.lineno,
        doc=_docstring(node) or next((base.doc for base in bases if base.doc), ""),
        methods=frozenset().union(*(base.methods for base in bases)) | _methods(node),
        parameters={name: spec for base in reversed(bases) for name, spec in base.parameters.items()},
        options={name: value for base in reversed(bases) for name, value in base.options.items()},
    )
    for name, annotation, value in _assignments(node):
        _read_attribute(read, name, annotation, value, file)
    return read


def _read_attribute(read: Reading, name: str, annotation: str | None, value: ast.expr, file: str) -> None:
    read.parameters.pop(name, None)
    read.options.pop(name, None)
    if isinstance(value, ast.Call) and _last_name(value.func) == "parameter":
        spec = _read_parameter(name, annotation, value, file)
        read.parameters[name] = spec
        if spec is not None:
            read.options[name] = spec.default
        return
    try:
        read.options[name] = ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return


def _read_parameter(name: str, annotation: str | None, call: ast.Call, file: str) -> Parameter | None:
    """Return the parameter that a call declares, None if it is not written in plain values."""
    try:
        parts = {str(word.arg): ast.literal_eval(word.value) for word in call.keywords}
        parts.update(zip(("default",), map(ast.literal_eval, call.args[:1]), strict=False))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    if "default" not in parts or len(call.args) > 1 or not set(parts) <= set(_PARTS):
        raise StrategyError(
            f"{name}: write parameter(default, minimum=, maximum=, step=, choices=, help=).",
            file=file,
            line=call.lineno,
        )
    try:
        parts["choices"] = tuple(parts.get("choices", ()))
        return declared(Declaration(**parts), name, annotation)
    except TypeError:
        raise StrategyError(f"The choices of {name} must be a list.", file=file, line=call.lineno) from None
    except StrategyError as error:
        raise StrategyError(str(error), file=file, line=call.lineno) from None


def _assignments(node: ast.ClassDef) -> Iterator[tuple[str, str | None, ast.expr]]:
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and statement.value is not None:
            if isinstance(statement.target, ast.Name):
                yield statement.target.id, _annotated(statement.annotation), statement.value
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    yield target.id, None, statement.value


def _annotated(node: ast.expr) -> str:
    """Return the name of an annotation, written as a name or as a text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return _last_name(node)


def _methods(node: ast.ClassDef) -> frozenset[str]:
    defined = {
        statement.name
        for statement in node.body
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    return frozenset(defined & {"signals", "on_bar"})


def _last_name(node: ast.expr) -> str:
    """Return `Strategy` for both `Strategy` and `strategies.Strategy`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _docstring(node: ast.ClassDef) -> str:
    return clean(inspect.cleandoc(ast.get_docstring(node) or ""), limit=4000, keep_lines=True)
