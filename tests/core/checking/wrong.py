"""Wrong strategies of every kind, each as its author would have written it."""

from tests.core.checking.looking_ahead import LOOK_AHEAD
from tests.core.checking.writing import Wrong, on_bar, signals

WARM_UP = (
    Wrong(
        "an exponential average without warm-up",
        "warm-up",
        signals(
            """
close = bars.frame()["close"]
above = (close > close.ewm(span=100, adjust=False).mean()).to_numpy()
return Signals(buy=np.append(False, above[1:] & ~above[:-1]), sell=np.append(False, ~above[1:] & above[:-1]))
"""
        ),
    ),
    Wrong(
        "sums since the start",
        "warm-up",
        signals("return Signals(buy=np.cumsum(bars.volume) % 1000 < 100)"),
    ),
    Wrong(
        "expanding()",
        "warm-up",
        signals(
            """
close = bars.frame()["close"]
return Signals(buy=(close < close.expanding().mean() - 20 * bars.pip).to_numpy())
"""
        ),
    ),
    Wrong(
        "every hundredth bar since the start",
        "warm-up",
        signals("return Signals(buy=np.arange(len(bars)) % 100 == 50)"),
    ),
    Wrong(
        "on_bar: an average of all closes so far",
        "warm-up",
        on_bar(
            """
if context.close < context.closes.mean() - context.pips(20):
    context.buy(stop=context.pips(20))
"""
        ),
    ),
    Wrong(
        "on_bar: a prompt with all highs so far",
        "warm-up",
        on_bar(
            """
answer = context.llm.ask(f"Highest so far: {context.highs.max()}", {"enum": ["buy", "sell", "wait"]})
if answer == "buy":
    context.buy()
"""
        ),
        other="Highest so far",
    ),
)

RANDOMNESS = (
    Wrong(
        "unseeded randomness",
        "randomness",
        signals("return Signals(buy=np.random.default_rng().random(len(bars)) < 0.1)"),
    ),
    Wrong(
        "on_bar: unseeded randomness",
        "randomness",
        "import random\n" + on_bar("if random.random() < 0.1:\n    context.buy()"),
    ),
    Wrong(
        "a generator that is shared by all runs",
        "randomness",
        """
import numpy as np
from core.strategies import Signals, Strategy

CHANCE = np.random.default_rng(7)

class Mine(Strategy):
    def signals(self, bars):
        return Signals(sell=CHANCE.random(len(bars)) < 0.1)
""",
    ),
    Wrong(
        "a counter across runs",
        "randomness",
        """
from core.strategies import Strategy

class Mine(Strategy):
    seen = 0

    def on_bar(self, context):
        Mine.seen += 1
        if Mine.seen % 37 == 0:
            context.buy(stop=context.pips(20))
""",
        other="buy",
    ),
)

# What shows only in another process.
ELSEWHERE = (
    Wrong(
        "the time of day on the clock",
        "randomness",
        "from datetime import datetime\n"
        + signals("return Signals(buy=bars.time.astype(np.int64) // 3600 % 24 == datetime.now().hour)"),
    ),
    Wrong(
        "on_bar: the clock in seconds",
        "randomness",
        "import time\n" + on_bar("if int(time.time()) // 60 % 3 == 0:\n    context.buy()"),
    ),
    Wrong(
        "the hash of a text",
        "randomness",
        on_bar("if hash(str(context.time)) % 20 == 0:\n    context.sell(stop=context.pips(20))"),
    ),
    Wrong(
        "on_bar: a prompt in the order of a set",
        "randomness",
        on_bar(
            """
words = {"up", "down", "flat", "wait", "hold"}
context.llm.ask(f"{context.close}: {' '.join(words)}?", {"type": "boolean"})
"""
        ),
        other="asks '",
    ),
)

CHANGED_BARS = (
    Wrong(
        "a close written to",
        "changed bars",
        signals("bars.close[0] = 1.0\nreturn Signals(buy=bars.close > 1.0)"),
    ),
    Wrong(
        "closes made writable again",
        "changed bars",
        signals(
            """
bars.close.flags.writeable = True
bars.close[1:] = (bars.close[1:] + bars.close[:-1]) / 2
return Signals(buy=bars.close > bars.open)
"""
        ),
    ),
    Wrong(
        "the bars of a higher timeframe sorted",
        "changed bars",
        """
from core.market.timeframes import Timeframe
from core.strategies import Signals, Strategy

class Mine(Strategy):
    context_timeframes = ("H1",)

    def signals(self, bars):
        bars.contexts[Timeframe.H1].high.base.sort()
        return Signals(buy=bars.close > bars.open)
""",
    ),
    Wrong(
        "on_bar: volumes written to from behind",
        "changed bars",
        on_bar("context.volumes.base[context.index] = 0.0\nif context.index % 30 == 5:\n    context.buy()"),
    ),
)

ERRORS = (
    Wrong(
        "a bar that a short history has not",
        "error",
        signals("return Signals(buy=bars.close > bars.close[100])"),
    ),
    Wrong(
        "on_bar: a bar before the first",
        "error",
        on_bar("if context.close > context.closes[context.index + 1 - 50 : 1][0]:\n    context.buy()"),
    ),
    Wrong(
        "no answer is not expected",
        "error",
        on_bar(
            'if context.llm.ask(f"{context.close}?", {"type": "object"})["side"] == "buy":\n    context.buy()'
        ),
    ),
)

ALL = (*LOOK_AHEAD, *WARM_UP, *RANDOMNESS, *CHANGED_BARS, *ERRORS)
