"""Odd configuration: a `config.toml` without meaning, data folders with odd names, files never to be run."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.home import LONGEST_PATH, Home
from db.connection import connect
from tests.core.jobs.bench import Bench
from tests.e2e.terminal import Terminal
from tests.homes import end_everything, market_home
from tests.tui.commands.program import ROOT, Said, program

pytestmark = pytest.mark.slow


def told(said: Said, code: int) -> str:
    """Return the one sentence that a command said when it ended with this code."""
    assert said.code == code, said
    assert said.out == ""
    assert said.err.startswith("backtape: ")
    assert said.err.count("\n") == 1
    assert "Something went wrong" not in said.err
    return said.err


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A data folder with a market and one completed run."""
    with market_home(tmp_path_factory.mktemp("configuration") / "home") as home:
        assert program("run", "sma_cross", "SYNTHETIC", "H1", "--to", "2021-03-01").code == 0
        yield home


# config.toml


def as_text(text: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(text)


def enormous(path: Path) -> None:
    path.touch()
    os.truncate(path, 100_000_000)


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "broken": (as_text("[runner]\nworkers = \n"), "line 2"),
    "unknown section": (as_text("[runer]\nworkers = 2\n"), "'runer'"),
    "unknown key": (as_text("[runner]\nworker = 2\n"), "'worker'"),
    "wrong type": (as_text('[runner]\nworkers = "two"\n'), "runner.workers"),
    "not UTF-8": (lambda path: path.write_bytes(b"\xff\xfe[\x00"), "not UTF-8"),
    "enormous": (enormous, "larger than 1 MB"),
    "pipe": (os.mkfifo, "is not a file"),
    "folder": (Path.mkdir, "is not a file"),
    "loop": (lambda path: path.symlink_to(path.name), "symbolic links"),
    "hostile": (as_text('"\\u001b]0;x\\u0007" = 1\n'), "\N{REPLACEMENT CHARACTER}]0;x"),
}


@pytest.fixture(params=BROKEN, ids=str)
def broken(market: Home, request: pytest.FixtureRequest) -> Iterator[str]:
    """A `config.toml` that cannot be understood; what is to be said of it."""
    put, sentence = BROKEN[request.param]
    put(market.config)
    yield sentence
    if market.config.is_dir():
        market.config.rmdir()
    else:
        market.config.unlink()


def test_a_broken_configuration_refuses_runs_and_imports_and_nothing_else(
    market: Home, broken: str, tmp_path: Path
) -> None:
    bars = tmp_path / "EURUSD_H1.csv"
    bars.write_text("2020-01-06 00:00,1.1,1.2,1.0,1.1,5\n")
    for refused in (("run", "sma_cross", "SYNTHETIC", "H1"), ("import", str(bars))):
        sentence = told(program(*refused), 1)
        assert str(market.config) in sentence
        assert broken in sentence
    for command in (("runs",), ("show", "1", "--trades"), ("data",), ("strategies",), ("watch", "1")):
        assert program(*command).code == 0


def test_a_runner_begins_though_the_configuration_is_broken(market: Home) -> None:
    with closing(connect(market.store)) as connection:
        number = Bench(market, connection).submit(timeframe="H1", start="2021-01-04", end="2021-02-01")
    end_everything(market)
    market.config.write_text("[runner]\nworkers = \n")
    try:
        assert program("watch", str(number)).code == 0
    finally:
        market.config.unlink()


# The data folder


HOURS = "".join(f"2020-01-06 {hour:02}:00,1.1,1.2,1.0,1.1,5\n" for hour in range(24))


