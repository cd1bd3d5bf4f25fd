"""The strategy that is checked, made anew for every history. Workers only: this runs its code."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.strategies.loader import instance, load
from core.strategies.strategy import Strategy


@dataclass
class Subject:
    """A strategy's stored source and its parameter values."""

    name: str
    source: str
    params: Mapping[str, object] = field(default_factory=dict)

    def fresh(self) -> Strategy:
        """Return a new instance from a module that was just run: nothing is left of an earlier history.

        StrategyError says where the author's code fails.
        """
        self._loaded = load(self.name, self.source)
        return self.again()

    def again(self) -> Strategy:
        """Return a new instance from the module as an earlier history left it."""
        return instance(self._loaded, self.params)

    def load_pandas(self) -> None:
        """Import pandas now if the strategy will, so that it keeps the true clock."""
        if "pandas" in self.source or "frame(" in self.source:
            importlib.import_module("pandas")

    @property
    def compiles(self) -> bool:
        """Whether running its module anew makes it compile anew, which takes a second each time."""
        return "numba" in self.source
