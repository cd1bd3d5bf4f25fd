"""Prices that come back inside their usual range."""

from core.market.bars import Bars, Floats
from core.strategies import Signals, Strategy, parameter
from core.strategies.indicators import bollinger, crosses_above, crosses_below, previous


class BollingerReversion(Strategy):
    """Buys a close back above the lower band, sells one back below the upper, leaves at the middle."""

    warmup = 500  # the longest window, and the bar before it

    length: int = parameter(20, minimum=2, maximum=499, step=1, help="bars in the average and the deviation")
    deviations: float = parameter(2.0, minimum=0.1, maximum=10.0, step=0.1, help="width of the bands")
    stop_pips: float = parameter(30.0, minimum=0.0, step=1.0, help="distance of the stop, 0 for none")
    target_pips: float = parameter(0.0, minimum=0.0, step=1.0, help="distance of a target, 0 for none")

    def signals(self, bars: Bars) -> Signals:
        """Enter where a close is inside again, leave where one crosses the average."""
        bands = bollinger(bars.close, self.length, self.deviations)
        below, above = bars.close < bands.lower, bars.close > bands.upper
        was_below, was_above = previous(below) > 0, previous(above) > 0
        return Signals(
            buy=was_below & ~below & (bars.close < bands.middle),
            sell=was_above & ~above & (bars.close > bands.middle),
            exit_buy=crosses_above(bars.close, bands.middle),
            exit_sell=crosses_below(bars.close, bands.middle),
            stop=self.stop_pips * bars.pip,
            targets=[self.target_pips * bars.pip],
        )

    def lines(self, bars: Bars) -> dict[str, Floats]:
        """Show the bands."""
        return bollinger(bars.close, self.length, self.deviations)._asdict()
