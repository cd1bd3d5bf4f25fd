"""Running the stored source of a strategy."""

import json as standard_json
import linecache
import sys
import traceback
from typing import Any

import pytest

from core.errors import BacktapeError
from core.strategies import source as texts
from core.strategies.errors import StrategyError
from core.strategies.loader import fault, instance, load
from core.strategies.registry import describe_all
from core.strategies.strategy import Strategy

HEAD = "from core.strategies import Signals, Strategy, parameter\n"
MINE = HEAD + (
    "class Mine(Strategy):\n"
    "    size: int = parameter(3, minimum=1)\n"
    "    def on_bar(self, context):\n"
    "        return self.size / context\n"
)


def stored(**files: str) -> str:
    return texts.canonical({f"{stem}.py": text for stem, text in files.items()})


def failure(name: str, source: str) -> StrategyError:
    with pytest.raises(StrategyError) as raised:
        load(name, source)
    return raised.value


def test_every_built_in_strategy_loads_from_its_source() -> None:
    for description in describe_all():
        strategy = load(description.name, description.source)
        assert strategy.parameters == description.parameters
        assert strategy.kind() == description.kind
        assert strategy.__doc__ == description.doc


def test_an_instance_has_its_values() -> None:
    made: Any = instance(load("mine", stored(mine=MINE)), {"size": 7})
    assert (made.size, made.on_bar(2)) == (7, 3.5)


def test_a_wrong_value_is_refused_and_names_its_field() -> None:
    with pytest.raises(BacktapeError, match="size must be a whole number of at least 1, not 0") as raised:
        instance(load("mine", stored(mine=MINE)), {"size": 0})
    assert raised.value.field == "size"


def test_the_strategy_may_lie_in_any_of_the_files() -> None:
    source = stored(a_base=MINE, z="from a_base import Mine\nclass Other(Mine):\n    size = 9\n")
    other: Any = instance(load("other", source), {})
    assert other.size == 9
    assert load("mine", source).__name__ == "Mine"


@pytest.mark.parametrize(
    "way",
    [
        "import helpers",
        "from helpers import X",
        "from . import helpers",
        "from .helpers import X",
        "import os, helpers",
    ],
)
def test_files_beside_the_strategy_are_imported_in_every_way(way: str) -> None:
    use = "X" if "import X" in way else "helpers.X"
    text = HEAD + way + f"\nclass Mine(Strategy):\n    x = {use}\n    def on_bar(self, context): ...\n"
    mine: Any = load("mine", stored(mine=text, helpers="X = 5\n"))
    assert mine.x == 5
    assert "helpers" not in sys.modules


def test_an_import_inside_a_function_finds_the_file_while_the_run_goes_on() -> None:
    text = HEAD + (
        "class Mine(Strategy):\n"
        "    def on_bar(self, context):\n"
        "        import helpers as h\n"
        "        return h.X\n"
    )
    mine: Any = instance(load("mine", stored(mine=text, helpers="X = 5\n")), {})
    assert mine.on_bar(None) == 5


def test_a_file_called_json_breaks_nothing() -> None:
    text = "import json\nfrom . import json as own\n" + MINE + "    plain, x = json.dumps([1]), own.X\n"
    mine: Any = load("mine", stored(mine=text, json="X = 5\n"))
    assert (mine.plain, mine.x) == ("[1]", 5)
    assert sys.modules["json"] is standard_json


def test_two_sources_in_one_process_do_not_share_their_helpers() -> None:
    text = "import helpers\n" + MINE + "    x = helpers.X\n"
    one: Any = load("mine", stored(mine=text, helpers="X = 1\n"))
    two: Any = load("mine", stored(mine=text, helpers="X = 2\n"))
    assert (one.x, two.x) == (1, 2)


def test_loading_again_runs_the_file_afresh() -> None:
    source = stored(mine=MINE)
    assert load("mine", source) is not load("mine", source)


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("import nowhere_to_be_found\n" + MINE, 1, "It needs the module nowhere_to_be_found, which is not"),
        (MINE + "    x = 1 / 0\n", 6, "ZeroDivisionError: division by zero."),
        (MINE + "import sys\nsys.exit(3)\n", 7, "The strategy left the program with exit(3)."),
        (MINE + "raise ValueError('\\x1b]0;x\\x07')\n", 6, "ValueError: \N{REPLACEMENT CHARACTER}]0;x"),
        (MINE + "raise KeyboardInterrupt2\n", 6, "NameError: name 'KeyboardInterrupt2' is not defined"),
    ],
)
def test_a_file_that_fails_to_run_is_named_with_the_line(text: str, line: int, sentence: str) -> None:
    error = failure("mine", stored(mine=text))
    assert str(error).startswith(f"mine.py, line {line}: {sentence}")
    assert (error.file, error.line) == ("mine.py", line)


