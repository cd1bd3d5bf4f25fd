import json
import subprocess
import sys

import pytest

from core.home import Home
from tests.core.jobs.test_describing import COMPUTED
from tests.tui.commands.program import call

Capture = pytest.CaptureFixture[str]

OPTIONAL = '''
from core.strategies import Strategy, parameter


class Optional(Strategy):
    """Has every option.

    And says so in a second paragraph.
    """

    context_timeframes = ("H1", "H4")
    warmup = 300
    breakeven_after_target = True
    trailing_pips = 12.5
    max_bars = 48
    side: str = parameter("both", choices=["both", "long"], help="which way")
    quick: bool = parameter(True)
    size: float = parameter(1.5, minimum=0.5, maximum=4.0, step=0.5)

    def on_bar(self, context):
    \tcontext.llm.ask("?", {})
'''


def write(home: Home, text: str, name: str) -> None:
    """Put a strategy into the folder of one's own."""
    path = home.strategies / f"{name}.py"
    path.write_text(text)
    path.chmod(0o600)


def test_the_list_has_every_strategy_in_a_few_lines(home: Home, capsys: Capture) -> None:
    write(home, OPTIONAL, "optional")
    write(home, "x = (\n", "broken")
    said = call(capsys, "strategies")
    assert (said.code, said.err) == (0, "")
    assert "sma_cross  (built in)" in said.out
    assert "  Has every option.\n" in said.out
    assert "second paragraph" not in said.out
    assert "cannot be used: broken.py, line 1: '(' was never closed." in said.out


def test_listing_runs_no_file_and_says_what_only_running_tells(home: Home, capsys: Capture) -> None:
    marker = home.path / "ran"
    write(home, f"open({str(marker)!r}, 'w').close()\n" + COMPUTED, "computed")
    said = call(capsys, "strategies")
    assert "computed in the file: context_timeframes, warmup, lookback, longer, stop, cache" in said.out
    assert "'backtape strategies computed' runs it" in said.out
    listed = call(capsys, "strategies", "--json").document
    assert "lookback" in next(one for one in listed if one["name"] == "computed")["unread"]
    assert not marker.exists()
    shown = call(capsys, "strategies", "computed")
    assert "2 to 500" in shown.out
    assert marker.exists()


def test_one_is_shown_whole(home: Home, capsys: Capture) -> None:
    write(home, OPTIONAL, "optional")
    out = call(capsys, "strategies", "optional").out
    for part in (
        "And says so in a second paragraph.",
        "side       text        both     both, long         which way",
        "quick      true/false  true     true, false",
        "size       number      1.5      0.5 to 4     0.5",
        "decides        bar by bar (on_bar)",
        "warm-up        300 bars",
        "context        H1 H4",
        "break-even     after the first target",
        "trailing stop  12.5 pips",
        "held at most   48 bars",
        "model          asks one, within the budget of each run",
        f"file           {home.strategies}/optional.py",
    ):
        assert part in out


def test_one_as_an_object_has_everything(home: Home, capsys: Capture) -> None:
    write(home, OPTIONAL, "optional")
    found = call(capsys, "strategies", "optional", "--json").document
    assert (found["name"], found["kind"], found["uses_model"], found["builtin"]) == (
        "optional",
        "on_bar",
        True,
        False,
    )
    assert (found["warmup"], found["trailing_pips"], found["max_bars"]) == (300, 12.5, 48)
    assert found["breakeven_after_target"] is True
    assert len(found["version"]) == 64
    assert "source" not in found
    assert [spec["name"] for spec in found["parameters"]] == ["side", "quick", "size"]
    with_source = call(capsys, "strategies", "optional", "--json", "--source").document
    assert with_source["source"] == {"optional.py": OPTIONAL}


def test_what_a_parameter_must_be_above_is_told(home: Home, capsys: Capture) -> None:
    assert "2 to 5,000, above fast" in call(capsys, "strategies").out
    assert "2 to 5,000, above fast" in call(capsys, "strategies", "sma_cross").out
    fast, slow, *_ = call(capsys, "strategies", "sma_cross", "--json").document["parameters"]
    assert (fast["above"], slow["above"]) == (None, "fast")


def test_large_numbers_are_told_in_full(home: Home, capsys: Capture) -> None:
    declared = "parameter(12345678.5, minimum=1, maximum=2e7)"
    write(home, OPTIONAL.replace("parameter(1.5, minimum=0.5, maximum=4.0, step=0.5)", declared), "optional")
    found = call(capsys, "strategies", "optional").out
    assert "12345678.5" in found
    assert "1 to 20,000,000" in found


def test_the_source_is_a_program_again(home: Home, capsys: Capture) -> None:
    write(home, "import helpers\n" + OPTIONAL, "optional")
    write(home, "X = '\x1b]0;owned\x07'\n", "helpers")
    said = call(capsys, "strategies", "optional", "--source")
    assert "# helpers.py" in said.out
    assert "# optional.py" in said.out
    assert "\x1b" not in said.out
    compile(said.out.split("# optional.py")[1], "optional.py", "exec")


def test_the_source_of_a_built_in_one_is_printed_to_the_letter(home: Home, capsys: Capture) -> None:
    from core.strategies.registry import BUILTIN_FOLDER

    text = (BUILTIN_FOLDER / "sma_cross.py").read_text()
    assert call(capsys, "strategies", "sma_cross", "--source").out == text


def test_one_that_cannot_be_used_says_why(home: Home, capsys: Capture) -> None:
    write(home, "x = (\n", "broken")
    said = call(capsys, "strategies", "broken")
    assert said.code == 1
    assert "cannot be used: broken.py, line 1" in said.out
    assert call(capsys, "strategies", "broken", "--source").out == "x = (\n"
    as_json = call(capsys, "strategies", "broken", "--json")
    assert as_json.code == 1
    assert "broken.py, line 1" in as_json.document["error"]


def test_one_that_fails_when_it_is_run_says_why(home: Home, capsys: Capture) -> None:
    write(home, COMPUTED.replace("5 * 100", "5 / 0"), "computed")
    said = call(capsys, "strategies", "computed")
    assert said.code == 1
    assert "cannot be used: computed.py, line 4: ZeroDivisionError: division by zero." in said.out


def test_an_unknown_one_is_answered_with_those_there_are(home: Home, capsys: Capture) -> None:
    said = call(capsys, "strategies", "sma_corss")
    assert (said.code, said.out) == (1, "")
    assert "There is no strategy 'sma_corss'; did you mean sma_cross? There are: " in said.err


def test_a_source_needs_a_name(home: Home, capsys: Capture) -> None:
    assert call(capsys, "strategies", "--source").code == 2


def test_listing_loads_nothing_heavy(home: Home) -> None:
    code = (
        "import sys; from tui.cli import main; main(['strategies', '--json']); "
        "print([n for n in ('numpy', 'numba', 'pandas', 'pyarrow') if n in sys.modules], file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout)
    assert ran.stderr.strip() == "[]"
