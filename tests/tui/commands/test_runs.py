import pytest

from db import jobs, runs
from db.connection import StoreConnection
from db.jobs import Beat
from tests.db.samples import add_run, claimed
from tests.tui.commands.conftest import completed, failed
from tests.tui.commands.program import call

Capture = pytest.CaptureFixture[str]


def test_an_empty_store_says_what_to_do_next(store: StoreConnection, capsys: Capture) -> None:
    said = call(capsys, "runs")
    assert (said.code, said.out) == (0, "")
    assert "backtape demo" in said.err


def test_an_empty_store_is_an_empty_list(store: StoreConnection, capsys: Capture) -> None:
    assert call(capsys, "runs", "--json").document == []


def test_the_store_is_made_by_whatever_command_comes_first(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    folder = tmp_path_factory.mktemp("first") / "made" / "here"
    monkeypatch.setenv("BACKTAPE_HOME", str(folder))
    assert call(capsys, "runs").code == 0
    assert (folder / "store.db").is_file()
    assert folder.stat().st_mode & 0o077 == 0


def test_runs_are_listed_newest_first(store: StoreConnection, capsys: Capture) -> None:
    first, second = completed(store), completed(store)
    lines = call(capsys, "runs").out.splitlines()
    assert lines[0].split() == [
        *["id", "status", "strategy", "symbol", "tf", "from", "to"],
        *["trades", "win", "%", "PF", "return", "%", "dd", "%", "sharpe"],
    ]
    assert [line.split()[0] for line in lines[1:]] == [str(second), str(first)]
    assert "2020-01-01  2021-12-31" in lines[1]
    assert "+2.99" in lines[1] or "+2.98" in lines[1]


def test_each_run_is_an_object_by_its_column_names(store: StoreConnection, capsys: Capture) -> None:
    completed(store)
    (row,) = call(capsys, "runs", "--json").document
    assert row["status"] == "completed"
    assert row["strategy"] == "sma_cross"
    assert row["params"] == {"fast": 20, "slow": 50}
    assert row["settings"] == {"leverage": 100}
    assert row["context_tfs"] == []
    assert row["start_date"] == "2020-01-01T00:00:00+00:00"
    assert row["profit_factor"] is None
    assert row["ambiguous_exits"] == 4


def test_the_list_is_filtered_by_status_symbol_and_strategy(store: StoreConnection, capsys: Capture) -> None:
    done = completed(store, symbol="GBPUSD")
    lost = failed(store, "no reason")
    waiting = add_run(store, strategy="donchian_breakout")

    def listed(*options: str) -> list[int]:
        return [row["id"] for row in call(capsys, "runs", "--json", *options).document]

    assert listed("--status", "failed") == [lost]
    assert listed("--symbol", "gbpusd") == [done]
    assert listed("--strategy", "donchian_breakout") == [waiting]
    assert listed("--status", "failed", "--symbol", "GBPUSD") == []


def test_the_list_is_sorted_by_a_column_with_undefined_figures_last(
    store: StoreConnection, capsys: Capture
) -> None:
    low, none, high = completed(store, 0.1), completed(store, None), completed(store, 0.9)

    def listed(column: str) -> list[int]:
        return [row["id"] for row in call(capsys, "runs", "--json", "--sort", column).document]

    assert listed("sharpe_ratio") == [high, low, none]
    assert listed("sharpe_ratio:asc") == [low, high, none]


@pytest.mark.parametrize("word", ["sharpe", "Sharpe", "sharpe:desc"])
def test_the_words_of_the_header_sort_too(word: str, store: StoreConnection, capsys: Capture) -> None:
    low, high = completed(store, 0.1), completed(store, 0.9)
    assert [row["id"] for row in call(capsys, "runs", "--json", "--sort", word).document] == [high, low]


@pytest.mark.parametrize("word", ["return", "dd", "pf", "win", "trades", "from", "to", "tf"])
def test_every_word_of_the_header_is_known(word: str, store: StoreConnection, capsys: Capture) -> None:
    completed(store)
    assert call(capsys, "runs", "--sort", word).code == 0
    refused = call(capsys, "runs", "--sort", "shape").err
    assert f" {word}," in refused
    assert "total_return_pct" in refused


def test_people_read_done_and_waiting_and_programs_the_words_of_the_store(
    store: StoreConnection, capsys: Capture
) -> None:
    done, waiting = completed(store), add_run(store)
    said = call(capsys, "runs").out
    assert [line.split()[1] for line in said.splitlines()[1:]] == ["waiting", "done"]
    for word, run_id in (("done", done), ("completed", done), ("waiting", waiting), ("pending", waiting)):
        (row,) = call(capsys, "runs", "--status", word, "--json").document
        assert row["id"] == run_id
        assert row["status"] in {"completed", "pending"}


def test_a_run_under_way_shows_its_figures_so_far(store: StoreConnection, capsys: Capture) -> None:
    add_run(store)
    claimed(store, "token")
    beat = Beat(bars_done=50, bars_total=100, trades=17, equity=10_250.0)
    jobs.beat(store, "token", beat)
    line = call(capsys, "runs").out.splitlines()[1]
    assert "running 50 %" in line
    assert " 17 " in line
    assert "+2.50" in line


@pytest.mark.parametrize(("phase", "word"), [("deciding", "deciding"), (None, "starting")])
def test_a_run_that_has_done_no_bar_stands_as_on_the_screens(
    store: StoreConnection, capsys: Capture, phase: str | None, word: str
) -> None:
    run_id = add_run(store)
    claimed(store, "token")
    jobs.beat(store, "token", Beat(bars_done=0, bars_total=100, phase=phase))
    line = call(capsys, "runs").out.splitlines()[1]
    assert line.split()[1] == word
    assert "running" not in line
    runs.request_cancel(store, [run_id])
    assert call(capsys, "runs").out.splitlines()[1].split()[1] == "cancelling"


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_the_list_folds_to_the_terminal(
    width: int, store: StoreConnection, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    completed(store, strategy="a_strategy_with_a_long_name")
    monkeypatch.setattr("tui.commands.runs.terminal_width", lambda: width)
    lines = call(capsys, "runs").out.splitlines()
    assert max(map(len, lines)) <= width
    assert "return %" in lines[0] or width < 60
    assert "id" in lines[0]


def test_a_limit_cuts_the_list_and_says_so(store: StoreConnection, capsys: Capture) -> None:
    for _ in range(3):
        add_run(store)
    said = call(capsys, "runs", "--limit", "2")
    assert len(said.out.splitlines()) == 3
    assert "2 of 3 runs" in said.err
    assert len(call(capsys, "runs", "--limit", "2", "--json").document) == 2


@pytest.mark.parametrize(
    "options",
    [
        ["--sort", "shape"],
        ["--sort", "id; DROP TABLE backtest_runs"],
        ["--sort", "id:up"],
        ["--limit", "0"],
        ["--limit", "-1"],
        ["--limit", "many"],
        ["--status", "finished"],
        ["--colour"],
        ["further"],
    ],
)
def test_wrong_usage_is_one_sentence_and_code_two(
    options: list[str], store: StoreConnection, capsys: Capture
) -> None:
    said = call(capsys, "runs", *options)
    assert (said.code, said.out, len(said.err.splitlines())) == (2, "", 1)


def test_a_filter_that_nothing_meets_says_so(store: StoreConnection, capsys: Capture) -> None:
    completed(store)
    said = call(capsys, "runs", "--symbol", "'; DROP TABLE x")
    assert said.code == 0
    assert "none like that" in said.err