def test_a_failure_in_a_helper_is_named_there() -> None:
    error = failure("mine", stored(mine="import helpers\n" + MINE, helpers="\n\nX = {}['x']\n"))
    assert (error.file, error.line, str(error)) == ("helpers.py", 3, "helpers.py, line 3: KeyError: 'x'.")


def test_a_syntax_error_in_a_helper_is_named_there() -> None:
    error = failure("mine", stored(mine="import helpers\n" + MINE, helpers="x = (\n"))
    assert (error.file, error.line) == ("helpers.py", 1)


def test_a_class_that_vanishes_when_the_file_runs_is_missed() -> None:
    assert "There is no strategy mine any more" in str(failure("mine", stored(mine=MINE + "del Mine\n")))


def test_a_name_the_source_does_not_hold_is_refused() -> None:
    assert "holds no strategy 'other'" in str(failure("other", stored(mine=MINE)))


@pytest.mark.parametrize("source", ["", "[]", '{"a.py": 1}', "\x00"])
def test_a_damaged_source_is_refused(source: str) -> None:
    assert "damaged" in str(failure("mine", source))


def test_after_a_failure_nothing_of_the_source_is_left_behind() -> None:
    source = stored(mine="import helpers\n" + MINE, helpers="1/0\n")
    failure("mine", source)
    digest = texts.version(source)[:16]
    assert not [name for name in sys.modules if digest in name]


def raised_by(strategy: Strategy) -> BaseException:
    with pytest.raises(BaseException) as raised:  # noqa: PT011 - whatever it is
        strategy.on_bar(0)  # type: ignore[arg-type]
    return raised.value


def test_a_fault_while_running_names_the_line_of_the_strategy() -> None:
    error = fault(raised_by(instance(load("mine", stored(mine=MINE)), {})))
    assert str(error) == "mine.py, line 5: ZeroDivisionError: division by zero."


def test_the_line_named_is_the_strategys_own_not_that_of_a_library_it_calls() -> None:
    text = (
        HEAD + "import json\nclass Mine(Strategy):\n    def on_bar(self, context):\n        json.loads('{')\n"
    )
    error = fault(raised_by(instance(load("mine", stored(mine=text)), {})))
    assert (error.file, error.line) == ("mine.py", 5)


def test_leaving_the_program_is_a_fault_like_any_other() -> None:
    text = HEAD + "class Mine(Strategy):\n    def on_bar(self, context):\n        raise SystemExit(0)\n"
    error = fault(raised_by(instance(load("mine", stored(mine=text)), {})))
    assert str(error) == "mine.py, line 4: The strategy left the program with exit(0)."


def test_tracebacks_show_the_line_that_ran() -> None:
    error = raised_by(instance(load("mine", stored(mine=MINE)), {}))
    linecache.checkcache()
    assert "return self.size / context" in "".join(traceback.format_exception(error))


def test_an_error_in_init_is_named_with_the_line() -> None:
    strategy = load(
        "mine", stored(mine=MINE + "    def __init__(self):\n        self.x = []\n        self.x[1]\n")
    )
    with pytest.raises(StrategyError, match=r"mine\.py, line 8: IndexError"):
        instance(strategy, {})


def fault_of(line: str) -> str:
    """Return what is said of a strategy that does this at a bar."""
    text = HEAD + f"class Mine(Strategy):\n    def on_bar(self, context):\n        {line}\n"
    return str(fault(raised_by(instance(load("mine", stored(mine=text)), {}))))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("raise ValueError('output array is read-only')", "The bars cannot be changed; change a copy, as in"),
        ("raise EOFError('EOF when reading a line')", "Nobody is there to answer input()"),
        ("return self.on_bar(context)", "A function calls itself without an end."),
        ("raise MemoryError", "The strategy ran out of memory."),
        ("raise type('Own', (BaseException,), {})('gone')", "Own: gone."),
        ("raise type('Own', (Exception,), {'__str__': lambda self: 1 / 0})()", "Own."),
        ("raise ValueError('a\\x1b[2Jb' * 1000)", "ValueError: a\N{REPLACEMENT CHARACTER}[2Jb"),
    ],
)
def test_common_mistakes_are_told_in_plain_words(line: str, sentence: str) -> None:
    said = fault_of(line)
    assert said.startswith("mine.py, line 4: ")
    assert sentence in said
    assert len(said) < 500


def test_a_sentence_of_ours_is_told_as_it_is() -> None:
    line = "from core.errors import BacktapeError; raise BacktapeError('There is no timeframe H5.')"
    assert fault_of(line) == "mine.py, line 4: There is no timeframe H5."


def test_an_expression_too_deep_to_be_compiled_is_told() -> None:
    error = failure("mine", stored(mine=MINE + "x = " + "+".join(["1"] * 900) + "\n"))
    assert str(error) == "mine.py: An expression here is nested too deeply; split it into several lines."


def test_what_only_the_compiler_finds_is_told_with_its_line() -> None:
    assert (
        str(failure("mine", stored(mine=MINE + "return 5\n")))
        == "mine.py, line 6: 'return' outside function."
    )
