import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.home import Home
from db.columns import RUN_COLUMNS
from tests.homes import market_home
from tests.tui.commands.program import call
from tests.tui.commands.test_data import price_file

Capture = pytest.CaptureFixture[str]
SAMPLE = ("SYNTHETIC", "H1")


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """One data folder with a runner for all tests of this module."""
    with market_home(tmp_path_factory.mktemp("run") / "home") as home:
        yield home


def test_a_run_is_followed_to_its_report(market: Home, capsys: Capture) -> None:
    said = call(capsys, "run", "sma_cross", *SAMPLE)
    assert (said.code, said.err) == (0, "")
    assert "· sma_cross · SYNTHETIC H1 ·" in said.out
    assert "done in" in said.out
    assert "SYNTHETIC prices" in said.out
    assert "ambiguous exits" in said.out
    assert "\x1b" not in said.out


def test_the_row_comes_by_its_column_names_with_further_figures(market: Home, capsys: Capture) -> None:
    row = call(capsys, "run", "donchian_breakout", *SAMPLE, "--set", "lookback=30", "--json").document
    assert set(RUN_COLUMNS) <= set(row)
    assert row["status"] == "completed"
    assert row["progress_pct"] == 100
    assert row["total_trades"] > 10
    assert row["params"]["lookback"] == 30
    assert row["final_equity"] == pytest.approx(10_000 * (1 + row["total_return_pct"] / 100))
    assert {"ambiguous_exits", "refused_entries", "net_profit"} <= set(row)


def test_every_option_of_the_broker_reaches_the_row(market: Home, capsys: Capture) -> None:
    row = call(
        capsys,
        *["run", "sma_cross", *SAMPLE, "--from", "2021-02-01", "--to", "2021-05-01", "--balance", "5000"],
        *["--spread", "0.8", "--mode", "intra_candle", "--lots", "0.2", "--commission", "7"],
        *["--partial", "0.4", "--leverage", "50", "--slippage", "0.1", "--swap", "-3.5,1.2", "--json"],
    ).document
    wanted = {
        "start_date": "2021-02-01T00:00:00+00:00",
        "end_date": "2021-05-01T00:00:00+00:00",
        "initial_balance": 5000.0,
        "spread_pips": 0.8,
        "execution_mode": "intra_candle",
        "volume": 0.2,
        "risk_pct": None,
        "commission_per_lot": 7.0,
        "tp_partial_close_ratio": 0.4,
    }
    assert {name: row[name] for name in wanted} == wanted
    settings = {"leverage": 50.0, "slippage_pips": 0.1, "swap_long": -3.5, "swap_short": 1.2}
    assert {name: row["settings"][name] for name in settings} == settings


@pytest.mark.slow
def test_a_month_and_a_year_mean_what_they_mean_in_the_form(market: Home, capsys: Capture) -> None:
    days = ("start_date", "end_date")
    short = call(capsys, "run", "sma_cross", *SAMPLE, "--from", "2021-02", "--to", "2022", "--json")
    full = call(capsys, "run", "sma_cross", *SAMPLE, "--from", "2021-02-01", "--to", "2022-01-01", "--json")
    assert short.code == 0
    assert [short.document[name] for name in days] == [full.document[name] for name in days]
    checked = [
        call(capsys, "check", "sma_cross", *SAMPLE, "--from", first, "--to", end, "--json").document["bars"]
        for first, end in (("2021-02", "2021-3"), ("2021-02-01", "2021-03-01"))
    ]
    assert checked[0] == checked[1] > 400


def test_the_limits_reach_the_row_and_the_report(market: Home, capsys: Capture) -> None:
    limits = ("--memory", "400", "--time", "2.5")
    said = call(capsys, "run", "sma_cross", *SAMPLE, *limits)
    assert "at most 400 MB · at most 2.5 minutes" in said.out
    row = call(capsys, "run", "sma_cross", *SAMPLE, *limits, "--json").document
    assert (row["settings"]["memory_limit_mb"], row["settings"]["time_limit_minutes"]) == (400, 2.5)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            ("--memory", "10"),
            "The memory must be a whole number of megabytes from 50 to 1,000,000, such as 500;",
        ),
        (("--time", "0"), "The time must be a number of minutes above 0 and at most 100,000, such as 30;"),
    ],
)
def test_a_limit_that_no_run_could_keep_is_refused(
    market: Home, capsys: Capture, given: tuple[str, str], told: str
) -> None:
    said = call(capsys, "run", "sma_cross", *SAMPLE, *given)
    assert said.code == 1
    assert told in said.err


