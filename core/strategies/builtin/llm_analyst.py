"""A language model alone, asked as often as the budget allows."""

from core.strategies import Strategy, parameter
from core.strategies.context import Context
from core.strategies.prompts import bars_text, position_text

ANSWER = {
    "type": "object",
    "properties": {
        "action": {"enum": ["buy", "sell", "exit", "wait"]},
        "reason": {"type": "string", "maxLength": 400},
    },
    "required": ["action", "reason"],
    "additionalProperties": False,
}

TASK = """You trade one market. At most one position is open at a time; buying while short, or selling
while long, turns it around. Every entry has a stop and a target at fixed distances.
Say what to do now: buy, sell, exit (close the position) or wait, with a reason of at most thirty words."""


class LlmAnalyst(Strategy):
    """Asks a language model on evenly spaced bars whether to buy, sell, get out or wait."""

    bars_shown: int = parameter(30, minimum=2, maximum=200, step=1, help="bars that the model sees")
    stop_pips: float = parameter(30.0, minimum=0.0, step=1.0, help="distance of the stop, 0 for none")
    target_pips: float = parameter(60.0, minimum=0.0, step=1.0, help="distance of the target, 0 for none")
    anonymous: bool = parameter(True, help="hide symbol, dates and price level from the model")

    warmup = 200

    def on_bar(self, context: Context) -> None:
        """Ask where a call is due, and do as the model says; without an answer do nothing."""
        if not context.llm.due:
            return
        answer = context.llm.ask(self._prompt(context), ANSWER)
        action = "wait" if answer is None else answer["action"]
        stop, targets = context.pips(self.stop_pips), [context.pips(self.target_pips)]
        if action == "buy":
            context.buy(stop=stop, targets=targets)
        elif action == "sell":
            context.sell(stop=stop, targets=targets)
        elif action == "exit":
            context.exit()

    def _prompt(self, context: Context) -> str:
        market = bars_text(context, self.bars_shown, anonymous=self.anonymous)
        return f"{TASK}\n\n{market}\n\n{position_text(context, anonymous=self.anonymous)}"
