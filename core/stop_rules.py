"""Whether a strategy leaves its stops where they were set: the stop that a trade keeps is its last one."""

import ast
import json
from collections.abc import Iterator, Mapping
from typing import Literal

from db import strategies
from db.connection import Connection
from db.runs import RunRecord

# As far as that can be told.
StopRule = Literal["stays", "moves", "unknown"]

_MOVERS = ("breakeven_after_target", "trailing_pips")


def stop_rule(connection: Connection, run: RunRecord) -> StopRule:
    """Return whether the strategy of a run leaves its stops where they were set."""
    kept = strategies.source_of(connection, run.strategy_version or "", run.strategy)
    return stop_rule_of(run.params, None if kept is None else kept.source)


def stop_rule_of(params: Mapping[str, object], source: str | None) -> StopRule:
    """Return whether a strategy with these parameters and this stored source moves its stops.

    What moves them is a parameter, or a plain attribute of the class, or set by its code:
    so of what is no parameter, and of `self`, anything assigned counts but nothing itself.
    """
    if any(params.get(name) for name in _MOVERS):
        return "moves"
    if source is None:
        return "unknown"
    if not any(name in source for name in _MOVERS):
        return "stays"
    try:
        trees = [ast.parse(text) for text in json.loads(source).values()]
    except (ValueError, TypeError, AttributeError, SyntaxError, RecursionError, MemoryError):
        return "unknown"
    is_set = any(_sets_one(node, params) for tree in trees for node in ast.walk(tree))
    return "moves" if is_set else "stays"


def _sets_one(node: ast.AST, params: Mapping[str, object]) -> bool:
    if not isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        return False
    value = node.value
    if value is None or (isinstance(value, ast.Constant) and not value.value):
        return False
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    parts = (part for target in targets for part in ast.walk(target))
    return any(name in _MOVERS for name in _attributes(parts, params))


def _attributes(parts: Iterator[ast.AST], params: Mapping[str, object]) -> Iterator[str]:
    """Yield what is assigned to: attributes of an object, and names that are no parameters."""
    for part in parts:
        if isinstance(part, ast.Attribute):
            yield part.attr
        elif isinstance(part, ast.Name) and part.id not in params:
            yield part.id
