"""Breakouts in the direction of a slower timeframe.

The stop begins some average ranges away, goes to the entry after the first target,
and trails behind the best close; the second target closes the rest.
"""

from core.market.bars import Bars, Floats
from core.strategies import Signals, Strategy, parameter
from core.strategies.indicators import atr, highest, lowest, sma


class AtrTrend(Strategy):
    """Buys new highs while a slower timeframe is above its average, sells new lows while it is below."""

    # For the average range, which fades; the slower timeframe has a history of its own.
    warmup = 3000

    # The engine reads these three: which other bars to open, and how to move the stop.
    context_timeframes: str = parameter(
        "H4", choices=("M30", "H1", "H4", "D1", "W1"), help="the slower timeframe that tells the trend"
    )
    trailing_pips: float = parameter(
        40.0, minimum=0.0, step=1.0, help="trailing stop behind the best close, 0: none"
    )
    breakeven_after_target: bool = parameter(True, help="move the stop to the entry after the first target")

    trend_bars: int = parameter(50, minimum=2, maximum=500, step=1, help="bars of it in the average")
    lookback: int = parameter(20, minimum=2, maximum=500, step=1, help="bars that a breakout goes beyond")
    range_bars: int = parameter(14, minimum=2, maximum=50, step=1, help="bars in the average range")
    stop_atr: float = parameter(2.0, minimum=0.1, maximum=20.0, step=0.5, help="stop in average ranges")
    target_atr: float = parameter(2.0, minimum=0.0, maximum=50.0, step=0.5, help="first target, 0: none")
    second_target_atr: float = parameter(
        5.0, minimum=0.0, maximum=50.0, step=0.5, help="second target, 0: none"
    )

    def signals(self, bars: Bars) -> Signals:
        """Enter, or turn around, on every breakout that goes with the trend."""
        slower = bars.context(self.context_timeframes)  # at each bar, the last that has closed
        highs, lows, average = self.lines(bars).values()
        reach = atr(bars.high, bars.low, bars.close, self.range_bars)
        full = reach > 0
        return Signals(
            buy=(bars.close > highs) & (slower.close > average) & full,
            sell=(bars.close < lows) & (slower.close < average) & full,
            stop=self.stop_atr * reach,
            targets=[self.target_atr * reach, self.second_target_atr * reach],
        )

    def lines(self, bars: Bars) -> dict[str, Floats]:
        """Show the range to break out of, and the average that tells the trend."""
        slower = bars.context(self.context_timeframes)
        return {
            "highest": highest(bars.high, self.lookback, ago=1),
            "lowest": lowest(bars.low, self.lookback, ago=1),
            f"{self.context_timeframes} average": slower.align(sma(slower.bars.close, self.trend_bars)),
        }