def test_recorded_spreads_and_risk_reach_the_row_and_the_report(market: Home, capsys: Capture) -> None:
    said = call(capsys, "run", "sma_cross", *SAMPLE, "--spread", "data", "--risk", "1")
    assert "spread as recorded" in said.out
    assert "risk 1 %" in said.out
    assert "flatters" in said.out


def test_several_timeframes_make_one_run_each(market: Home, capsys: Capture) -> None:
    rows = call(capsys, "run", "sma_cross", "SYNTHETIC", "H1,H4", "--json").document
    assert [row["timeframe"] for row in rows] == ["H1", "H4"]
    assert all(row["status"] == "completed" for row in rows)
    said = call(capsys, "run", "sma_cross", "SYNTHETIC", "H4,D1")
    assert len(said.out.splitlines()) == 2
    assert all("✓ done" in line for line in said.out.splitlines())


def test_the_same_run_twice_gives_the_same_trades(market: Home, capsys: Capture) -> None:
    def trades() -> list[dict[str, object]]:
        number = call(capsys, "run", "donchian_breakout", *SAMPLE, "--json").document["id"]
        shown = call(capsys, "show", str(number), "--trades", "--json").document["trades"]
        return [{name: trade[name] for name in trade if name not in {"id", "run_id"}} for trade in shown]

    assert trades() == trades()


def test_detach_prints_the_number_at_once_and_watch_follows(market: Home, capsys: Capture) -> None:
    detached = call(capsys, "run", "sma_cross", *SAMPLE, "--detach")
    assert detached.code == 0
    assert re.fullmatch(r"\d+\n", detached.out)
    number = detached.out.strip()
    assert f"backtape watch {number}" in detached.err
    watched = call(capsys, "watch", number)
    assert watched.code == 0
    assert f"Run {number} · sma_cross" in watched.out


def test_a_detached_run_is_an_object_too(market: Home, capsys: Capture) -> None:
    row = call(capsys, "run", "sma_cross", *SAMPLE, "--detach", "--json").document
    assert row["status"] in {"pending", "running", "completed"}
    assert call(capsys, "watch", str(row["id"])).code == 0


def test_several_runs_are_watched_as_they_were_started(market: Home, capsys: Capture) -> None:
    detached = call(capsys, "run", "sma_cross", "SYNTHETIC", "H1,H4", "--detach")
    ids = detached.out.split()
    assert detached.err == (f"The runs go on by themselves; 'backtape watch {' '.join(ids)}' follows them.\n")
    rows = call(capsys, "watch", *ids, f"#{ids[0]}", "--json").document
    assert [(str(row["id"]), row["status"]) for row in rows] == [(run_id, "completed") for run_id in ids]
    said = call(capsys, "watch", *ids)
    assert said.code == 0
    assert [line.partition(" ")[0] for line in said.out.splitlines()] == [f"#{run_id}" for run_id in ids]
    assert (call(capsys, "watch", ids[0], "999999").code, call(capsys, "watch").code) == (1, 2)


def test_a_run_that_fails_is_code_one_with_the_reason(market: Home, capsys: Capture) -> None:
    (market.strategies / "broken.py").write_text(
        "from core.strategies import Strategy\n\n\nclass Broken(Strategy):\n"
        "    def on_bar(self, context):\n        return 1 / 0\n"
    )
    said = call(capsys, "run", "broken", *SAMPLE)
    assert said.code == 1
    assert "Failed:" not in said.out
    assert "broken.py" in said.err
    assert "line 6" in said.err
    assert "; the lines that led there are in " in said.err
    assert len(said.err.splitlines()) == 1
    row = call(capsys, "run", "broken", *SAMPLE, "--json")
    assert (row.code, row.document["status"]) == (1, "failed")


def test_a_run_under_way_is_shown_with_its_worker_and_cancelled(market: Home, capsys: Capture) -> None:
    number = call(capsys, "run", "slow", *SAMPLE, "--set", "pause=0.05", "--detach").out.strip()
    show_until(capsys, number, "worker_pid")
    cancelled = call(capsys, "cancel", number)
    assert (cancelled.code, cancelled.err) == (0, "")
    assert call(capsys, "show", number, "--json").document["status"] == "cancelled"
    watched = call(capsys, "watch", number)
    assert (watched.code, watched.err) == (1, f"backtape: Run {number} was cancelled.\n")