@pytest.mark.parametrize(
    "name",
    ["-with blanks 50%25?x#y 'quoted\"", "new\nline\x1b]0;x\x07", "naïve 金", "a" * 200],
    ids=ascii,
)
def test_a_data_folder_may_have_any_name_that_is_text(tmp_path: Path, name: str) -> None:
    home, bars = Home(tmp_path / name), tmp_path / "EURUSD_H1.csv"
    bars.write_text(HOURS)
    environment = {"BACKTAPE_HOME": str(home.path), "BACKTAPE_RUNNER_IDLE": "1"}
    try:
        assert program("import", str(bars), **environment).code == 0
        ran = program("run", "sma_cross", "EURUSD", "H1", **environment)
        assert ran.code == 0, ran
        assert "\x1b" not in ran.out + ran.err
        assert program("runs", "--json", **environment).document[0]["status"] == "completed"
    finally:
        end_everything(home)


def a_file(path: Path) -> Path:
    path.touch()
    return path


def a_dangling_link(path: Path) -> Path:
    path.symlink_to("nowhere")
    return path


REFUSED: dict[str, tuple[Callable[[Path], str | Path], str]] = {
    "file": (a_file, "home is a file, not a folder"),
    "below a file": (lambda path: a_file(path) / "below", "Not a directory"),
    "dangling": (a_dangling_link, "home is a link that leads nowhere"),
    "not UTF-8": (lambda path: os.fsdecode(bytes(path) + b"\xff"), "its name is not UTF-8"),
    "long name": (lambda path: path / ("a" * 300), "File name too long"),
    "long path": (lambda path: path / "/".join(["a" * 100] * 8), f"longer than {LONGEST_PATH} bytes"),
    "longest path": (lambda path: path / "/".join(["a" * 100] * 50), f"longer than {LONGEST_PATH} bytes"),
    "nobody's home": (lambda _: "~nobody-is-called-so/x", "is not known here"),
    "device": (lambda _: "/dev/null", "null is a file, not a folder"),
}


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_a_data_folder_that_cannot_be_one_is_refused_in_a_sentence(tmp_path: Path, case: str) -> None:
    make, sentence = REFUSED[case]
    said = program("runs", BACKTAPE_HOME=str(make(tmp_path / "home")))
    assert sentence in told(said, 2)
    assert "BACKTAPE_HOME" in said.err
    assert len(said.err) < 700


def test_the_longest_path_that_is_taken_holds_a_store(tmp_path: Path) -> None:
    left = LONGEST_PATH - len(os.fsencode(tmp_path))
    folder = tmp_path.joinpath(*["a" * 99] * (left // 100), "b" * (left % 100 - 1))
    assert len(os.fsencode(folder)) == LONGEST_PATH
    assert program("runs", BACKTAPE_HOME=str(folder)).code == 0


def test_a_relative_data_folder_is_that_of_the_present_folder(tmp_path: Path) -> None:
    environment = os.environ | {"BACKTAPE_HOME": "here", "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-P", "-m", "tui.cli", "runs"], cwd=tmp_path, env=environment, check=True)
    assert (tmp_path / "here" / "store.db").is_file()


def test_a_link_to_a_folder_is_that_folder(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert program("runs", BACKTAPE_HOME=str(tmp_path / "link")).code == 0
    assert (tmp_path / "real" / "store.db").is_file()


def test_a_tilde_is_the_home_folder(tmp_path: Path) -> None:
    assert program("runs", BACKTAPE_HOME="~/here", HOME=str(tmp_path)).code == 0
    assert (tmp_path / "here" / "store.db").is_file()


def test_without_a_home_folder_the_sentence_says_what_to_name() -> None:
    # A user of no name, as in a container: the system knows no home of theirs.
    code = (
        "import os, sys; import tui.cli, core.home; from tui.commands import runs, endings, opening, output;"
        "import platformdirs, pwd; os.environ.pop('HOME'); pwd.getpwuid = lambda _: {}[0];"
        "sys.exit(tui.cli.main(['runs']))"
    )
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("BACKTAPE", "XDG"))
    }
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    said = Said(ran.returncode, ran.stdout, ran.stderr)
    assert "name the data folder by its whole path in BACKTAPE_HOME" in told(said, 2)


# Strategy files

