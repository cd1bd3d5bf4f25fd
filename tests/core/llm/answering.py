"""A run's model without a network and without a worker: a client that answers from a list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.engine.decision import Decision
from core.llm.asking import Asking, Terms
from core.llm.book import Book
from core.llm.client import Client
from core.llm.configured import ModelFacts
from core.llm.endpoint import Endpoint
from core.llm.figures import Figures
from core.llm.said import Said
from core.llm.shapes import Shape
from db.connection import Connection
from db.llm_calls import Pages
from tests.core.strategies.samples import bars_of

ENDPOINT = Endpoint("http://127.0.0.1:9/v1", "127.0.0.1:9", "stub-1", 1.0, 2)
PAGES = Pages("a" * 64, 0)
SCHEMA = {
    "type": "object",
    "properties": {"action": {"enum": ["buy", "sell"]}},
    "required": ["action"],
    "additionalProperties": False,
}
BUY = Said('{"action": "buy"}', prompt_tokens=100, completion_tokens=10)
BUSY = Said(error="the endpoint answered with status 500", status=500)


@dataclass
class Heard(Client):
    """A client that says what is next in `says`, the last for ever, and remembers what it was asked.

    `before` is called with each request, before it is answered.
    """

    says: Sequence[Said] = (BUY,)
    before: Callable[[], object] = lambda: None
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(ENDPOINT, None, lambda: None)

    def load(self) -> None:
        """There is nothing to load."""

    def request(self, model: str, prompt: str, shape: Shape) -> Said:
        """Say what is next."""
        del model, shape
        self.before()
        self.asked.append(prompt)
        return self.says[min(len(self.asked), len(self.says)) - 1]


def asking(
    connection: Connection,
    run_id: int,
    client: Heard | None,
    *,
    calls: int = 10,
    retries: int = 2,
    bars: int = 100,
    slept: list[float] | None = None,
    facts: ModelFacts | None = None,
) -> Asking:
    """Return the model of a run over so many bars, no other run being alive."""
    return Asking(
        Terms(run_id, "stub-1", calls, retries, "nobody can be asked"),
        bars_of([1.1] * bars),
        0,
        Book(connection, PAGES, run_id, calls, waiting=lambda: None, is_living=lambda _: False),
        client,
        Figures(facts or ModelFacts()),
        (slept if slept is not None else []).append,
    )


def walk(model: Asking, bars: range, decide: dict[int, Decision] | None = None) -> list[Any]:
    """Ask at each of these bars, decide as told, and return the answers."""
    answers = []
    for index in bars:
        answers.append(model.at(index).ask(f"bar {index}", SCHEMA))
        if decide and index in decide:
            model.decided(index, decide[index])
    return answers
