"""Two moving averages that cross."""

from core.market.bars import Bars, Floats
from core.strategies import Signals, Strategy, parameter
from core.strategies.indicators import crosses_above, sma


class SmaCross(Strategy):
    """Buys when a fast average of the closes crosses above a slow one, sells when it crosses below."""

    fast: int = parameter(20, minimum=1, maximum=1000, step=1, help="bars in the fast average")
    slow: int = parameter(50, minimum=2, maximum=5000, step=1, above="fast", help="bars in the slow average")
    stop_pips: float = parameter(20.0, minimum=0.0, step=1.0, help="distance of the stop, 0 for none")
    target_pips: float = parameter(40.0, minimum=0.0, step=1.0, help="distance of the target, 0 for none")

    def signals(self, bars: Bars) -> Signals:
        """Enter, or turn around, on every crossing."""
        fast, slow = self.lines(bars).values()
        return Signals(
            buy=crosses_above(fast, slow),
            sell=crosses_above(slow, fast),
            stop=self.stop_pips * bars.pip,
            targets=[self.target_pips * bars.pip],
        )

    def lines(self, bars: Bars) -> dict[str, Floats]:
        """Show both averages."""
        return {"fast": sma(bars.close, self.fast), "slow": sma(bars.close, self.slow)}
