"""Strategies whose parameters are known only by running their file."""

import json
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from core.errors import BacktapeError
from core.home import Home
from core.jobs import describing
from core.jobs.describing import GivenUp, describe
from core.jobs.request import parse_request
from core.jobs.submit import prepare
from core.strategies.registry import Description, describe_all, find
from tests.conftest import ROOT
from tests.core.jobs.bench import Bench
from tests.processes import wait_until

COMPUTED = '''
from core.strategies import Signals, Strategy, parameter

MOST = 5 * 100

def pips(default):
    return parameter(default, minimum=0.0, step=0.5, help="a distance")


class Computed(Strategy):
    """Says little in plain values."""

    context_timeframes = tuple(["H1"])
    warmup = 3 * 100
    lookback: int = parameter(2 * 10, minimum=2, maximum=MOST)
    longer: int = parameter(2 * 40, above="lookback")
    stop: float = pips(30.0)
    side = parameter("long", choices=["long", "short"])
    cache = dict()

    def signals(self, bars):
        return Signals()
'''


def written(home: Home, text: str, name: str = "computed") -> Description:
    """Put a strategy into the folder and list it."""
    path = home.strategies / f"{name}.py"
    path.write_text(text)
    path.chmod(0o600)
    return next(one for one in describe_all(home.strategies) if one.path == path)


def with_top(line: str) -> str:
    """Return a strategy with a computed parameter whose file does this when it is run."""
    return f"import os, sys, time\n{line}\n" + COMPUTED


