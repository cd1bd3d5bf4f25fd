"""Indicators and TA-Lib's, which are written in C, on the same bars."""

from collections.abc import Callable

import talib

from core.market.bars import Bars
from core.strategies import indicators

BARS = 20


def indicator_pairs(bars: Bars) -> dict[str, tuple[Callable[[], object], Callable[[], object]]]:
    """Return the calls that are compared by name: ours, then TA-Lib's."""
    high, low, close = bars.high, bars.low, bars.close
    return {
        "sma": (lambda: indicators.sma(close, BARS), lambda: talib.SMA(close, BARS)),
        "wma": (lambda: indicators.wma(close, BARS), lambda: talib.WMA(close, BARS)),
        "ema": (lambda: indicators.ema(close, BARS), lambda: talib.EMA(close, BARS)),
        "rsi": (lambda: indicators.rsi(close, BARS), lambda: talib.RSI(close, BARS)),
        "atr": (lambda: indicators.atr(high, low, close, BARS), lambda: talib.ATR(high, low, close, BARS)),
        "stddev": (lambda: indicators.stddev(close, BARS), lambda: talib.STDDEV(close, BARS)),
        "bollinger": (lambda: indicators.bollinger(close, BARS, 2.0), lambda: talib.BBANDS(close, BARS)),
        "macd": (lambda: indicators.macd(close, 12, 26, 9), lambda: talib.MACD(close, 12, 26, 9)),
        "adx": (lambda: indicators.adx(high, low, close, BARS), lambda: talib.ADX(high, low, close, BARS)),
        "stochastic": (
            lambda: indicators.stochastic(high, low, close, BARS, 3, 3),
            lambda: talib.STOCH(high, low, close, fastk_period=BARS, slowk_period=3, slowd_period=3),
        ),
        "cci": (lambda: indicators.cci(high, low, close, BARS), lambda: talib.CCI(high, low, close, BARS)),
        "highest": (lambda: indicators.highest(high, BARS), lambda: talib.MAX(high, BARS)),
    }
