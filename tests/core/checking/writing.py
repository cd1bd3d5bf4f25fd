"""How a strategy for a check is written, and what must be said of a wrong one."""

from dataclasses import dataclass

HEAD = """
import numpy as np
from core.strategies import Signals, Strategy

class Mine(Strategy):
"""


@dataclass(frozen=True)
class Wrong:
    """A strategy and what a check must say of it.

    `ahead` is how many bars before its cut the decision told must lie, None for
    any. `other` must be part of what was decided there on the history cut, began
    later or repeated. `also` is what must be found besides.
    """

    name: str
    kind: str
    source: str
    ahead: int | None = None
    other: str = ""
    also: tuple[str, ...] = ()


def signals(body: str) -> str:
    """Return a strategy whose `signals` is this body."""
    return HEAD + "    def signals(self, bars):\n" + indented(body)


def on_bar(body: str) -> str:
    """Return a strategy whose `on_bar` is this body."""
    return HEAD + "    def on_bar(self, context):\n" + indented(body)


def indented(body: str) -> str:
    """Return a body as that of a method."""
    return "".join(f"        {line}\n" for line in body.strip("\n").split("\n"))