NEVER = """
import pathlib
pathlib.Path({trace!r}).touch()
{then}
from core.strategies import Strategy
class {name}(Strategy):
    def on_bar(self, context): ...
"""


@pytest.fixture(scope="module")
def bad_company(market: Home) -> Home:
    """Strategy files that would do harm if they were run, and files that are no strategies."""
    folder, trace = market.strategies, str(market.path / "ran")
    for name, then in (
        ("Touching", ""),
        ("Endless", "while True: pass"),
        ("Leaving", "import sys; sys.exit(0)"),
        ("Killing", "import os; os._exit(0)"),
    ):
        (folder / f"{name.lower()}.py").write_text(NEVER.format(trace=trace, then=then, name=name))
    (folder / "json.py").write_text(NEVER.format(trace=trace, then="", name="Json"))
    (folder / "core.py").write_text(NEVER.format(trace=trace, then="", name="Core"))
    (folder / "broken.py").write_text("class X(:\n")
    (folder / "nul.py").write_bytes(b"\x00" * 100)
    (folder / "large.py").touch()
    os.truncate(folder / "large.py", 50_000_000)
    (folder / "dense.py").write_text("x=1\n" * 49_000)
    (folder / "deep.py").write_text("x = a" + ".a" * 50_000)
    os.mkfifo(folder / "pipe.py")
    (folder / "loop.py").symlink_to("loop.py")
    (folder / "endless.txt.py").symlink_to("/dev/zero")
    (folder / "folder.py").mkdir()
    return market


def test_strategies_are_listed_without_running_or_opening_what_does_harm(bad_company: Home) -> None:
    listed = program("strategies", "--json")
    assert listed.code == 0
    usable = {one["name"] for one in listed.document if one["error"] is None and not one["builtin"]}
    assert usable == {"slow", "touching", "endless", "leaving", "killing", "json", "core"}
    errors = {one["name"]: one["error"] for one in listed.document if one["error"] is not None}
    assert set(errors) == {
        *("broken", "nul", "large", "dense", "deep", "pipe", "loop", "endless.txt", "folder"),
    }
    assert "Traceback" not in listed.err
    assert not (bad_company.path / "ran").exists()


def test_another_strategy_runs_in_their_company(bad_company: Home) -> None:
    assert program("run", "sma_cross", "SYNTHETIC", "H1", "--to", "2021-02-01").code == 0
    assert not (bad_company.path / "ran").exists()


def test_the_form_opens_in_their_company(bad_company: Home) -> None:
    with Terminal() as terminal:
        terminal.wait_for("sma_cross")
        terminal.send("n")
        terminal.wait_for("have bars")
        terminal.send("touc")
        terminal.wait_for("touching")
    assert not (bad_company.path / "ran").exists()


def test_a_run_outlives_the_file_of_its_strategy(market: Home) -> None:
    file = market.strategies / "passing.py"
    file.write_text(
        "from core.strategies import Strategy\nclass Passing(Strategy):\n    def on_bar(self, c): ...\n"
    )
    ran = program("run", "passing", "SYNTHETIC", "H1", "--to", "2021-02-01", "--json")
    assert ran.code == 0
    file.unlink()
    number = str(ran.document["id"])
    assert program("show", number, "--json").document["strategy"] == "passing"
    assert program("runs", "--strategy", "passing", "--json").document[0]["id"] == ran.document["id"]
    assert "There is no strategy 'passing'" in told(program("run", "passing", "SYNTHETIC", "H1"), 1)


def test_strategies_that_anybody_can_change_are_named_and_not_run(market: Home) -> None:
    market.strategies.chmod(0o777)
    try:
        listed = program("strategies")
        assert "Anybody on this machine can change this folder" in listed.out
        assert "chmod o-w" in listed.out
        assert program("run", "slow", "SYNTHETIC", "H1").code == 1
        assert program("run", "sma_cross", "SYNTHETIC", "H1", "--to", "2021-02-01").code == 0
    finally:
        market.strategies.chmod(0o700)
