"""Strategies that see what they cannot know, each as its author would have written it."""

from tests.core.checking.writing import Wrong, on_bar, signals

LOOK_AHEAD = (
    Wrong(
        "the next close",
        "look-ahead",
        signals("return Signals(buy=np.roll(bars.close, -1) > bars.close + 5 * bars.pip)"),
        ahead=1,
    ),
    Wrong(
        "the close in three bars",
        "look-ahead",
        signals(
            """
later = np.append(bars.close[3:], [np.nan] * min(3, len(bars)))[: len(bars)]
return Signals(sell=later < bars.close - 5 * bars.pip)
"""
        ),
    ),
    Wrong(
        "pandas shift(-1)",
        "look-ahead",
        signals(
            """
close = bars.frame()["close"]
return Signals(buy=(close.shift(-1) > close + 5 * bars.pip).to_numpy())
"""
        ),
        ahead=1,
    ),
    Wrong(
        "a centred rolling mean",
        "look-ahead",
        signals(
            """
close = bars.frame()["close"]
mean = close.rolling(11, center=True).mean()
return Signals(buy=(close < mean - bars.pip / 3).to_numpy())
"""
        ),
        other="nothing",
    ),
    Wrong(
        "scaled by mean and deviation of everything",
        "look-ahead",
        signals(
            """
score = (bars.close - bars.close.mean()) / (bars.close.std() + 1e-9)
return Signals(buy=score < -1, sell=score > 1)
"""
        ),
    ),
    Wrong(
        "scaled by the maximum of everything, kept in the module",
        "look-ahead",
        """
from core.strategies import Signals, Strategy

TOP = None

class Mine(Strategy):
    def signals(self, bars):
        global TOP
        if TOP is None:
            TOP = bars.high.max()
        return Signals(sell=bars.close > TOP - 60 * bars.pip)
""",
    ),
    Wrong(
        "percentile rank over everything",
        "look-ahead",
        signals("return Signals(buy=(bars.frame()['close'].rank(pct=True) < 0.1).to_numpy())"),
    ),
    Wrong(
        "an unfinished hour joined back",
        "look-ahead",
        signals(
            """
close = bars.frame()["close"]
hour = close.resample("1h").last().reindex(close.index, method="ffill")
return Signals(buy=(hour > close + 5 * bars.pip).to_numpy())
"""
        ),
    ),
    Wrong(
        "the high of the day under way",
        "look-ahead",
        signals(
            """
frame = bars.frame()
top = frame["high"].resample("1D").max().reindex(frame.index, method="ffill")
return Signals(sell=(frame["high"] >= top).to_numpy())
"""
        ),
        also=("warm-up",),
    ),
    Wrong(
        "the hour still open, from the bars beside",
        "look-ahead",
        """
import numpy as np
from core.market.timeframes import Timeframe
from core.strategies import Signals, Strategy

class Mine(Strategy):
    context_timeframes = ("H1",)

    def signals(self, bars):
        hours = bars.contexts[Timeframe.H1]
        rows = np.searchsorted(hours.time, bars.time, side="right") - 1
        if not len(hours):
            return Signals()
        return Signals(buy=hours.close[np.minimum(rows, len(hours) - 1)] > bars.close + 5 * bars.pip)
""",
    ),
    Wrong(
        "bfill",
        "look-ahead",
        signals(
            """
close = bars.frame()["close"]
turns = close.where(bars.time.astype(np.int64) // 900 % 10 == 0).bfill()
return Signals(buy=(turns > close + 5 * bars.pip).to_numpy())
"""
        ),
    ),
    Wrong(
        "suppressed when the future disagrees",
        "look-ahead",
        signals(
            """
later = np.append(bars.close[1:], np.nan)
rising = np.append(False, bars.close[1:] > bars.close[:-1] + 3 * bars.pip)
return Signals(buy=rising & ~(later < bars.close))
"""
        ),
        ahead=1,
        other="buy",
    ),
    Wrong(
        "pivot highs confirmed by later bars",
        "look-ahead",
        signals(
            """
high = bars.frame()["high"]
pivot = high == high.rolling(11, center=True).max()
return Signals(sell=pivot.to_numpy())
"""
        ),
    ),
    Wrong(
        "the number of bars",
        "look-ahead",
        signals("return Signals(buy=(len(bars) - np.arange(len(bars))) % 50 == 1)"),
    ),
    Wrong(
        "out before the end",
        "look-ahead",
        signals(
            """
last = np.zeros(len(bars), bool)
last[-3:] = True
return Signals(buy=bars.time.astype(np.int64) // 900 % 40 == 7, exit=last)
"""
        ),
        other="exit",
    ),
    Wrong(
        "a peek at the ends of hours only",
        "look-ahead",
        signals(
            """
ends = bars.time.astype(np.int64) % 3600 == 2700
later = np.append(bars.close[1:], np.nan)
return Signals(buy=ends & (later > bars.close))
"""
        ),
        ahead=1,
    ),
    Wrong(
        "a peek at the ends of days only",
        "look-ahead",
        signals(
            """
last = np.append(np.diff(bars.time.astype("datetime64[D]").astype(int)) > 0, False)
later = np.append(bars.close[1:], bars.close[-1:])
usual = bars.time.astype(np.int64) // 900 % 40 == 7
return Signals(buy=usual | (last & (later > bars.close)))
"""
        ),
        ahead=1,
    ),
    Wrong(
        "a peek in the stop only",
        "look-ahead",
        signals(
            """
later = np.append(bars.low[1:], bars.low[-1:])
every = bars.time.astype(np.int64) // 900 % 5 == 0
return Signals(buy=every, stop=np.maximum(bars.close - later, bars.pip))
"""
        ),
        ahead=1,
        other="buy, stop",
    ),
    Wrong(
        "a peek in the second target only",
        "look-ahead",
        signals(
            """
later = np.append(bars.high[1:], bars.high[-1:])
far = np.maximum(later - bars.close, bars.pip)
return Signals(buy=bars.time.astype(np.int64) // 900 % 5 == 0, targets=[0.01, far])
"""
        ),
        ahead=1,
        other="targets 0.01",
    ),
    Wrong(
        "a peek in the price of a limit order only",
        "look-ahead",
        signals(
            """
later = np.append(bars.low[1:], bars.low[-1:])
return Signals(buy=bars.time.astype(np.int64) // 900 % 5 == 0, at_limit=later, expiry=3)
"""
        ),
        ahead=1,
        other="buy at limit",
    ),
    Wrong(
        "a peek in the expiry only",
        "look-ahead",
        signals(
            """
later = np.append(bars.close[1:], bars.close[-1:])
waits = np.where(later > bars.close, 2, 9)
return Signals(buy=bars.time.astype(np.int64) // 900 % 5 == 0, at_stop=bars.high, expiry=waits)
"""
        ),
        ahead=1,
        other="for 9 bars",
    ),
    Wrong(
        "on_bar: what lies behind the closes",
        "look-ahead",
        on_bar(
            """
every = context.closes.base
if len(every) > context.index + 1 and every[context.index + 1] > context.close + context.pips(5):
    context.buy(stop=context.pips(20))
"""
        ),
        ahead=1,
    ),
    Wrong(
        "on_bar: the bars inside the context",
        "look-ahead",
        on_bar(
            """
every = context._bars.close
if context.position is None and context.close < every.mean():
    context.buy(targets=[context.pips(10)], stop=context.pips(10))
"""
        ),
    ),
    Wrong(
        "on_bar: higher bars that have not closed",
        "look-ahead",
        """
from core.strategies import Strategy

class Mine(Strategy):
    context_timeframes = ("H1",)

    def on_bar(self, context):
        hour = context.higher("H1")
        if hour is not None and hour.index + 1 < len(hour._bars):
            if hour._bars.close[hour.index + 1] > context.close + context.pips(5):
                context.buy(stop=context.pips(20))
""",
    ),
    Wrong(
        "on_bar: a prompt that tells the model what comes",
        "look-ahead",
        on_bar(
            """
schema = {"type": "object", "properties": {"side": {"enum": ["buy", "wait"]}}}
every = context.closes.base
later = every[context.index + 1] if context.index + 1 < len(every) else None
answer = context.llm.ask(f"The close is {context.close}, then {later}. Buy?", schema)
if answer is not None and answer["side"] == "buy":
    context.buy(stop=context.pips(20))
"""
        ),
        ahead=1,
        other="then None",
    ),
)
