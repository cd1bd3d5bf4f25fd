"""Closes beyond the range of the last bars."""

from core.market.bars import Bars, Floats
from core.strategies import Signals, Strategy, parameter
from core.strategies.indicators import highest, lowest


class DonchianBreakout(Strategy):
    """Buys a close above the highest high of the bars before it, sells one below their lowest low."""

    lookback: int = parameter(20, minimum=1, maximum=5000, step=1, help="bars looked back over")
    stop_pips: float = parameter(30.0, minimum=0.0, step=1.0, help="distance of the stop, 0 for none")
    target_pips: float = parameter(60.0, minimum=0.0, step=1.0, help="distance of the target, 0 for none")
    second_target_pips: float = parameter(
        0.0, minimum=0.0, step=1.0, help="distance of a second target, 0 for none"
    )

    def signals(self, bars: Bars) -> Signals:
        """Enter, or turn around, on every close outside the channel."""
        top, bottom = self.lines(bars).values()
        return Signals(
            buy=bars.close > top,
            sell=bars.close < bottom,
            stop=self.stop_pips * bars.pip,
            targets=[self.target_pips * bars.pip, self.second_target_pips * bars.pip],
        )

    def lines(self, bars: Bars) -> dict[str, Floats]:
        """Show the channel of the bars before each."""
        return {
            "highest": highest(bars.high, self.lookback, ago=1),
            "lowest": lowest(bars.low, self.lookback, ago=1),
        }
