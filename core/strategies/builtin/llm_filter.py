"""A rule that proposes, and a language model that has to agree."""

from core.market.bars import Bars, Floats
from core.strategies import Strategy, parameter
from core.strategies.context import Context
from core.strategies.indicators import highest, lowest
from core.strategies.prompts import bars_text, position_text

CONFIRMATION = {
    "type": "object",
    "properties": {
        "verdict": {"enum": ["take", "skip"]},
        "reason": {"type": "string", "maxLength": 400},
    },
    "required": ["verdict", "reason"],
    "additionalProperties": False,
}
REVIEW = {
    "type": "object",
    "properties": {
        "verdict": {"enum": ["keep", "close"]},
        "reason": {"type": "string", "maxLength": 400},
    },
    "required": ["verdict", "reason"],
    "additionalProperties": False,
}

PROPOSAL = """A breakout rule proposes to {side} now: the last bar closed {where} of the {lookback} bars
before it. The stop would be {stop:g} pips away, the target {target:g} pips.
Say whether to take the trade or to skip it, with a reason of at most thirty words."""
QUESTION = """Say whether to keep the open position or to close it now, before its stop or target is reached,
with a reason of at most thirty words."""


class LlmFilter(Strategy):
    """Trades breakouts of the last bars that a language model confirms; it may close them early, too."""

    lookback: int = parameter(20, minimum=1, maximum=500, step=1, help="bars that a close must break out of")
    stop_pips: float = parameter(30.0, minimum=0.0, step=1.0, help="distance of the stop, 0 for none")
    target_pips: float = parameter(60.0, minimum=0.0, step=1.0, help="distance of the target, 0 for none")
    review_bars: int = parameter(
        0, minimum=0, maximum=10_000, step=1, help="ask every so many bars whether to keep it, 0 for never"
    )
    bars_shown: int = parameter(30, minimum=2, maximum=200, step=1, help="bars that the model sees")
    anonymous: bool = parameter(True, help="hide symbol, dates and price level from the model")

    warmup = 500

    def __init__(self) -> None:
        """Begin without a breakout under way."""
        self._outside = ""

    def on_bar(self, context: Context) -> None:
        """Ask on the first close of a breakout while flat, and now and then while a position is open."""
        before, self._outside = self._outside, self._side(context)
        held = context.position
        if held is not None:
            self._review(context, context.index - held.entry_index)
        elif self._outside and self._outside != before:
            self._propose(context, self._outside)

    def lines(self, bars: Bars) -> dict[str, Floats]:
        """Show the range to break out of."""
        return {
            "highest": highest(bars.high, self.lookback, ago=1),
            "lowest": lowest(bars.low, self.lookback, ago=1),
        }

    def _side(self, context: Context) -> str:
        """Return which way the bar closed out of the range before it, "" if it did not."""
        if context.close > context.high_of(self.lookback):
            return "buy"
        return "sell" if context.close < context.low_of(self.lookback) else ""

    def _propose(self, context: Context, side: str) -> None:
        """Enter if the model agrees; no answer is no agreement."""
        where = "above the highest high" if side == "buy" else "below the lowest low"
        task = PROPOSAL.format(
            side=side, where=where, lookback=self.lookback, stop=self.stop_pips, target=self.target_pips
        )
        answer = context.llm.ask(f"{task}\n\n{self._market(context)}", CONFIRMATION)
        if answer is None or answer["verdict"] != "take":
            return
        enter = context.buy if side == "buy" else context.sell
        enter(stop=context.pips(self.stop_pips), targets=[context.pips(self.target_pips)])

    def _review(self, context: Context, bars_held: int) -> None:
        """Close the position if the model says so; without an answer its stop and target stand."""
        if not self.review_bars or bars_held == 0 or bars_held % self.review_bars:
            return
        held = position_text(context, anonymous=self.anonymous)
        answer = context.llm.ask(f"{QUESTION}\n\n{held}\n\n{self._market(context)}", REVIEW)
        if answer is not None and answer["verdict"] == "close":
            context.exit()

    def _market(self, context: Context) -> str:
        return bars_text(context, self.bars_shown, anonymous=self.anonymous)
