"""What a strategy's text says about it, read from the syntax tree and never run."""

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from core.strategies.errors import StrategyError
from core.strategies.parameters import Declaration, Parameter
from core.strategies.strategy import OPTIONS, declared, refuse_class_name, strategy_name
from core.text import clean

# Returns the tree of a module that a strategy file imports from, if its text is at hand.
Resolve = Callable[[str], ast.Module | None]

_PARTS = ("default", "minimum", "maximum", "step", "choices", "help", "above")


@dataclass(frozen=True)
class Reading:
    """One strategy class as its text describes it, what it inherits included.

    `parameters` has None for what may be one, or an option, and is not written in
    plain values; `options` holds the attributes that are.
    """

    class_name: str = ""
    line: int = 0
    doc: str = ""
    methods: frozenset[str] = frozenset()
    parameters: dict[str, Parameter | None] = field(default_factory=dict)
    options: dict[str, object] = field(default_factory=dict)
    uses_model: bool = False

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
        refuse_class_name(classes[0].class_name)
        _ = classes[0].kind
    except StrategyError as error:
        raise StrategyError(str(error), file=file, line=classes[0].line) from None
    return classes[0]


def read_classes(tree: ast.Module, file: str, resolve: Resolve) -> list[Reading]:
    """Return the strategy classes of a file that no other class in it builds upon."""
    known = dict(_imported(tree, file, resolve))
    built_upon: set[str] = set()
    own: list[str] = []
    makers, asks = _makers(tree), uses_model(tree)
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            bases = [known[name] for base in node.bases if (name := _last_name(base)) in known]
            if bases:
                read = _read_class(node, bases, file, makers)
                known[node.name] = replace(read, uses_model=read.uses_model or asks)
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


def _read_class(node: ast.ClassDef, bases: list[Reading], file: str, makers: frozenset[str]) -> Reading:
    read = Reading(
        class_name=node.name,
        line=node.lineno,
        doc=_docstring(node) or next((base.doc for base in bases if base.doc), ""),
        methods=frozenset().union(*(base.methods for base in bases)) | _methods(node),
        parameters={name: spec for base in reversed(bases) for name, spec in base.parameters.items()},
        options={name: value for base in reversed(bases) for name, value in base.options.items()},
        uses_model=any(base.uses_model for base in bases),
    )
    for assigned in _assignments(node.body):
        _read_attribute(read, assigned, file, makers)
    return read


def _read_attribute(read: Reading, assigned: "_Assigned", file: str, makers: frozenset[str]) -> None:
    name, value = assigned.name, assigned.value
    read.parameters.pop(name, None)
    read.options.pop(name, None)
    try:
        if assigned.always and isinstance(value, ast.Call) and _last_name(value.func) in makers:
            spec = _read_parameter(name, assigned.annotation, value, read.parameters)
            read.parameters[name] = spec
            if spec is not None:
                read.options[name] = spec.default
        elif (plain := _plain(value)) is not None and assigned.always:
            read.options[name] = plain[0]
            if name in OPTIONS:
                OPTIONS[name](name, plain[0])
        elif name in OPTIONS or (isinstance(value, ast.Call) and not name.startswith("_")):
            read.parameters[name] = None
    except StrategyError as error:
        raise StrategyError(str(error), file=file, line=value.lineno) from None


def _plain(value: ast.expr) -> tuple[object] | None:
    """Return the value that an expression writes down, None if it has to be computed."""
    try:
        return (ast.literal_eval(value),)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _read_parameter(
    name: str, annotation: str | None, call: ast.Call, before: Mapping[str, Parameter | None]
) -> Parameter | None:
    """Return the parameter that a call declares, None if it is not written in plain values."""
    try:
        parts = {str(word.arg): ast.literal_eval(word.value) for word in call.keywords}
        parts.update(zip(("default",), map(ast.literal_eval, call.args[:1]), strict=False))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    if "default" not in parts or len(call.args) > 1 or not set(parts) <= set(_PARTS):
        words = ", ".join(f"{part}=" for part in _PARTS[1:])
        raise StrategyError(f"{name}: write parameter(default, {words}).")
    try:
        parts["choices"] = tuple(parts.get("choices", ()))
        return declared(Declaration(**parts), name, annotation, before)
    except TypeError:
        raise StrategyError(f"The choices of {name} must be a list.") from None


@dataclass(frozen=True)
class _Assigned:
    """One attribute that a class body assigns; not `always` where that hangs on a condition or a loop."""

    name: str
    annotation: str | None
    value: ast.expr
    always: bool


def _assignments(body: list[ast.stmt], *, always: bool = True) -> Iterator[_Assigned]:
    for statement in body:
        if isinstance(statement, ast.AnnAssign) and statement.value is not None:
            if isinstance(statement.target, ast.Name):
                annotation = _annotated(statement.annotation)
                yield _Assigned(statement.target.id, annotation, statement.value, always)
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                yield from _unpacked(target, statement.value, always)
        elif isinstance(statement, ast.If | ast.For | ast.While | ast.With | ast.Try):
            inner = [one for name in ("body", "orelse", "finalbody") for one in getattr(statement, name, [])]
            yield from _assignments(inner, always=False)


def _unpacked(target: ast.expr, value: ast.expr, always: bool) -> Iterator[_Assigned]:
    """Yield each name of `a, b = x, y` with its own part of the value."""
    if isinstance(target, ast.Name):
        yield _Assigned(target.id, None, value, always)
    elif isinstance(target, ast.Tuple | ast.List):
        whole = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
        for position, part in enumerate(target.elts):
            yield from _unpacked(part, value.elts[position] if whole else value, always)  # type: ignore[attr-defined]


def _makers(tree: ast.Module) -> frozenset[str]:
    """Return the names that `parameter` goes by in a file."""
    aliases = [
        alias.asname
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name == "parameter" and alias.asname
    ]
    return frozenset({"parameter", *aliases})


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
