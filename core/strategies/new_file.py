"""A start for a strategy of one's own: a commented one, or a copy of another strategy."""

import ast
import io
import keyword
import os
import re
import tokenize
from pathlib import Path

from core.errors import BacktapeError
from core.strategies import source as texts
from core.strategies.registry import Description, describe_all, find
from core.strategies.strategy import LONGEST_NAME, strategy_name
from core.text import clean

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
# Names that the text needs for what it imports.
_IMPORTED = {"Signals", "Strategy"}

_SIGNALS = '''"""{title}: what it trades and why, in a sentence or two."""

from core.strategies import Signals, Strategy, parameter
from core.strategies.indicators import atr, highest, lowest


class {class_name}(Strategy):
    """Buys a close above the highest high of the bars before it, sells one below their lowest low."""

    # So many bars before the period are looked at, so that the indicators are settled when it begins:
    # forty windows for one that remembers for ever, as the average range does.
    warmup = 1000

    # Each parameter is a field of the form, and an option of the command: --set lookback=40
    lookback: int = parameter(20, minimum=2, maximum=400, step=1, help="bars looked back over")
    stop_atr: float = parameter(2.0, minimum=0.1, maximum=20.0, step=0.1, help="the stop, in average ranges")

    def signals(self, bars):
        # Arrays with a row a bar. Row i may be made of bars up to and including i, and of none after it.
        top = highest(bars.high, self.lookback, ago=1)  # ago=1: without the bar itself
        bottom = lowest(bars.low, self.lookback, ago=1)
        stop = self.stop_atr * atr(bars.high, bars.low, bars.close, 14)

        # Until its window is full an indicator is NaN, and a comparison with NaN is False.
        ready = stop > 0
        return Signals(
            buy=(bars.close > top) & ready,  # carried out at the next open, or at this close
            sell=(bars.close < bottom) & ready,
            stop=stop,  # distances in price from the entry; zero for none
            targets=[2 * stop],
        )
'''

_ON_BAR = '''"""{title}: what it trades and why, in a sentence or two."""

from core.strategies import Strategy, parameter


class {class_name}(Strategy):
    """Buys a close above the highest high of the bars before it, then rests for a while after each trade."""

    # So many bars before the period are there to look back at when it begins.
    warmup = 500

    # Each parameter is a field of the form, and an option of the command: --set lookback=40
    lookback: int = parameter(20, minimum=2, maximum=400, step=1, help="bars looked back over")
    stop_pips: float = parameter(30.0, minimum=1.0, step=1.0, help="distance of the stop")

    def __init__(self):
        # What is kept from bar to bar lies on self. The parameters are set already.
        self.resting_until = 0

    def on_bar(self, context):
        # Called once at every close; context knows this bar and those before it.
        if context.position is not None:
            self.resting_until = context.index + self.lookback
            return None
        if context.index < self.resting_until:
            return None
        # Until there are so many bars, high_of is NaN, and a comparison with NaN is False.
        if context.close > context.high_of(self.lookback):
            stop = context.pips(self.stop_pips)
            return context.buy(stop=stop, targets=[2 * stop])
        return None
'''


def write_new(folder: Path, name: str, *, on_bar: bool = False) -> Path:
    """Write a strategy that runs as it is, called `name`, and return its file, readable by its owner alone.

    Raises:
        BacktapeError: the name is none or is taken, or the file cannot be written;
            a file that is there already is left alone.
    """
    wanted, class_name = _names(folder, name)
    title = wanted.replace("_", " ").capitalize()
    text = (_ON_BAR if on_bar else _SIGNALS).format(title=title, class_name=class_name)
    return _written(folder / f"{wanted}.py", text.encode())


def write_copy(folder: Path, name: str, like: str) -> Path:
    """Write the strategy `like`, built in or one's own, under another name, and return the file of the copy.

    What it imports is found from there as well: built-in ones import the library alone,
    and those of the user lie in the same folder.

    Raises:
        BacktapeError: there is no strategy `like` that can be used, the name is none or is
            taken, or the file cannot be written; a file that is there already is left alone.
    """
    original = find(like, folder)
    wanted, class_name = _names(folder, name)
    text = _renamed(original, texts.read_text(original.path), class_name)
    encoding, _ = tokenize.detect_encoding(io.BytesIO(text.encode()).readline)
    return _written(folder / f"{wanted}.py", text.encode(encoding))


def _names(folder: Path, given: str) -> tuple[str, str]:
    """Return the names of a strategy that is to be and of its class.

    Raises:
        BacktapeError: there can be none of this name.
    """
    wanted = strategy_name(given.strip())
    class_name = _class_name(wanted, given)
    _refuse_taken(folder, wanted)
    return wanted, class_name


def _renamed(original: Description, text: str, class_name: str) -> str:
    """Return the source of a strategy with another name for its class, wherever it is named in it.

    Raises:
        BacktapeError: the class is not written there, or the name is another thing's.
    """
    classes = (node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef))
    before = next((one for one in classes if strategy_name(one) == original.name), None)
    if before is None:
        raise BacktapeError(f"{original.name} cannot be copied: its class is not written out in its file.")
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    names = [token for token in tokens if token.type == tokenize.NAME]
    if any(token.string == class_name for token in names):
        raise BacktapeError(f"{class_name} is something else in {original.name}; choose another name.")
    lines = text.split("\n")
    for token in reversed([token for token in names if token.string == before]):
        row, column = token.start
        code = lines[row - 1]
        lines[row - 1] = f"{code[:column]}{class_name}{code[column + len(before) :]}"
    return "\n".join(lines)


def _written(path: Path, text: bytes) -> Path:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BacktapeError(
            f"{path} is there already; choose another name, or move that file away."
        ) from None
    except OSError as error:
        raise BacktapeError(f"{path} cannot be written ({error.strerror}).") from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise BacktapeError(f"{path} cannot be written ({error.strerror}).") from None
    return path


def _class_name(wanted: str, given: str) -> str:
    """Return the class whose name in snake case is `wanted`.

    Raises:
        BacktapeError: there is none, or it means something else in Python.
    """
    if not _NAME.fullmatch(wanted) or len(wanted) > LONGEST_NAME:
        raise BacktapeError(
            f"A strategy cannot be called {clean(given, limit=40)!r}; use small letters, digits and _, "
            f"at most {LONGEST_NAME}, such as my_breakout."
        )
    parts = [part.capitalize() for part in wanted.split("_")]
    class_name = next(name for name in ("".join(parts), "_".join(parts)) if strategy_name(name) == wanted)
    if wanted in texts.NOT_SIBLINGS or class_name in _IMPORTED or keyword.iskeyword(class_name):
        raise BacktapeError(
            f"{wanted} means something else in Python; choose another name, such as my_{wanted}."
        )
    return class_name


def _refuse_taken(folder: Path, wanted: str) -> None:
    for known in describe_all(folder):
        if known.path == folder and known.error is not None:
            raise BacktapeError(known.error)
        if known.name == wanted and known.error is None:
            owner = "a built-in strategy" if known.builtin else texts.shown_name(known.path)
            raise BacktapeError(f"The name {wanted} is taken by {owner}; choose another one.")
