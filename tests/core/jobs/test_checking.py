import os
import time
from collections.abc import Iterator
from contextlib import closing

import psutil
import pytest

from core.datasets import import_bars
from core.errors import BacktapeError
from core.home import Home
from core.jobs.checking import CheckRequest, check
from core.market.resample import resample
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from db.connection import StoreConnection, connect
from db.upgrade import open_store
from tests.core.checking.looking_ahead import LOOK_AHEAD
from tests.core.checking.writing import Wrong, on_bar, signals
from tests.core.checking.wrong import CHANGED_BARS, ELSEWHERE, WARM_UP
from tests.processes import wait_until


@pytest.fixture
def store(home: Home) -> Iterator[StoreConnection]:
    """A store with half a year of the made-up market, M15."""
    open_store(home.store)
    with closing(connect(home.store)) as connection:
        bars = synthetic_bars(timeframe=Timeframe.M15, years=1).slice(0, 3_000)
        import_bars(home, connection, bars, dialect="synthetic")
        yield connection
        assert processes_of(home) == []


def processes_of(home: Home) -> list[int]:
    """Return the processes that were started for a data folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if str(home.path) in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return [pid for pid in found if pid != os.getpid()]


def request_of(home: Home, text: str, **changes: object) -> CheckRequest:
    """Put a strategy called `mine` into the folder, and ask for 260 bars of it."""
    (home.strategies / "mine.py").write_text(text)
    given: dict[str, object] = {"strategy": "mine", "symbol": "SYNTHETIC", "timeframe": "M15", "bars": 260}
    return CheckRequest(**{**given, **changes})  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.parametrize(
    "wrong", [LOOK_AHEAD[0], WARM_UP[1], CHANGED_BARS[2], *ELSEWHERE], ids=lambda wrong: wrong.name
)
def test_a_wrong_strategy_is_caught_in_a_process_of_its_own(
    wrong: Wrong, home: Home, store: StoreConnection
) -> None:
    report = check(home, store, request_of(home, wrong.source))
    assert [finding.kind for finding in report.findings] == [wrong.kind], report
    assert wrong.other in (report.findings[0].other or "")
    assert report.findings[0].bar is not None


@pytest.mark.slow
def test_an_honest_strategy_passes_and_says_how_much_was_looked_at(
    home: Home, store: StoreConnection
) -> None:
    steps: list[tuple[str, int, int]] = []
    request = CheckRequest("sma_cross", "SYNTHETIC", "M15", params={"fast": "5", "slow": 20}, bars=400)
    report = check(home, store, request, lambda *step: steps.append(step))
    assert report.passed
    assert report.bars == 400
    assert report.decisions > 5
    assert report.cuts >= 200
    assert any("Only the last 400 bars" in note for note in report.notes)
    phases = list(dict.fromkeys(what for what, _, _ in steps))
    assert phases == ["loading", "whole history", "look-ahead", "warm-up", "randomness"]


@pytest.mark.slow
def test_a_context_timeframe_of_a_dataset_of_its_own_is_cut_too(home: Home, store: StoreConnection) -> None:
    """Weeks do not make months, so that MN1 beside W1 must come from another dataset."""
    daily = resample(synthetic_bars(timeframe=Timeframe.H1, years=5), Timeframe.D1)
    import_bars(home, store, resample(daily, Timeframe.W1), dialect="synthetic", source="coarse")
    import_bars(home, store, resample(daily, Timeframe.MN1), dialect="synthetic", source="coarse")
    peeking = """
import numpy as np
from core.market.timeframes import Timeframe
from core.strategies import Signals, Strategy

class Mine(Strategy):
    context_timeframes = ("MN1",)

    def signals(self, bars):
        months = bars.contexts[Timeframe.MN1]
        rows = np.searchsorted(months.time, bars.time, side="right") - 1
        rows = np.clip(rows, 0, max(len(months) - 1, 0))
        return Signals(buy=bars.close > months.close[rows]) if len(months) else Signals()
"""
    honest = """
from core.strategies import Signals, Strategy

class Mine(Strategy):
    context_timeframes = ("MN1",)

    def signals(self, bars):
        return Signals(buy=bars.close > bars.context("MN1").close)
"""
    changes = {"timeframe": "W1", "source": "coarse"}
    report = check(home, store, request_of(home, peeking, **changes))
    assert [finding.kind for finding in report.findings] == ["look-ahead"]
    report = check(home, store, request_of(home, honest, **changes))
    assert (report.findings, report.decisions > 0) == ((), True)


def test_a_strategy_that_leaves_its_process_is_told(home: Home, store: StoreConnection) -> None:
    source = "import os\n" + signals("os._exit(3)")
    (finding,) = check(home, store, request_of(home, source)).findings
    assert finding.kind == "error"
    assert "exit code 3" in finding.sentence


def test_a_strategy_that_crashes_its_process_is_told(home: Home, store: StoreConnection) -> None:
    source = "import os, signal\n" + on_bar("os.kill(os.getpid(), signal.SIGSEGV)")
    (finding,) = check(home, store, request_of(home, source)).findings
    assert "killed by SIGSEGV" in finding.sentence


def test_an_error_is_told_with_file_and_line(home: Home, store: StoreConnection) -> None:
    (finding,) = check(home, store, request_of(home, signals("return 1 / 0"))).findings
    assert finding.kind == "error"
    assert finding.sentence.startswith("mine.py, line 7: ZeroDivisionError")


def test_what_a_strategy_prints_and_starts_is_gone_and_it_has_no_keys(
    home: Home, store: StoreConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKTAPE_LLM_API_KEY", "sentinel-of-a-key")
    mark = home.path / "child"
    source = "import os, subprocess, sys\n" + signals(
        f"""
if not os.path.exists({str(mark)!r}):
    child = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    with open({str(mark)!r}, "w") as file:
        print(child.pid, dict(os.environ), file=file)
print("x" * 200_000)
os.write(1, b"not a line of ours")
return Signals(buy=bars.close > bars.open)
"""
    )
    assert check(home, store, request_of(home, source)).passed
    told = mark.read_text()
    assert "sentinel" not in told
    child = int(told.split()[0])
    wait_until(lambda: not psutil.pid_exists(child), "the child is gone")


@pytest.mark.slow
def test_a_caller_that_gives_up_leaves_no_process_even_of_an_endless_strategy(
    home: Home, store: StoreConnection
) -> None:
    class GivenUpError(Exception):
        pass

    asked: list[float] = []

    def give_up(what: str, done: int, total: int) -> None:
        asked.append(time.monotonic())
        if len(asked) > 5:
            assert processes_of(home) != []
            raise GivenUpError

    endless = request_of(home, signals("while True:\n    pass"))
    with pytest.raises(GivenUpError):
        check(home, store, endless, give_up)
    assert processes_of(home) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"strategy": "nobody"}, "strategy"),
        ({"symbol": "EURUSD"}, "symbol"),
        ({"timeframe": "M1"}, "timeframe"),
        ({"params": {"fast": 3}}, "params.fast"),
        ({"context_tfs": ("M5",)}, "context_tfs"),
    ],
)
def test_a_request_that_cannot_be_checked_is_refused(
    changes: dict[str, object], field: str, home: Home, store: StoreConnection
) -> None:
    with pytest.raises(BacktapeError) as refused:
        check(home, store, request_of(home, signals("return Signals()"), **changes))
    assert refused.value.field == field
