"""Listing strategies by reading them."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import BacktapeError
from core.strategies.registry import describe_all, find
from tests.core.strategies.listing import GOOD, ON_BAR, described, error_of, only, write


def test_the_built_in_strategies_are_described_with_the_documented_defaults() -> None:
    defaults = {one.name: {spec.name: spec.default for spec in one.parameters} for one in describe_all()}
    assert defaults["sma_cross"] == {"fast": 20, "slow": 50, "stop_pips": 20.0, "target_pips": 40.0}
    assert defaults["donchian_breakout"] == {
        "lookback": 20,
        "stop_pips": 30.0,
        "target_pips": 60.0,
        "second_target_pips": 0.0,
    }
    assert all(one.builtin and one.error is None and one.kind for one in describe_all())
    assert all(not one.unread and one.doc for one in describe_all())  # they are read without being run


def test_everything_a_form_needs_is_read_from_the_text(folder: Path) -> None:
    write(folder, "mine.py", GOOD)
    found = find("breakout", folder)
    assert (found.name, found.kind, found.builtin) == ("breakout", "signals", False)
    assert (found.summary, found.doc) == ("Buys a high.", "Buys a high.\n\nAnd sells a low.")
    assert (found.context_timeframes, found.warmup, found.uses_model) == (("H1", "H4"), 300, False)
    lookback, stop, side = found.parameters
    assert (lookback.kind, lookback.minimum, lookback.maximum, lookback.step) == ("int", 2, 500, 1)
    assert (stop.kind, stop.default) == ("float", 30.0)
    assert side.choices == ("both", "long")


def test_a_strategy_that_steps_and_asks_a_model_is_known_by_its_text(folder: Path) -> None:
    write(folder, "patient.py", ON_BAR)
    assert (only(folder).kind, only(folder).uses_model) == ("on_bar", True)


def test_listing_runs_nothing(folder: Path) -> None:
    trace = folder / "ran"
    write(folder, "mine.py", f"open({str(trace)!r}, 'w').close()\nimport nowhere_to_be_found\n" + GOOD)
    assert only(folder).error is None
    assert not trace.exists()


def test_a_default_that_is_computed_is_named_as_unread(folder: Path) -> None:
    write(folder, "mine.py", GOOD.replace("parameter(20,", "parameter(2 * 10,"))
    assert only(folder).unread == ("lookback",)
    assert [spec.name for spec in only(folder).parameters] == ["stop_pips", "side"]


@pytest.mark.parametrize(
    ("line", "unread"),
    [
        ("    stop: float = pips(30.0)\n", {"stop"}),
        ("    a, b = parameter(1), parameter(2 * 1)\n", {"b"}),
        ("    a, b = made()\n", {"a", "b"}),
        ("    if True:\n        a = parameter(1)\n", {"a"}),
        ("    for a in range(3):\n        b = parameter(1)\n", {"b"}),
        ("    warmup = 3 * MOST\n", {"warmup"}),
        ("    context_timeframes = NAMES\n", {"context_timeframes"}),
        ("    x = 3 * 4\n    _hidden = made()\n", set()),
    ],
)
def test_what_only_running_the_file_can_tell_is_named_as_unread(
    folder: Path, line: str, unread: set[str]
) -> None:
    write(folder, "mine.py", ON_BAR + line)
    assert (set(only(folder).unread), only(folder).error) == (unread, None)


def test_a_parameter_under_another_name_is_read_as_one(folder: Path) -> None:
    text = "from core.strategies import parameter as knob\n" + ON_BAR + "    size: int = knob(3, minimum=1)\n"
    write(folder, "mine.py", text)
    assert [(spec.name, spec.default) for spec in only(folder).parameters] == [("size", 3)]


def test_options_are_read_whether_plain_or_parameters(folder: Path) -> None:
    lines = "    trailing_pips = 12\n    max_bars: int = parameter(48)\n    breakeven_after_target = True\n"
    write(folder, "mine.py", ON_BAR + lines)
    options = only(folder).options
    assert (options.trailing_pips, options.max_bars, options.breakeven_after_target) == (12.0, 48, True)
    assert only(folder).chosen({"max_bars": 5}).options.max_bars == 5


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("warmup = -1", "warmup must be a number of bars, zero or more, not -1."),
        ("warmup: str = parameter('many')", "warmup is an option of the broker; write it like warmup: int ="),
        (
            "max_bars: float = parameter(2.5)",
            "max_bars is an option of the broker; write it like max_bars: int",
        ),
        ("breakeven_after_target = 1", "breakeven_after_target must be True or False, not 1."),
        ("trailing_pips = parameter(True)", "trailing_pips is an option of the broker; write it like"),
        ("trailing_pips = parameter(-5.0)", "trailing_pips must be a number of pips, zero or more, not -5."),
        ("context_timeframes = 'H5'", "context_timeframes: There is no timeframe 'H5'; use one of M1"),
        ("context_timeframes = 5", "context_timeframes must be a tuple of names such as"),
        ("context_timeframes = parameter(5)", "context_timeframes is an option of the broker; write it like"),
        (f"{'x' * 61} = parameter(1)", "A parameter's name is longer than 60 letters"),
        ("size = parameter(5, maximum=4)", "The default of size must be a whole number of at most 4, not 5."),
        (
            "size = parameter(5, choices=[1, 'b'])",
            "'b' among the choices of size has another type than size.",
        ),
    ],
)
def test_a_wrong_option_or_parameter_is_told_with_its_line(folder: Path, line: str, sentence: str) -> None:
    assert error_of(folder, f"{ON_BAR}    {line}\n").startswith(f"mine.py, line 7: {sentence}")


@pytest.mark.parametrize("name", ["\u00dcberkreuz", "\u0416\u0443\u043a", "_9", "X" * 61])
def test_a_class_whose_name_cannot_be_typed_is_refused_where_it_is_listed(folder: Path, name: str) -> None:
    error = error_of(folder, ON_BAR.replace("Patient", name))
    assert error.startswith("mine.py, line 4: The class")
    assert "rename it" in error or "shorter" in error


def test_whoever_asks_a_model_through_another_file_or_class_is_known_to_ask(folder: Path) -> None:
    write(folder, "helpers.py", "def ask(context):\n    return context.llm.ask('?', {})\n")
    write(
        folder, "mine.py", "import helpers\n" + ON_BAR.replace('context.llm.ask("?")', "helpers.ask(context)")
    )
    write(folder, "patient.py", ON_BAR.replace("Patient", "Base"))
    write(folder, "wider.py", "from patient import Base\nclass Wider(Base):\n    x = 1\n")
    asking = {one.name: one.uses_model for one in described(folder) if one.error is None}
    assert asking == {"patient": True, "base": True, "wider": True}


def test_a_docstring_without_an_end_is_cut(folder: Path) -> None:
    write(folder, "mine.py", GOOD.replace("Buys a high.", "Buys " + "a high " * 10_000))
    assert len(only(folder).doc) == 4000


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("class X(:\n", "mine.py, line 1: "),
        ("\x00", "mine.py: "),
        ("(" * 5000, "mine.py"),
        ("x = 1\n", "mine.py: There is no class here that derives from Strategy."),
        (GOOD + ON_BAR, "There are 2 strategies here (Breakout, Patient); give each a file of its own."),
        (GOOD.replace("def signals", "def sygnals"), "mine.py, line 4: Breakout has neither signals nor"),
        (GOOD + "\n    def on_bar(self, context): ...", "mine.py, line 4: Breakout has both signals and"),
        (GOOD.replace("minimum=2", "minimum=200"), "mine.py, line 12: The default of lookback must be"),
        (GOOD.replace("lookback: int", "options: int"), "mine.py, line 12: A parameter cannot be called"),
        (GOOD.replace("help=", "hlep="), "mine.py, line 12: lookback: write parameter(default, minimum="),
        (GOOD.replace('["both", "long"]', "5"), "mine.py, line 14: The choices of side must be a list"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(folder: Path, text: str, sentence: str) -> None:
    assert sentence in error_of(folder, text)


def test_an_unknown_strategy_is_answered_with_the_known_ones(folder: Path) -> None:
    names = ", ".join(one.name for one in describe_all())
    told = f"no strategy 'sma_corss'; did you mean sma_cross. There are: {names}"
    with pytest.raises(BacktapeError, match=told):
        find("sma_corss", folder)


def test_asking_for_a_broken_strategy_says_what_is_wrong_with_it(folder: Path) -> None:
    write(folder, "mine.py", "class X(:\n")
    with pytest.raises(BacktapeError, match=r"mine\.py, line 1"):
        find("mine", folder)


def test_hostile_text_is_harmless_in_a_description(folder: Path) -> None:
    text = GOOD.replace("Buys a high.", "Buys \\x1b]0;a\\x07 \u202e high.").replace(
        "bars looked", "\\x1b[2Jbars"
    )
    write(folder, "mine.py", text)
    shown = only(folder).doc + only(folder).parameters[0].help
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)


def test_a_file_as_dense_as_can_be_is_parsed_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.strategies import source

    parsed: list[str] = []
    parse = source.parse

    def counted(text: str, file: str) -> ast.Module:
        parsed.append(file)
        return parse(text, file)

    monkeypatch.setattr(source, "parse", counted)
    write(folder, "mine.py", GOOD + "x = 1\n" * 10_000)
    describe_all(folder)
    assert parsed.count("mine.py") == 1


@pytest.mark.parametrize("annotation", ["float", "'float'", "builtins.float"])
def test_the_type_of_a_parameter_is_that_of_its_annotation(folder: Path, annotation: str) -> None:
    write(folder, "mine.py", GOOD.replace("lookback: int", f"lookback: {annotation}"))
    assert only(folder).parameters[0].kind == "float"


def test_an_annotation_of_any_depth_does_not_stop_the_listing(folder: Path) -> None:
    write(folder, "mine.py", GOOD.replace("lookback: int", f"lookback: {'list[' * 150}int{']' * 150}"))
    assert only(folder).parameters[0].kind == "int"


@pytest.mark.parametrize("module", ["registry", "parameters", "errors"])
def test_what_forms_are_made_from_loads_nothing_heavy(module: str) -> None:
    code = (
        f"import sys, core.strategies.{module} as m; "
        "getattr(m, 'describe_all', list)(); "
        "print([n for n in ('numpy', 'numba', 'pandas', 'pyarrow', 'talib') if n in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_what_an_author_imports_loads_neither_compiler_nor_frames() -> None:
    code = (
        "import sys; from core.strategies import Signals, Strategy, parameter; "
        "print([n for n in ('numba', 'pandas', 'pyarrow', 'talib') if n in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
