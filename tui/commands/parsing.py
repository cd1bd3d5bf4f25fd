"""Reading of arguments: numbers, dates and pairs, each refused with one sentence."""

import argparse
import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from core.errors import BacktapeError
from core.text import clean

# What the numbers of runs are, in the help of every command that takes them.
RUN_ID = "number of the run; 'backtape runs' lists them"
RUN_IDS = "numbers of runs; 'backtape runs' lists them"

_EXAMPLES = "examples:"
_NEGATIVE = re.compile(r"-[\d.]")
# What argparse says, and the same in plain words.
_PLAINER = (
    (r"the following arguments are required: (.*), (\S+)", r"\1 and \2 are missing"),
    (r"the following arguments are required: (\S+)", r"\1 is missing"),
    (r"(\S+): expected one argument", r"\1 needs a value"),
    (r"(\S+): expected (\d+) arguments", r"\1 needs \2 values"),
    (r"(\S+): not allowed with argument (\S+)", r"\1 is not allowed with \2"),
    (r"(\S+): ignored explicit argument (.*)", r"\1 takes no value"),
)

# Options of other programs, and of the form, by what they are called here.
_ALSO_CALLED = {
    "--size": ("--lots", "--risk"),
    "--volume": ("--lots",),
    "--risk-pct": ("--risk",),
    "--start": ("--from",),
    "--since": ("--from",),
    "--end": ("--to",),
    "--until": ("--to",),
    "--period": ("--from", "--to"),
    "--param": ("--set",),
    "--params": ("--set",),
    "--fee": ("--commission",),
    "--cash": ("--balance",),
    "--capital": ("--balance",),
    "--deposit": ("--balance",),
    "--out": ("--to",),
    "--output": ("--to",),
    "--background": ("--detach",),
}


class UsageError(BacktapeError):
    """The command line itself is wrong: one sentence, exit code 2."""


class _Help(argparse.HelpFormatter):
    """argparse's own, but examples stay a line each."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if text.startswith(_EXAMPLES) else super()._fill_text(text, width, indent)


def add_json(parser: argparse.ArgumentParser) -> None:
    """Declare `--json`, which means the same for every command that has it."""
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")


def examples(*commands: str) -> str:
    """Return what stands below the options of a command: how it is used, a line each."""
    return "\n".join([_EXAMPLES, *(f"  backtape {command}" for command in commands)])


class Parser(argparse.ArgumentParser):
    """argparse, but wrong usage is one sentence and option names are never guessed."""

    def __init__(self, prog: str, description: str | None = None, **others: object) -> None:
        others.setdefault("formatter_class", _Help)
        super().__init__(prog=prog, description=description, allow_abbrev=False, **others)  # type: ignore[arg-type]
        self.register("type", None, plain_text)

    def read(self, given: Sequence[str]) -> argparse.Namespace:
        """Return what was given, all of it understood.

        Raises:
            UsageError: there is a mistake in it.
        """
        options, rest = self.parse_known_args(joined_negatives(given))
        self.refuse(rest)
        return options

    def refuse(self, rest: Sequence[str]) -> None:
        """Refuse what was left over of what was given, if anything was.

        Raises:
            UsageError: something was.
        """
        words = [word for word in rest if word != "--"]
        if words:
            self.error(self._why_not(words))

    def error(self, message: str) -> NoReturn:
        """Raise argparse's complaint as a sentence.

        Raises:
            UsageError: always.
        """
        complaint = _plainer(clean(message.removeprefix("argument "), limit=200).rstrip("."))
        advice = "" if ";" in complaint else f"; see '{self.prog} --help'"
        end = "" if complaint.endswith("?") else "."
        raise UsageError(f"{complaint[:1].upper()}{complaint[1:]}{advice}{end}")

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """Refuse what is none of the choices in words that are the same in every Python."""
        if action.choices is not None and value not in action.choices:
            choices = ", ".join(map(str, action.choices))
            raise argparse.ArgumentError(action, f"{_quoted(str(value))} is none of {choices}")

    def _why_not(self, rest: Sequence[str]) -> str:
        """Return what is wrong with what is left over."""
        option = next((word for word in rest if word.startswith("-")), None)
        if option is None:
            return f"{_quoted(rest[0])} is one word too many"
        name = option.partition("=")[0]
        meant = _meant(name, re.findall(r"--[a-z-]+", self.format_usage()))
        return f"there is no option {name}{f'; did you mean {meant}?' if meant else ''}"


def joined_negatives(given: Sequence[str]) -> list[str]:
    """Return the arguments with `--option -1` as `--option=-1`.

    argparse would take `-1e9` or `-3.5,1.2` for options of their own. Behind `--` there are no options.
    """
    joined: list[str] = []
    for place, argument in enumerate(given):
        if argument == "--":
            return [*joined, *given[place:]]
        before = joined[-1] if joined else ""
        if _NEGATIVE.match(argument) and before.startswith("--") and "=" not in before:
            joined[-1] = f"{before}={argument}"
        else:
            joined.append(argument)
    return joined


def plain_text(text: str) -> str:
    """Read any text that the store can keep and a terminal show; what is no UTF-8 may only name files."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise argparse.ArgumentTypeError(f"{_quoted(text)} is not UTF-8 text") from None
    return text


