"""Prices that have fallen or risen too fast, on their way back."""

from core.market.bars import Bars
from core.strategies import Signals, Strategy, parameter
from core.strategies.indicators import atr, crosses_above, crosses_below, rsi


class RsiReversion(Strategy):
    """Buys when the RSI comes back above its lower level, sells when it comes back below its upper one."""

    # Averages of Wilder's kind fade: after so many bars those of up to 50 have forgotten how they began.
    warmup = 3000

    length: int = parameter(14, minimum=2, maximum=50, step=1, help="bars of the RSI and the average range")
    lower: float = parameter(30.0, minimum=1.0, maximum=50.0, step=1.0, help="the RSI below is too low")
    upper: float = parameter(70.0, minimum=50.0, maximum=99.0, step=1.0, help="the RSI above is too high")
    leave_at_middle: bool = parameter(True, help="close a position when the RSI comes to 50")
    stop_atr: float = parameter(
        2.0, minimum=0.0, maximum=20.0, step=0.5, help="stop in average ranges, 0: none"
    )
    target_atr: float = parameter(3.0, minimum=0.0, maximum=50.0, step=0.5, help="target likewise, 0: none")

    def signals(self, bars: Bars) -> Signals:
        """Enter where the RSI turns, leave where it has come back."""
        strength = rsi(bars.close, self.length)
        reach = atr(bars.high, bars.low, bars.close, self.length)
        return Signals(
            buy=crosses_above(strength, self.lower),
            sell=crosses_below(strength, self.upper),
            exit_buy=crosses_above(strength, 50.0) if self.leave_at_middle else None,
            exit_sell=crosses_below(strength, 50.0) if self.leave_at_middle else None,
            stop=self.stop_atr * reach,
            targets=[self.target_atr * reach],
        )
