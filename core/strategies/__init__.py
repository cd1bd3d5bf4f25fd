"""What a strategy is written with: `from core.strategies import Signals, Strategy, parameter`.

The names are looked up when they are asked for: listing strategies and checking
parameters needs none of numpy, and a start of the interface should not pay for it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.strategies.parameters import parameter
    from core.strategies.signals import Signals
    from core.strategies.strategy import Strategy

__all__ = ["Signals", "Strategy", "parameter"]

_HOMES = {"Signals": "signals", "Strategy": "strategy", "parameter": "parameters"}


def __getattr__(name: str) -> object:
    """Import the module that a name of the authoring surface lives in."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
