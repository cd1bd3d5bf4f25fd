"""What the guide says, held against the program: its code runs, its tables are right."""

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest

from core.checking.examination import Examination
from core.checking.subject import Subject
from core.engine.decision import Decision, Position
from core.engine.simulation import simulate
from core.engine.terms import Mode, Terms
from core.market.bars import Bars
from core.market.context import ContextBars
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from core.strategies import Signals, indicators
from core.strategies.context import Context
from core.strategies.guide import guide
from core.strategies.higher import HigherBars
from core.strategies.loader import load
from core.strategies.model import Model
from core.strategies.parameters import Parameter
from core.strategies.registry import Description, describe_all
from core.strategies.strategy import OPTIONS, make

GUIDE = guide()
EXAMPLES = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
NAMES = ["green", "dip_buyer", "trend_breakout", "morning_range", "confirmed"]
BARS = synthetic_bars(timeframe=Timeframe.M15, years=1)


@dataclass
class Agreeing:
    """A model that agrees with everything, as often as its budget allows."""

    budget: int = 50
    asked: int = 0
    due: bool = True

    @property
    def left(self) -> int:
        return self.budget - self.asked

    def ask(self, prompt: str, schema: Mapping[str, Any]) -> dict[str, bool] | None:
        assert "20" not in re.sub(r"\d\.\d+", "", prompt)  # no date
        if not self.left:
            return None
        self.asked += 1
        return dict.fromkeys(schema["required"], True)

    def at(self, index: int) -> Model:  # noqa: ARG002 (the engine's way to ask)
        return self

    def decided(self, index: int, decision: Decision) -> None:  # noqa: ARG002 (as above)
        assert decision.direction


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Description]:
    """Every example of the guide, listed from a folder of its own."""
    folder = tmp_path_factory.mktemp("guide")
    for number, example in enumerate(EXAMPLES):
        (folder / f"example_{number}.py").write_text(example)
    return {one.name: one for one in describe_all(folder) if not one.builtin}


def section(title: str) -> str:
    """Return the text of one section."""
    return re.split(r"\n#+ ", GUIDE.split(f"## {title}\n")[1])[0]


def rows(text: str) -> list[str]:
    """Return the first cells of the tables of a text."""
    cells = re.findall(r"^\| (.*?) \|", text, re.MULTILINE)
    return [cell for cell in cells if cell.startswith("`")]


def test_every_example_is_a_strategy_of_its_own(written: dict[str, Description]) -> None:
    assert sorted(written) == sorted(NAMES)
    assert [one.error for one in written.values()] == [None] * len(EXAMPLES)
    assert all(one.doc and not one.unread for one in written.values())


@pytest.mark.parametrize("mode", ["intra_candle", "close_price"])
@pytest.mark.parametrize("name", NAMES)
def test_every_example_trades(written: dict[str, Description], name: str, mode: Mode) -> None:
    found = written[name]
    strategy = make(load(name, found.source), {})
    model = Agreeing() if found.uses_model else None
    trades = simulate(BARS, strategy, Terms(mode=mode), llm=model).trades
    assert len(trades) > 25
    assert model is None or model.left == 0


@pytest.mark.parametrize("name", [name for name in NAMES if name != "confirmed"])
def test_no_example_looks_ahead(written: dict[str, Description], name: str) -> None:
    found = written[name]
    warmup = found.options.warmup
    whole = BARS.slice(0, warmup + 2_000)
    report = Examination(Subject(name, found.source), whole, warmup, cuts=20).report()
    assert report.findings == ()
    assert report.decisions > 10


def test_the_parameters_shown_are_read_as_written(tmp_path: Path) -> None:
    lines = re.findall(r"^ {4}(\w+: \w+ = parameter\(.*\))$", section("Parameters"), re.MULTILINE)
    body = "".join(f"    {line}\n" for line in lines)
    head = "from core.strategies import Strategy, parameter\n\nclass Shown(Strategy):\n"
    (tmp_path / "shown.py").write_text(f"{head}{body}    def on_bar(self, context): ...\n")
    found = next(one for one in describe_all(tmp_path) if one.name == "shown")
    assert [spec.kind for spec in found.parameters] == ["int", "float", "str", "bool", "int"]
    assert found.parameters[-1].above == "lookback"
    assert all(isinstance(spec, Parameter) for spec in found.parameters)


def test_the_table_of_indicators_has_all_of_them_with_their_arguments() -> None:
    text = section("Indicators")
    shown = dict(re.findall(r"`(\w+)\(([\w, ]*)\)`", "\n".join(rows(text))))
    alone = re.findall(r"`(plus_di|minus_di)`", text)
    assert {*shown, *alone} == set(indicators.__all__) - {"warm"} - named_tuples()
    for name, arguments in shown.items():
        wanted = list(inspect.signature(getattr(indicators, name)).parameters)
        assert arguments.split(", ") == wanted, name


def named_tuples() -> set[str]:
    """Return the exported names that are what indicators return."""
    return {name for name in indicators.__all__ if isinstance(getattr(indicators, name), type)}


def test_the_table_of_signals_has_every_part() -> None:
    shown = re.findall(r"`(\w+)`", "\n".join(rows(section("What `signals` gets and returns"))))
    assert sorted(shown) == sorted(field.name for field in fields(Signals))


def test_the_table_of_options_has_every_one() -> None:
    shown = re.findall(r"`(\w+) = ", "\n".join(rows(section("How decisions become trades"))))
    assert {*shown, "context_timeframes"} == set(OPTIONS)


def test_the_table_of_the_context_has_everything_public() -> None:
    shown = set(
        re.findall(
            r"\w+", " ".join(re.findall(r"`([^`]*)`", "\n".join(rows(section("`on_bar` and its state")))))
        )
    )
    public = {name for name in dir(Context) if not name.startswith("_")} - {"decision"}
    assert public <= shown
    text = section("`on_bar` and its state")
    assert all(f"`{name}`" in text for name in Position._fields)


def test_what_is_said_of_bars_and_higher_timeframes_is_there() -> None:
    said = re.findall(r"`([a-z ]+)`", section("Higher timeframes"))
    words = {word for names in said for word in names.split()}
    public = {name for name in dir(HigherBars) if not name.startswith("_")}
    assert public <= words
    assert all(
        hasattr(ContextBars, name) or name in ContextBars.__annotations__ for name in ("align", "bars")
    )
    known = set(dir(Bars)) | set(Bars.__annotations__)
    assert {"time", "open", "spread", "pip", "symbol", "timeframe", "frame", "context"} <= known


def test_the_guide_is_to_be_read_in_a_terminal() -> None:
    lines = GUIDE.splitlines()
    assert len(lines) < 370
    assert max(len(line) for line in lines if not line.startswith("|")) <= 112
    assert GUIDE.isascii()
