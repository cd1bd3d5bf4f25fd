"""What a strategy is written with: `from core.strategies import Signals, Strategy, parameter`."""

from core.strategies.parameters import parameter
from core.strategies.signals import Signals
from core.strategies.strategy import Strategy

__all__ = ["Signals", "Strategy", "parameter"]
