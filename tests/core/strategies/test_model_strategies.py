"""The built-in strategies that ask a language model decide what it says, and nothing without an answer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from core.engine.decision import Decision
from core.engine.simulation import Outcome, simulate
from core.engine.terms import Terms
from core.market.bars import Bars
from core.strategies.errors import StrategyError
from core.strategies.loader import instance, load
from core.strategies.registry import find
from tests.core.strategies.samples import bars_of


@dataclass
class Saying:
    """A model that answers by a rule, and takes note of what it is asked and what is decided."""

    answer: Callable[[str], Any]
    budget: int = 1000
    every: int = 10
    left: int = 1000
    prompts: dict[int, str] = field(default_factory=dict)
    decisions: dict[int, Decision] = field(default_factory=dict)
    index: int = -1

    @property
    def due(self) -> bool:
        return self.index % self.every == 0

    def at(self, index: int) -> "Saying":
        self.index = index
        return self

    def ask(self, prompt: str, schema: Any) -> Any:  # noqa: ANN401
        del schema
        self.prompts[self.index] = prompt
        return self.answer(prompt)

    def decided(self, index: int, decision: Decision) -> None:
        self.decisions[index] = decision


def run(name: str, bars: Bars, model: Saying | None, **values: object) -> Outcome:
    strategy = instance(load(name, find(name).source), values)
    return simulate(bars, strategy, Terms(spread_pips=0.0), llm=model)


def wave(bars: int = 200) -> Bars:
    return bars_of(list(1.1 + 0.01 * np.sin(np.arange(bars) / 10)))


def test_the_analyst_asks_on_due_bars_and_does_as_it_is_told() -> None:
    actions = iter(["buy", "wait", "sell", "exit"])
    model = Saying(lambda _: {"action": next(actions, "wait"), "reason": "x"}, every=20)
    outcome = run("llm_analyst", wave(), model, stop_pips=0, target_pips=0)
    assert sorted(model.prompts) == list(range(0, 200, 20))
    assert [(bar, one.direction, one.exit_buy) for bar, one in model.decisions.items()] == [
        (0, 1, False),
        (40, -1, False),
        (60, 0, True),
    ]
    assert len(outcome.trades) == 2
    assert "A long position is open" in model.prompts[20]


def test_the_filter_trades_only_the_breakouts_that_are_taken() -> None:
    taking, skipping, silent = (
        Saying(lambda _, one=one: one)  # type: ignore[misc]
        for one in ({"verdict": "take", "reason": ""}, {"verdict": "skip", "reason": ""}, None)
    )
    outcomes = [run("llm_filter", wave(), model) for model in (taking, skipping, silent)]
    assert len(outcomes[0].trades) > 0
    assert [len(outcome.trades) for outcome in outcomes[1:]] == [0, 0]
    assert taking.decisions
    assert set(taking.decisions) <= set(taking.prompts)
    assert skipping.decisions == silent.decisions == {}


def test_the_filter_asks_once_for_each_breakout_while_flat() -> None:
    closes = [1.1] * 25 + [1.1 + 0.001 * step for step in range(1, 10)] + [1.05] * 3
    model = Saying(lambda _: {"verdict": "skip", "reason": ""})
    run("llm_filter", bars_of(closes), model)
    assert sorted(model.prompts) == [25, 34]
    assert "proposes to buy now: the last bar closed above the highest high" in model.prompts[25]
    assert "proposes to sell now: the last bar closed below the lowest low" in model.prompts[34]


@pytest.mark.parametrize(("verdict", "bars_held"), [("close", 5), ("keep", None), (None, None)])
def test_a_review_may_close_a_position_early_and_no_answer_keeps_it(
    verdict: str | None, bars_held: int | None
) -> None:
    def answer(prompt: str) -> Any:  # noqa: ANN401
        if "proposes" in prompt:
            return {"verdict": "take", "reason": ""}
        return None if verdict is None else {"verdict": verdict, "reason": ""}

    closes = [1.1] * 25 + [1.1001] + [1.1002] * 30
    model = Saying(answer)
    outcome = run("llm_filter", bars_of(closes), model, review_bars=5)
    (trade,) = outcome.trades
    held = int(trade["exit_index"] - trade["entry_index"])
    assert held == (30 if bars_held is None else bars_held)
    asked = [bar for bar, prompt in model.prompts.items() if "keep the open position" in prompt]
    assert asked[0] == 25 + 5
    assert len(asked) == (1 if verdict == "close" else 6)


@pytest.mark.parametrize("name", ["llm_analyst", "llm_filter"])
def test_prompts_hide_symbol_and_dates_unless_told_otherwise(name: str) -> None:
    model = Saying(lambda _: None)
    run(name, wave(), model)
    assert not any("EURUSD" in prompt or "2020" in prompt for prompt in model.prompts.values())
    open_one = Saying(lambda _: None)
    run(name, wave(), open_one, anonymous=False)
    assert all("EURUSD" in prompt and "2020" in prompt for prompt in open_one.prompts.values())


def test_without_a_model_the_error_says_what_to_set() -> None:
    with pytest.raises(StrategyError, match="set BACKTAPE_LLM_BASE_URL and BACKTAPE_LLM_MODEL"):
        run("llm_analyst", wave(), None)
