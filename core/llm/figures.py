"""What a run has asked of its model, in figures."""

from dataclasses import dataclass
from typing import Any

from core.llm.configured import ModelFacts
from db.llm_calls import Reply

_MILLION = 1_000_000


@dataclass
class Figures:
    """Counts of one run's calls.

    Requests are those that the run itself made, retries among them, and entries
    replayed those that an earlier run had made; together they were answered or
    failed. Tokens, seconds and cost are of its own requests: a replay costs nothing.
    """

    facts: ModelFacts
    requests: int = 0
    answered: int = 0
    failed: int = 0
    replayed: int = 0
    unasked: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0

    def request(self, reply: Reply) -> None:
        """Count a request of the run's own."""
        self.requests += 1
        self._outcome(answered=reply.answer is not None)
        self.prompt_tokens += reply.prompt_tokens or 0
        self.completion_tokens += reply.completion_tokens or 0
        self.seconds += reply.seconds

    def replay(self, *, answered: bool) -> None:
        """Count an entry that was there."""
        self.replayed += 1
        self._outcome(answered=answered)

    def statistics(self) -> dict[str, Any]:
        """Return the figures by the names they are kept under; the cost is None where no price is known."""
        return {
            "llm_requests": self.requests,
            "llm_answered": self.answered,
            "llm_failed": self.failed,
            "llm_replayed": self.replayed,
            "llm_unasked": self.unasked,
            "llm_prompt_tokens": self.prompt_tokens,
            "llm_completion_tokens": self.completion_tokens,
            "llm_seconds": round(self.seconds, 3),
            "llm_cost": self._cost(),
        }

    def _outcome(self, *, answered: bool) -> None:
        self.answered += answered
        self.failed += not answered

    def _cost(self) -> float | None:
        """Return what the run's own requests cost, in the currency of the prices."""
        paid, received = self.facts.input_price, self.facts.output_price
        if paid is None or received is None:
            return None
        return (self.prompt_tokens * paid + self.completion_tokens * received) / _MILLION
