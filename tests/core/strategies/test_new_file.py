"""The commented start of a strategy: it runs as it is."""

import stat
from pathlib import Path

import pytest

from core.checking.examination import Examination
from core.checking.subject import Subject
from core.engine.records import EXIT_REASONS
from core.engine.simulation import simulate
from core.engine.terms import Mode, Terms
from core.errors import BacktapeError
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from core.strategies.loader import load
from core.strategies.new_file import write_copy, write_new
from core.strategies.registry import describe_all, find
from core.strategies.strategy import make, strategy_name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "strategies"
    folder.mkdir(mode=0o700)
    return folder


@pytest.mark.parametrize("mode", ["intra_candle", "close_price"])
@pytest.mark.parametrize("on_bar", [False, True])
def test_what_is_written_trades_on_the_sample_market(folder: Path, on_bar: bool, mode: Mode) -> None:
    path = write_new(folder, "my_breakout", on_bar=on_bar)
    found = find("my_breakout", folder)
    assert (found.path, found.error, found.unread) == (path, None, ())
    assert found.kind == ("on_bar" if on_bar else "signals")
    assert len(found.parameters) == 2
    assert all(spec.help for spec in found.parameters)
    bars = synthetic_bars(timeframe=Timeframe.M15, years=1).slice(0, 10_000)
    for values in ({}, {"lookback": 2}):
        strategy = make(load("my_breakout", found.source), values)
        trades = simulate(bars, strategy, Terms(mode=mode)).trades
        assert len(trades) > 50
        assert {"sl", "tp"} <= {EXIT_REASONS[reason] for reason in trades["exit_reason"].tolist()}


@pytest.mark.parametrize("on_bar", [False, True])
def test_a_check_finds_nothing_in_what_is_written(folder: Path, on_bar: bool) -> None:
    write_new(folder, "mine", on_bar=on_bar)
    found = find("mine", folder)
    warmup = found.options.warmup
    bars = synthetic_bars(timeframe=Timeframe.M15, years=1).slice(0, warmup + 4_000)
    report = Examination(Subject("mine", found.source), bars, warmup, cuts=20).report()
    assert report.findings == ()
    assert report.decisions > 20


def test_the_file_is_readable_by_its_owner_alone(folder: Path) -> None:
    assert stat.S_IMODE(write_new(folder, "mine").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "class_name", "file"),
    [
        ("my_breakout", "MyBreakout", "my_breakout.py"),
        ("MyBreakout", "MyBreakout", "my_breakout.py"),
        ("ma_200", "Ma_200", "ma_200.py"),
        ("a_b", "A_B", "a_b.py"),
        ("x", "X", "x.py"),
        ("rsi2", "Rsi2", "rsi2.py"),
    ],
)
def test_the_class_is_called_so_that_the_strategy_is(
    folder: Path, name: str, class_name: str, file: str
) -> None:
    path = write_new(folder, name)
    assert path.name == file
    assert f"class {class_name}(Strategy):" in path.read_text()
    assert find(path.stem, folder).error is None


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "cannot be called ''"),
        ("9lives", "cannot be called '9lives'; use small letters"),
        ("my strategy", "cannot be called"),
        ("../up", "cannot be called"),
        ("a__b", "cannot be called"),
        ("gr\u00f6\u00dfe", "cannot be called"),
        ("\x1b[2J", "cannot be called '\N{REPLACEMENT CHARACTER}[2J'"),
        ("x" * 61, "at most 60"),
        ("json", "json means something else in Python; choose another name, such as my_json."),
        ("Strategy", "strategy means something else in Python"),
        ("signals", "signals means something else in Python"),
        ("none", "none means something else in Python"),
        ("numpy", "numpy means something else in Python"),
        ("core", "core means something else in Python"),
        ("sma_cross", "The name sma_cross is taken by a built-in strategy; choose another one."),
    ],
)
def test_a_name_that_cannot_be_used_is_refused(folder: Path, name: str, sentence: str) -> None:
    with pytest.raises(BacktapeError) as refused:
        write_new(folder, name)
    assert sentence in str(refused.value)
    assert list(folder.iterdir()) == []


