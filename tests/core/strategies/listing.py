"""Strategy files of a user, and what listing them says."""

from pathlib import Path

from core.strategies.registry import Description, describe_all

GOOD = '''
from core.strategies import Signals, Strategy, parameter

class Breakout(Strategy):
    """Buys a high.

    And sells a low.
    """

    context_timeframes = ("H1", "H4")
    warmup = 300
    lookback: int = parameter(20, minimum=2, maximum=500, step=1, help="bars looked back over")
    stop_pips: float = parameter(default=30)
    side = parameter("both", choices=["both", "long"])

    def signals(self, bars):
        return Signals()
'''


ON_BAR = """
from core.strategies import Strategy

class Patient(Strategy):
    def on_bar(self, context):
        context.llm.ask("?")
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    path.chmod(0o600)
    return path


def described(folder: Path) -> list[Description]:
    return [one for one in describe_all(folder) if not one.builtin]


def only(folder: Path) -> Description:
    (description,) = described(folder)
    return description


def error_of(folder: Path, text: str) -> str:
    write(folder, "mine.py", text)
    error = only(folder).error
    assert error is not None
    return error
