"""What a strategy sees of a language model, and what the engine tells the model."""

from typing import Any, Protocol

from core.engine.decision import Decision


class Model(Protocol):
    """A language model on a budget, as `context.llm` hands it to a strategy.

    A strategy uses `ask`, `left`, `budget` and `due`; `at` and `decided` are the
    engine's. `left` and `due` follow from counts alone: the calls allowed, those met
    so far, the bars of the run. They say nothing of prices to come, and a repeated
    run sees the same. Whoever runs a strategy on a part of its history, to look for
    peeking, hands it a model of its own whose `due` is true on the same bars.
    """

    @property
    def budget(self) -> int:
        """How many calls the run may make in all."""

    @property
    def left(self) -> int:
        """How many of them are left; 0 once the budget is used up."""

    @property
    def due(self) -> bool:
        """Whether to ask now, so that the calls left are spread evenly over the bars left.

        True on the first bar, and again as many bars after each bar that was asked at
        as the budget calls for. Who asks only where it is true has calls for the whole period.
        """

    def ask(self, prompt: str, schema: Any) -> Any:  # noqa: ANN401
        """Return the model's answer to a prompt, None where there is none.

        `schema` is a JSON Schema as a dict, and the answer what was read of the
        model's JSON; or it is a pydantic model class, and the answer an instance. None: the
        budget is used up, or the endpoint failed or answered in another shape, retries included.

        Raises:
            StrategyError: the prompt is longer than 100,000 bytes, or the schema is none.
        """

    def at(self, index: int) -> "Model":
        """Return this model as it is asked at the close of bar `index`."""

    def decided(self, index: int, decision: Decision) -> None:
        """Take note of what was decided at a bar."""
