"""Listing strategies by reading them."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import BacktapeError
from core.strategies.registry import Description, describe_all, find

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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "strategies"
    folder.mkdir(mode=0o700)
    return folder


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


def test_text_in_an_unknown_encoding_is_refused(folder: Path) -> None:
    (folder / "mine.py").write_bytes(b"# caf\xe9\n" + GOOD.encode())
    assert "not text in the encoding" in str(only(folder).error)


def test_a_declared_encoding_is_respected(folder: Path) -> None:
    (folder / "mine.py").write_bytes(b"# coding: latin-1\n# caf\xe9\n" + GOOD.encode())
    assert only(folder).error is None


def test_an_enormous_file_is_refused_without_reading_it(folder: Path) -> None:
    path = write(folder, "mine.py", "")
    os.truncate(path, 10**9)
    assert "larger than 200 kB" in str(only(folder).error)


def test_a_pipe_or_a_folder_does_not_stop_the_listing(folder: Path) -> None:
    os.mkfifo(folder / "pipe.py")
    (folder / "folder.py").mkdir()
    errors = [one.error for one in described(folder)]
    assert errors == [
        "folder.py: This is not a file; remove it from the strategies folder.",
        "pipe.py: This is not a file; remove it from the strategies folder.",
    ]


def test_a_dangling_link_is_an_error_of_that_file_alone(folder: Path) -> None:
    (folder / "link.py").symlink_to(folder / "gone")
    write(folder, "mine.py", GOOD)
    assert [one.error is None for one in described(folder)] == [False, True]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named(folder: Path) -> None:
    write(folder, "mine.py", GOOD).chmod(0)
    assert "cannot be read: Permission denied" in str(only(folder).error)


def test_a_file_that_anybody_can_change_is_refused(folder: Path) -> None:
    write(folder, "mine.py", GOOD).chmod(0o666)
    assert "Anybody on this machine can change this file" in str(only(folder).error)


def test_a_folder_that_anybody_can_change_is_refused_as_a_whole(folder: Path) -> None:
    write(folder, "mine.py", GOOD)
    folder.chmod(0o777)
    assert "Anybody on this machine can change this folder" in str(only(folder).error)


def test_no_folder_means_no_strategies_of_ones_own(folder: Path) -> None:
    assert described(folder / "missing") == []


def test_a_file_in_place_of_the_folder_is_an_error(folder: Path) -> None:
    path = write(folder, "strategies", "")
    assert "The strategies folder cannot be read" in str(only(path).error)


def test_a_name_of_a_built_in_strategy_cannot_be_taken(folder: Path) -> None:
    error = error_of(folder, GOOD.replace("Breakout", "SmaCross"))
    assert error == "mine.py: The name sma_cross is taken by a built-in strategy; rename the class."
    assert find("sma_cross", folder).builtin


def test_of_two_files_with_one_name_the_first_keeps_it(folder: Path) -> None:
    write(folder, "a.py", GOOD)
    write(folder, "b.py", GOOD)
    first, second = described(folder)
    assert (first.error, second.error) == (
        None,
        "b.py: The name breakout is taken by another file; rename the class.",
    )
    assert find("breakout", folder).path.name == "a.py"


def test_a_strategy_may_build_upon_one_beside_it(folder: Path) -> None:
    write(folder, "mine.py", GOOD)
    write(
        folder,
        "wider.py",
        "from mine import Breakout\n"
        "class Wider(Breakout):\n    lookback: int = parameter(55)\n    side = 'long'\n",
    )
    wider = find("wider", folder)
    assert (wider.kind, wider.doc, wider.warmup) == ("signals", "Buys a high.\n\nAnd sells a low.", 300)
    assert {spec.name: spec.default for spec in wider.parameters} == {"stop_pips": 30.0, "lookback": 55}


def test_a_strategy_may_build_upon_a_built_in_one(folder: Path) -> None:
    write(
        folder,
        "mine.py",
        "from core.strategies.builtin.sma_cross import SmaCross\nclass Quick(SmaCross):\n    slow = 30\n",
    )
    assert [spec.name for spec in find("quick", folder).parameters] == ["fast", "stop_pips", "target_pips"]


def test_a_class_that_another_in_the_file_builds_upon_is_not_a_strategy_itself(folder: Path) -> None:
    base = "from core.strategies import Strategy\nclass Base(Strategy):\n    x = parameter(1)\n"
    write(folder, "mine.py", base + "class Mine(Base):\n    def on_bar(self, context): ...\n")
    assert (only(folder).name, len(only(folder).parameters)) == ("mine", 1)


def test_helpers_that_strategies_import_are_not_listed_as_broken_strategies(folder: Path) -> None:
    write(folder, "mine.py", "import helpers\n" + GOOD)
    write(folder, "helpers.py", "X = 1\n")
    write(folder, "_private.py", "X = 1\n")
    assert only(folder).name == "breakout"


def test_the_version_covers_what_is_imported_beside_the_file_and_nothing_else(folder: Path) -> None:
    write(folder, "mine.py", "from . import first\n" + GOOD)
    write(folder, "first.py", "def late():\n    import second\n")
    write(folder, "second.py", "X = 1\n")
    write(folder, "other.py", "X = 1\n")
    before = find("breakout", folder)
    assert sorted(json.loads(before.source)) == ["first.py", "mine.py", "second.py"]
    write(folder, "other.py", "X = 2\n")
    assert find("breakout", folder).version == before.version
    write(folder, "second.py", "X = 2\n")
    assert find("breakout", folder).version != before.version


def test_the_version_is_the_digest_of_the_source_that_is_kept(folder: Path) -> None:
    import hashlib

    write(folder, "mine.py", GOOD)
    found = find("breakout", folder)
    assert found.source == json.dumps({"mine.py": GOOD}, sort_keys=True, separators=(",", ":"))
    assert found.version == hashlib.sha256(found.source.encode()).hexdigest()


def test_line_ends_of_another_system_make_no_other_version(folder: Path) -> None:
    write(folder, "mine.py", GOOD)
    before = find("breakout", folder).version
    (folder / "mine.py").write_bytes(GOOD.replace("\n", "\r\n").encode("utf-8-sig"))
    assert find("breakout", folder).version == before


def test_files_that_import_each_other_are_read_once(folder: Path) -> None:
    write(folder, "mine.py", "import other\n" + GOOD)
    write(folder, "other.py", "import mine\n")
    assert sorted(json.loads(only(folder).source)) == ["mine.py", "other.py"]


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


def test_a_file_whose_name_cannot_be_shown_is_refused(folder: Path) -> None:
    write(folder, "ev\x1bil.py", GOOD)
    assert only(folder).error == (
        "ev\N{REPLACEMENT CHARACTER}il.py: The file's name has characters that cannot be shown; rename it."
    )


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
