"""What the README says, held against the program."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from core.engine.simulation import simulate
from core.engine.terms import Terms
from core.market.synthetic import synthetic_bars
from core.strategies.loader import load
from core.strategies.registry import find
from core.strategies.strategy import make

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def _backtape(*arguments: str) -> str:
    program = [sys.executable, "-m", "tui.cli", *arguments]
    return subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_the_table_of_keys_is_the_one_the_program_prints() -> None:
    assert _backtape("--keys").strip() in README


def test_every_command_named_there_exists() -> None:
    section = README.split("## Command line")[1].split("\n## ")[0]
    named = set(re.findall(r"backtape ([a-z-]+)", section))
    listed = set(re.findall(r"^  ([a-z][a-z-]*)  ", _backtape("--help"), re.MULTILINE))
    assert named == listed


@pytest.mark.parametrize("name", ["middle_cross", "patient"])
def test_the_example_strategies_trade_on_the_sample_market(name: str, tmp_path: Path) -> None:
    for number, example in enumerate(EXAMPLES):
        (tmp_path / f"example_{number}.py").write_text(example)
    described = find(name, tmp_path)
    assert described.error is None
    strategy = make(load(name, described.source), {})
    bars = synthetic_bars().slice(0, 20_000)
    assert len(simulate(bars, strategy, Terms(mode="intra_candle")).trades) > 10
