"""A trend that gathers speed."""

from core.market.bars import Bars
from core.strategies import Signals, Strategy, parameter
from core.strategies.indicators import atr, crosses_above, crosses_below, macd


class MacdTrend(Strategy):
    """Buys when the MACD crosses above its signal, sells when it crosses below, with the trend."""

    # Exponential averages fade: after so many bars they have forgotten how they began.
    warmup = 4000

    fast: int = parameter(12, minimum=2, maximum=100, step=1, help="bars in the fast average")
    slow: int = parameter(26, minimum=3, maximum=100, step=1, above="fast", help="bars in the slow average")
    signal: int = parameter(9, minimum=2, maximum=50, step=1, help="bars in the signal's average")
    beyond_zero: bool = parameter(True, help="buy only with the MACD above zero, sell only below")
    range_bars: int = parameter(14, minimum=2, maximum=50, step=1, help="bars in the average range")
    stop_atr: float = parameter(
        2.0, minimum=0.0, maximum=20.0, step=0.5, help="stop in average ranges, 0: none"
    )
    target_atr: float = parameter(4.0, minimum=0.0, maximum=50.0, step=0.5, help="target likewise, 0: none")

    def signals(self, bars: Bars) -> Signals:
        """Enter, or turn around, on the crossings that go with the trend."""
        found = macd(bars.close, self.fast, self.slow, self.signal)
        reach = atr(bars.high, bars.low, bars.close, self.range_bars)
        # The average range may have the longer window: without it there is no stop.
        full = reach > 0
        buy = crosses_above(found.line, found.signal) & full
        sell = crosses_below(found.line, found.signal) & full
        if self.beyond_zero:
            buy, sell = buy & (found.line > 0), sell & (found.line < 0)
        return Signals(
            buy=buy,
            sell=sell,
            stop=self.stop_atr * reach,
            targets=[self.target_atr * reach],
        )