def number_as_typed(text: str) -> str:
    """Read a finite number and leave it as it was typed, for a refusal to repeat."""
    number(text)
    return text


def number(text: str) -> float:
    """Read a finite number written with a decimal point."""
    try:
        value = float(text) if "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{_quoted(text)} is not a number; write it like 10000 or 0.5")
    return value


def whole_number(text: str) -> int:
    """Read a whole number of at most 18 digits."""
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
        raise argparse.ArgumentTypeError(f"{_quoted(text)} is not a whole number")
    return int(text)


def run_id(text: str) -> int:
    """Read the number of a run; `#12` is taken too, as the screens show it."""
    digits = text.removeprefix("#")
    if not re.fullmatch(r"[0-9]{1,18}", digits):
        raise argparse.ArgumentTypeError(
            f"{_quoted(text)} is not the number of a run; 'backtape runs' lists them"
        )
    return int(digits)


def count(text: str) -> int:
    """Read how many there should be, at least one."""
    value = whole_number(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{_quoted(text)} is too few; ask for at least 1")
    return value


def port(text: str) -> int:
    """Read a port of this machine; 0 for any that is free."""
    value = whole_number(text)
    if not 0 <= value <= 65535:
        raise argparse.ArgumentTypeError(f"{_quoted(text)} is not a port; name one from 0 to 65535")
    return value


def workers(text: str) -> int:
    """Read how many runs are worked on at once; 0 for `auto`, as configured."""
    from core.config import MOST_WORKERS

    value = 0 if text == "auto" else count(text)
    if value > MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"{_quoted(text)} is too many; ask for at most {MOST_WORKERS}")
    return value


def moment(text: str) -> datetime | str:
    """Read a date, or a date and time, as UTC; a month or a year is its first day, as in the form.

    One at which no run could begin or end stays as it was typed, for the request to refuse.
    """
    from tui.chart.dates import moment_of
    from tui.days import day_of

    if moment_of(text) is None:
        raise argparse.ArgumentTypeError(
            f"{_quoted(text)} is not a date; write it like 2020-01-31, 2020-01, 2020 or 2020-01-31T12:00"
        )
    value = day_of(text)
    return text if value is None else value.astimezone(UTC)


def assignment(text: str) -> tuple[str, str]:
    """Read NAME=VALUE."""
    name, equals, value = plain_text(text).partition("=")
    if not equals or not name.strip():
        raise argparse.ArgumentTypeError(f"{_quoted(text)} is not of the form NAME=VALUE")
    return name.strip(), value.strip()


def rate(text: str) -> tuple[str, float]:
    """Read PAIR=NUMBER, a fixed conversion rate."""
    pair, value = assignment(text)
    return pair.upper(), number(value)


def path(text: str) -> Path:
    """Read the path of a file."""
    if not text.strip():
        raise argparse.ArgumentTypeError("a file has no name; write the path of each, such as EURUSD_M15.csv")
    return Path(text)


def folder(text: str) -> Path:
    """Read the path of a folder."""
    if not text.strip():
        raise argparse.ArgumentTypeError("the folder has no name; write its path, such as results")
    return Path(text)


def copy(text: str) -> Path:
    """Read the path of a copy of the store."""
    if not text.strip():
        raise argparse.ArgumentTypeError("the copy has no name; 'backtape backup --list' lists them")
    return Path(text)


def names(text: str) -> list[str]:
    """Read a list separated by commas, each name once."""
    found = [part.strip() for part in plain_text(text).split(",")]
    if not all(found):
        raise argparse.ArgumentTypeError(
            f"{_quoted(text)} has an empty part; separate names by single commas"
        )
    return list(dict.fromkeys(found))


def pair_of_numbers(text: str) -> tuple[float, float]:
    """Read LONG,SHORT."""
    parts = text.split(",")
    if len(parts) != 2:
        raise argparse.ArgumentTypeError(f"{_quoted(text)} is not two numbers; write them like -3.5,1.2")
    return number(parts[0]), number(parts[1])


def number_or(word: str) -> Callable[[str], str]:
    """Return a reader that takes a number, left as it was typed, or one word in its place."""

    def read(text: str) -> str:
        if text == word:
            return word
        try:
            return number_as_typed(text)
        except argparse.ArgumentTypeError:
            raise argparse.ArgumentTypeError(f"{_quoted(text)} is neither a number nor '{word}'") from None

    return read


def _meant(name: str, known: Sequence[str]) -> str:
    """Return which of the options known may be meant: by what it is called elsewhere, else by its letters."""
    from difflib import get_close_matches

    means = [option for option in _ALSO_CALLED.get(name, ()) if option in known]
    return " or ".join(means or get_close_matches(name, known, n=1))


def _plainer(complaint: str) -> str:
    """Return argparse's complaint in plain words, its own where there are none."""
    for said, plain in _PLAINER:
        if found := re.fullmatch(said, complaint):
            return found.expand(plain)
    return complaint


def _quoted(text: str) -> str:
    return f"'{clean(text, limit=60)}'"