def test_a_name_that_another_file_has_taken_is_refused(folder: Path) -> None:
    write_new(folder, "mine").rename(folder / "other.py")
    with pytest.raises(BacktapeError, match=r"The name mine is taken by other\.py"):
        write_new(folder, "mine")


def test_a_file_that_is_there_is_left_alone(folder: Path) -> None:
    (folder / "mine.py").write_text("x = (\n")
    with pytest.raises(BacktapeError, match=r"mine\.py is there already; choose another name"):
        write_new(folder, "mine")
    assert (folder / "mine.py").read_text() == "x = (\n"


def test_a_link_that_leads_elsewhere_is_not_written_through(folder: Path) -> None:
    (folder / "mine.py").symlink_to(folder.parent / "elsewhere.py")
    with pytest.raises(BacktapeError, match="is there already"):
        write_new(folder, "mine")
    assert not (folder.parent / "elsewhere.py").exists()


def test_a_folder_that_anybody_can_change_is_refused(folder: Path) -> None:
    folder.chmod(0o777)
    with pytest.raises(BacktapeError, match="Anybody on this machine can change this folder"):
        write_new(folder, "mine")


def test_a_folder_that_is_gone_is_told(folder: Path) -> None:
    with pytest.raises(BacktapeError, match=r"mine\.py cannot be written \(No such file or directory\)"):
        write_new(folder / "gone", "mine")


# Copies


BUILT_IN = [one.name for one in describe_all() if one.builtin]


@pytest.mark.parametrize("like", BUILT_IN)
def test_a_copy_of_what_is_built_in_is_the_same_strategy_under_another_name(folder: Path, like: str) -> None:
    path = write_copy(folder, "my_own", like)
    original, copy = find(like), find("my_own", folder)
    assert (copy.path, copy.builtin, copy.error) == (path, False, None)
    assert (copy.parameters, copy.options, copy.kind) == (
        original.parameters,
        original.options,
        original.kind,
    )
    assert copy.source != original.source
    assert strategy_name(load("my_own", copy.source).__name__) == "my_own"


@pytest.mark.parametrize("like", [one for one in BUILT_IN if not one.startswith("llm_")])
def test_a_copy_trades_as_the_original_does(folder: Path, like: str) -> None:
    write_copy(folder, "my_own", like)
    bars = synthetic_bars(timeframe=Timeframe.M15, years=1).slice(0, 6_000)
    trades = [
        simulate(bars, make(load(one.name, one.source), values), Terms()).trades
        for one in (find(like), find("my_own", folder))
        for values in [{"context_timeframes": "H4"} if like == "atr_trend" else {}]
    ]
    assert len(trades[0]) > 0
    assert repr(trades[0].tolist()) == repr(trades[1].tolist())  # no number is no other number


def test_a_strategy_of_ones_own_is_copied_with_every_mention_of_its_class(folder: Path) -> None:
    path = write_new(folder, "mine", on_bar=True)
    path.write_text(
        "# -*- coding: latin-1 -*-\n"
        + path.read_text().replace(
            "self.resting_until = 0", "Mine.name = 'Mine \xe4'; self.resting_until = 0"
        ),
        encoding="latin-1",
    )
    copied = write_copy(folder, "other", "mine").read_text(encoding="latin-1")
    assert "class Other(Strategy):" in copied
    assert "Other.name = 'Mine \xe4'" in copied
    assert find("other", folder).error is None


@pytest.mark.parametrize(
    ("name", "like", "sentence"),
    [
        ("mine", "no_such", "There is no strategy 'no_such'; there are:"),
        ("bars", "sma_cross", "Bars is something else in sma_cross; choose another name."),
        ("sma_cross", "sma_cross", "The name sma_cross is taken by a built-in strategy"),
        ("9", "sma_cross", "cannot be called '9'"),
    ],
)
def test_a_copy_that_cannot_be_is_refused(folder: Path, name: str, like: str, sentence: str) -> None:
    with pytest.raises(BacktapeError) as refused:
        write_copy(folder, name, like)
    assert sentence in str(refused.value)
    assert list(folder.iterdir()) == []