def forgetting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no process be started any more."""
    monkeypatch.setattr(describing, "_answer", lambda *_: pytest.fail("the file was run again"))


def test_what_is_written_in_plain_values_is_not_run(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    forgetting(monkeypatch)
    description = find("sma_cross", home.strategies)
    assert describe(home, description) is description


def test_computed_parameters_and_options_are_those_of_the_class(home: Home) -> None:
    listed = written(home, COMPUTED)
    assert set(listed.unread) == {"context_timeframes", "warmup", "lookback", "longer", "stop", "cache"}
    whole = describe(home, listed)
    assert (whole.error, whole.unread) == (None, ())
    lookback, longer, stop, side = whole.parameters
    assert longer.above == "lookback"
    assert (lookback.kind, lookback.default, lookback.minimum, lookback.maximum) == ("int", 20, 2, 500)
    assert (stop.kind, stop.default, stop.step, stop.help) == ("float", 30.0, 0.5, "a distance")
    assert (side.default, side.choices) == ("long", ("long", "short"))
    assert (whole.warmup, whole.context_timeframes) == (300, ("H1",))
    assert (whole.source, whole.version) == (listed.source, listed.version)


def test_what_was_shown_is_kept_by_the_source(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = written(home, COMPUTED)
    first = describe(home, listed)
    with monkeypatch.context() as patched:
        forgetting(patched)
        assert describe(home, listed) == first
    edited = describe(home, written(home, COMPUTED.replace("2 * 10", "3 * 10")))
    assert edited.parameters[0].default == 30


def test_the_file_it_is_kept_in_is_private(home: Home) -> None:
    describe(home, written(home, COMPUTED))
    assert stat.S_IMODE(home.cache.stat().st_mode) == 0o700
    assert stat.S_IMODE(home.descriptions.stat().st_mode) == 0o600
    assert [path.name for path in home.cache.iterdir()] == ["descriptions.json"]


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "{",
        pytest.param("[]", marks=pytest.mark.slow),
        pytest.param("\0" * 100, marks=pytest.mark.slow),
        '{"code": "other", "descriptions": {}}',
        pytest.param("EMPTY", marks=pytest.mark.slow),
        "WRONG",
    ],
)
def test_what_is_kept_and_damaged_is_made_anew(home: Home, damage: str) -> None:
    listed = written(home, COMPUTED)
    first = describe(home, listed)
    kept = json.loads(home.descriptions.read_text())
    key = f"computed {listed.version}"
    if damage == "EMPTY":
        kept["descriptions"][key] = {}
        damage = json.dumps(kept)
    elif damage == "WRONG":
        kept["descriptions"][key]["parameters"][0]["default"] = 10_000
        damage = json.dumps(kept)
    home.descriptions.write_text(damage)
    assert describe(home, listed) == first
    assert json.loads(home.descriptions.read_text())["descriptions"][key]["parameters"]


def test_a_folder_that_takes_nothing_only_means_that_nothing_is_kept(home: Home) -> None:
    home.cache.write_text("in the way")
    assert describe(home, written(home, COMPUTED)).error is None


def test_an_error_names_file_and_line_and_is_kept(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = written(home, COMPUTED.replace("maximum=MOST", "maximum=MOST / 0"))
    failed = describe(home, listed)
    assert failed.error == "computed.py, line 15: ZeroDivisionError: division by zero."
    forgetting(monkeypatch)
    assert describe(home, listed).error == failed.error


def test_a_wrong_declaration_is_told(home: Home) -> None:
    failed = describe(home, written(home, COMPUTED.replace("2 * 10", "1 * 1")))
    assert "The default of lookback must be a whole number from 2 to 500, not 1" in str(failed.error)


def test_a_missing_module_is_looked_for_again(home: Home) -> None:
    listed = written(home, with_top(f"sys.path.insert(0, {str(home.path)!r})\nimport brought_later"))
    assert "needs the module brought_later" in str(describe(home, listed).error)
    (home.path / "brought_later.py").write_text("")
    assert describe(home, listed).error is None


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("os._exit(3)", "computed.py: The file ended the process that ran it (exit code 3)."),
        (
            "os.kill(os.getpid(), 11)",
            "computed.py: The file ended the process that ran it (killed by SIGSEGV).",
        ),
        ("sys.exit(0)", "computed.py, line 2: The strategy left the program with exit(0)."),
        ("raise KeyboardInterrupt", "computed.py, line 2: KeyboardInterrupt."),
        ("input()", "computed.py, line 2: EOFError: EOF when reading a line. Nobody is there to answer"),
        ("open('/dev/tty', 'w')", "computed.py, line 2: OSError: "),
    ],
)
def test_a_file_that_does_not_only_define_something_is_told(home: Home, line: str, sentence: str) -> None:
    assert str(describe(home, written(home, with_top(line))).error).startswith(sentence)


@pytest.mark.parametrize(
    "line",
    [
        "print('x' * 10_000_000)",
        "os.write(1, b'x' * 1_000_000)",
        "os.write(2, b'x' * 1_000_000)",
        "sys.stdout = sys.stderr = None",
        "sys.stdout = 'text'",
        "import threading; threading.Thread(target=time.sleep, args=(60,)).start()",
        "os.chdir('/tmp')",
        "os.close(1)",
    ],
)
def test_what_the_file_prints_or_starts_does_not_matter(home: Home, line: str) -> None:
    started = time.monotonic()
    assert describe(home, written(home, with_top(line))).error is None
    assert time.monotonic() - started < describing.SECONDS


@pytest.mark.slow
def test_a_file_without_an_end_is_ended_with_all_that_it_started(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(describing, "SECONDS", 3.0)
    pids = home.path / "pids"
    line = (
        "import subprocess; child = subprocess.Popen(['sleep', '1000']); "
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}'); time.sleep(1000)"
    )
    failed = describe(home, written(home, with_top(line)))
    assert "took more than 3 s" in str(failed.error)
    wait_until(lambda: not any(map(psutil.pid_exists, map(int, pids.read_text().split()))), "both are gone")


def test_children_that_a_file_leaves_behind_are_ended(home: Home) -> None:
    pid = home.path / "pid"
    line = (
        "child = os.fork()\n"
        f"if not child: open({str(pid)!r}, 'w').write(str(os.getpid())); os.setsid(); time.sleep(1000)\n"
        f"while not os.path.exists({str(pid)!r}) or not os.path.getsize({str(pid)!r}): time.sleep(0.01)"
    )
    assert describe(home, written(home, with_top(line))).error is None
    wait_until(lambda: not psutil.pid_exists(int(pid.read_text())), "the child is gone")


def test_nobody_need_wait_for_it(home: Home) -> None:
    listed = written(home, with_top("time.sleep(1000)"))
    with pytest.raises(GivenUp):
        describe(home, listed, is_given_up=lambda: True)


def test_the_keys_of_a_model_are_not_there(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKTAPE_LLM_API_KEY", "sentinel-key")
    line = "assert not [value for value in os.environ.values() if 'sentinel' in value]"
    assert describe(home, written(home, with_top(line))).error is None


def test_more_than_can_be_kept_is_refused(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(describing, "LARGEST_ANSWER", 100)
    assert "declares more than can be kept" in str(describe(home, written(home, COMPUTED)).error)


def test_submitting_checks_computed_parameters_and_fills_in_their_defaults(bench: Bench) -> None:
    bench.write_strategy(COMPUTED, "computed")
    request = {"strategy": "computed", "symbol": "SYNTHETIC", "timeframe": "M5"}
    made = prepare(bench.connection, bench.home, parse_request(request | {"params": {"lookback": "30"}}))
    assert made.run.params == {"lookback": 30, "longer": 80, "stop": 30.0, "side": "long"}
    assert made.run.context_tfs == ["H1"]
    for params, sentence in (
        ({"lookback": 501}, "lookback must be a whole number from 2 to 500, not 501"),
        ({"stop": "far"}, "stop must be a number of at least 0"),
        ({"lookbak": 3}, "There is no parameter 'lookbak'"),
    ):
        with pytest.raises(BacktapeError, match=sentence) as refused:
            prepare(bench.connection, bench.home, parse_request(request | {"params": params}))
        assert str(refused.value.field).startswith("params.")


def test_submitting_what_fails_to_run_says_why(bench: Bench) -> None:
    bench.write_strategy(with_top("raise ValueError('no')"), "computed")
    with pytest.raises(BacktapeError, match=r"computed\.py, line 2: ValueError: no") as refused:
        bench.submit("computed")
    assert refused.value.field == "strategy"


def test_an_option_that_is_a_parameter_counts_as_it_was_chosen(bench: Bench) -> None:
    text = COMPUTED.replace('tuple(["H1"])', 'parameter("H1")')
    bench.write_strategy(text, "computed")
    request = {"strategy": "computed", "symbol": "SYNTHETIC", "timeframe": "M5"}
    values = {"params": {"context_timeframes": "H2, H4"}}
    assert prepare(bench.connection, bench.home, parse_request(request | values)).run.context_tfs == [
        "H2",
        "H4",
    ]
    with pytest.raises(BacktapeError, match="context_timeframes: There is no timeframe 'H5'"):
        prepare(
            bench.connection, bench.home, parse_request(request | {"params": {"context_timeframes": "H5"}})
        )


def test_a_run_takes_what_was_computed(bench: Bench) -> None:
    text = COMPUTED.replace(
        "return Signals()", "print(self.lookback, self.stop, self.warmup); return Signals()"
    )
    bench.write_strategy(text, "computed")
    run_id = bench.submit("computed", params={"stop": 12.5})
    bench.start()
    bench.finish(run_id)
    log = Path(bench.home.logs / f"run-{run_id}.log")
    assert "20 12.5 300" in log.read_text()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux ends a child with its parent")
def test_a_file_without_an_end_ends_with_the_program_that_looks_at_it(home: Home, tmp_path: Path) -> None:
    told = tmp_path / "pid"
    written(home, with_top(f"open({str(told)!r}, 'w').write(str(os.getpid()))\nwhile True: time.sleep(0.1)"))
    program = (
        "import sys; from pathlib import Path; from core.home import Home\n"
        "from core.jobs.describing import describe; from core.strategies.registry import describe_all\n"
        "home = Home(Path(sys.argv[1]))\n"
        "describe(home, next(one for one in describe_all(home.strategies) if one.name == 'computed'))"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(home.path)], cwd=ROOT) as looking:
        wait_until(lambda: told.exists() and told.read_text(), "the file is being run")
        child = int(told.read_text())
        looking.kill()
    wait_until(lambda: not psutil.pid_exists(child), "it is gone")