def test_interrupting_leaves_the_run_going_and_says_so(
    market: Home, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = call(capsys, "run", "slow", *SAMPLE, "--set", "pause=0.05", "--detach").out.strip()

    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("tui.commands.following.time.sleep", interrupted)
        said = call(capsys, "watch", number)
    assert (said.code, said.out) == (130, "")
    assert f"Run {number} goes on" in said.err
    assert len(said.err.splitlines()) == 1
    show_until(capsys, number, "worker_pid")
    assert call(capsys, "cancel", number).code == 0


def show_until(capsys: Capture, number: str, known: str) -> None:
    """Look at a run until something is known of it."""
    for _ in range(3000):
        row = call(capsys, "show", number, "--json").document
        if row.get(known) is not None:
            return
        time.sleep(0.01)
    raise AssertionError(f"{known} of run {number}, now {row['status']}, never came to be known")


def numbers(capsys: Capture) -> list[int]:
    """The numbers of all runs there are."""
    return [row["id"] for row in call(capsys, "runs", "--json").document]


WRONG_USAGE = [
    [],
    ["sma_cross"],
    ["sma_cross", "SYNTHETIC"],
    ["sma_cross", *SAMPLE, "--from", "2021-02-30"],
    ["sma_cross", *SAMPLE, "--from", "yesterday"],
    ["sma_cross", *SAMPLE, "--to", "31.12.2021"],
    ["sma_cross", *SAMPLE, "--balance", "1,000"],
    ["sma_cross", *SAMPLE, "--balance", "nan"],
    ["sma_cross", *SAMPLE, "--balance", "1e400"],
    ["sma_cross", *SAMPLE, "--spread", "wide"],
    ["sma_cross", *SAMPLE, "--mode", "perfect"],
    ["sma_cross", *SAMPLE, "--lots", "0.1", "--risk", "1"],
    ["sma_cross", *SAMPLE, "--set", "fast"],
    ["sma_cross", *SAMPLE, "--set", "=5"],
    ["sma_cross", *SAMPLE, "--set", "fast=5", "--set", "fast=6"],
    ["sma_cross", *SAMPLE, "--rate", "USDJPY"],
    ["sma_cross", *SAMPLE, "--rate", "USDJPY=x"],
    ["sma_cross", *SAMPLE, "--swap", "1"],
    ["sma_cross", "SYNTHETIC,", "H1"],
    ["sma_cross", *SAMPLE, "--executor", "dask"],
]


@pytest.mark.parametrize("arguments", WRONG_USAGE, ids=" ".join)
def test_wrong_usage_is_one_sentence_and_code_two(
    arguments: list[str], market: Home, capsys: Capture
) -> None:
    before = numbers(capsys)
    said = call(capsys, "run", *arguments)
    assert (said.code, said.out, len(said.err.splitlines())) == (2, "", 1)
    assert numbers(capsys) == before


REFUSED = [
    (["sma_crossing", *SAMPLE], "no strategy"),
    (["SMA; DROP TABLE", *SAMPLE], "strateg"),
    (["sma_cross", "SYNTHETIC", "M7"], "M1"),
    (["sma_cross", "SYNTHETIC", "M5"], "M5"),
    (["sma_cross", "EURUSD", "H1"], "EURUSD"),
    (["sma_cross", "NONSENSE", "H1"], "NONSENSE"),
    (["sma_cross", "SYNTHETIC,EURUSD", "H1"], "EURUSD"),
    (["sma_cross", *SAMPLE, "--set", "fastest=5"], "fastest"),
    (["sma_cross", *SAMPLE, "--set", "fast=0"], "fast"),
    (["sma_cross", *SAMPLE, "--set", "fast=1.5"], "fast"),
    (["sma_cross", *SAMPLE, "--set", "fast=many"], "fast"),
    (["sma_cross", *SAMPLE, "--set", "stop_pips=-1"], "stop_pips"),
    (["sma_cross", *SAMPLE, "--balance", "0"], "balance"),
    (["sma_cross", *SAMPLE, "--balance", "-1e300"], "balance"),
    (["sma_cross", *SAMPLE, "--balance", "1e300"], "balance"),
    (["sma_cross", *SAMPLE, "--spread", "-1"], "spread"),
    (["sma_cross", *SAMPLE, "--commission", "-1"], "commission"),
    (["sma_cross", *SAMPLE, "--partial", "0"], "target"),
    (["sma_cross", *SAMPLE, "--partial", "1.1"], "target"),
    (["sma_cross", *SAMPLE, "--lots", "0.001"], "lots"),
    (["sma_cross", *SAMPLE, "--risk", "101"], "risk"),
    (["sma_cross", *SAMPLE, "--leverage", "0"], "leverage"),
    (["sma_cross", *SAMPLE, "--currency", "dollars"], "currency"),
    (["sma_cross", *SAMPLE, "--currency", "CHF"], "CHF"),
    (["sma_cross", *SAMPLE, "--set", "fast=50"], "slow must be above fast, which is 50; 50 is not."),
    (["sma_cross", *SAMPLE, "--context", "M15"], "M15 must be coarser than the run's own, H1."),
    (["sma_cross", *SAMPLE, "--context", "H1"], "H1 must be coarser than the run's own, H1."),
    (
        ["sma_cross", *SAMPLE, "--from", "9999-01-01"],
        "to 2099, written like 2020-01-31; '9999-01-01' is not.",
    ),
    (["sma_cross", *SAMPLE, "--to", "1900"], "to 2100, written like 2020-12-31; '1900' is not."),
    (["sma_cross", *SAMPLE, "--from", "0001-01-01T00:00+05:00"], "'0001-01-01T00:00+05:00' is not."),
    (["sma_cross", *SAMPLE, "--lots", "0"], "such as 0.1; '0' is not."),
    (["sma_cross", *SAMPLE, "--slippage", "-1"], "such as 0.2; '-1' is not."),
    (["sma_cross", *SAMPLE, "--from", "2030-01-01"], "2021"),
    (["sma_cross", *SAMPLE, "--from", "2021-06-01", "--to", "2021-06-01"], "after"),
    (["sma_cross", *SAMPLE, "--from", "2021-06-02", "--to", "2021-06-01"], "after"),
    (["sma_cross", *SAMPLE, "--rate", "USDJPY=-1"], "rate"),
]


@pytest.mark.parametrize(("arguments", "word"), REFUSED, ids=[" ".join(case[0]) for case in REFUSED])
def test_a_refused_request_is_one_sentence_and_nothing_is_stored(
    arguments: list[str], word: str, market: Home, capsys: Capture
) -> None:
    before = numbers(capsys)
    said = call(capsys, "run", *arguments)
    assert (said.code, said.out, len(said.err.splitlines())) == (1, "", 1)
    assert word in said.err
    assert said.err.startswith("backtape: ")
    assert numbers(capsys) == before


def test_a_rate_that_is_not_needed_is_remarked_beside_the_result(market: Home, capsys: Capture) -> None:
    said = call(capsys, "run", "sma_cross", *SAMPLE, "--rate", "USDJPY=150", "--json")
    assert said.document["status"] == "completed"
    assert said.err == "The fixed rate of USDJPY is not used: in a USD account SYNTHETIC needs none.\n"


def test_a_context_that_is_named_twice_is_one(market: Home, capsys: Capture) -> None:
    said = call(capsys, "run", "sma_cross", *SAMPLE, "--context", "H4,h4,H4", "--json")
    assert (said.document["context_tfs"], said.err) == (["H4"], "")


def test_a_strategy_name_that_is_nearly_right_is_suggested(market: Home, capsys: Capture) -> None:
    assert "sma_cross" in call(capsys, "run", "sma_corss", *SAMPLE).err


def test_of_several_sources_the_one_named_is_run(market: Home, tmp_path: Path, capsys: Capture) -> None:
    paths = {}
    for source, bars in (("short", 200), ("long", 400)):
        assert call(capsys, "import", str(price_file(tmp_path, bars=bars)), "--source", source).code == 0
    for row in call(capsys, "data", "--json").document:
        paths[row["source"]] = row["csv_path"]
    refused = call(capsys, "run", "sma_cross", "EURUSD", "H1")
    assert refused.code == 1
    assert "its sources are 'long', 'short'; say which with --source" in refused.err
    for source in ("short", "long"):
        row = call(capsys, "run", "sma_cross", "EURUSD", "H1", "--source", source, "--json").document
        assert row["data_file_path"] == paths[source]
