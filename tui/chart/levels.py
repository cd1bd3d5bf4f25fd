"""Stop and target of a position, as far as a chart may show them."""

import ast
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from tui.chart.run_trades import RunTrades

# Whether a strategy leaves its stops where they were set, as far as that can be told.
StopRule = Literal["stays", "moves", "unknown"]

_MOVERS = ("breakeven_after_target", "trailing_pips")


@dataclass(frozen=True)
class Levels:
    """Stop and target, None for none, and from when to when they stand (seconds since 1970, UTC).

    A `stop_rule` other than "stays" means that the stop is the last one of a trade, if there is one.
    """

    begin: int
    end: int
    stop: float | None
    target: float | None
    stop_rule: StopRule = "stays"


def levels_at(trades: RunTrades, second: int, stop_rule: StopRule) -> Levels | None:
    """Return the levels of what was open at a bar's close as they were known there; None if nothing was.

    Targets are set at the entry and each closes a part when it is filled, so the next one is that
    of the trade that closes next. The stop that a trade keeps is the one at its end: it tells
    what comes later, unless the strategy leaves stops alone.
    """
    open_then = trades.open_at(second)
    closing_next = trades.record(open_then.start) if open_then else None
    if closing_next is None:
        return None
    stop = closing_next.stop_loss if stop_rule == "stays" else None
    return Levels(trades.entered(open_then.start), second, stop, closing_next.take_profit, stop_rule)


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
