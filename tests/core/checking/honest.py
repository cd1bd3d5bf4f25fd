"""Honest strategies, such as the guide shows them: nothing is to be found in them."""

from tests.core.checking.writing import on_bar, signals

HONEST = {
    "crossing averages of pandas": signals(
        """
close = bars.frame()["close"]
fast, slow = close.rolling(10).mean(), close.rolling(40).mean()
above = (fast > slow).to_numpy()
before = np.append(True, above[:-1])
full = slow.shift(1).notna().to_numpy()
return Signals(buy=above & ~before & full, sell=~above & before & full, stop=20 * bars.pip)
"""
    ),
    "hours of its own, one late": signals(
        """
frame = bars.frame()
hour = frame["close"].resample("1h").last().shift(1).reindex(frame.index, method="ffill")
return Signals(buy=(frame["close"] > hour + 5 * bars.pip).to_numpy())
"""
    ),
    "closed hours and days": """
from core.strategies import Signals, Strategy

class Mine(Strategy):
    context_timeframes = ("H1", "D1")

    def signals(self, bars):
        hour, day = bars.context("H1"), bars.context("D1")
        return Signals(buy=(bars.close > hour.high) & (bars.close > day.open), sell=bars.close < day.low)
""",
    "an exponential average with warm-up": """
import numpy as np
from core.strategies import Signals, Strategy

class Mine(Strategy):
    warmup = 400

    def signals(self, bars):
        close = bars.frame()["close"]
        above = (close > close.ewm(span=20, adjust=False).mean()).to_numpy()
        return Signals(buy=np.append(False, above[1:] & ~above[:-1]))
""",
    "on_bar: patient": on_bar(
        """
if context.position is None and context.close > context.high_of(20):
    return context.buy(stop=context.pips(30), targets=[context.pips(40), context.pips(80)])
"""
    ),
    "on_bar: a state of its own, equity and position": """
from core.strategies import Strategy

class Mine(Strategy):
    max_bars = 30

    def __init__(self):
        self.recent = []

    def on_bar(self, context):
        self.recent = [*self.recent[-9:], context.close]
        if context.position is not None:
            if context.position.profit > 20 or context.equity < 0:
                context.exit()
        elif context.close == max(self.recent) and len(self.recent) == 10:
            context.buy(at_limit=context.low, expiry=5, stop=context.pips(25))
""",
    "on_bar: closed hours": """
from core.strategies import Strategy

class Mine(Strategy):
    context_timeframes = ("H1",)

    def on_bar(self, context):
        hour = context.higher("H1")
        if hour is not None and context.close > hour.high:
            context.buy(stop=context.pips(20))
""",
    "on_bar: a model that is asked now and then": """
from typing import Literal

from pydantic import BaseModel

from core.strategies import Strategy

class View(BaseModel):
    side: Literal["buy", "sell", "wait"]
    pips: int

class Mine(Strategy):
    def on_bar(self, context):
        if context.llm.due:
            view = context.llm.ask(f"Close {context.close}, high {context.high}.", View)
            if view is not None and view.side == "buy":
                context.buy(stop=context.pips(5 + view.pips))
            elif view is not None and view.side == "sell":
                context.sell(stop=context.pips(20))
""",
    "seeded by the bars": signals(
        """
draws = np.random.default_rng(3).random(86400)
return Signals(buy=draws[bars.time.astype(np.int64) % 86400] < 0.1)
"""
    ),
}
