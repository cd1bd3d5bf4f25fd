import csv
import json
import os
import re
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from core.datasets import import_bars
from core.errors import BacktapeError
from core.exporting import Exported, Source, TakenError, export
from core.home import Home
from core.json_documents import json_document
from core.market.synthetic import synthetic_bars
from core.market.timeframes import Timeframe
from core.run_documents import run_document
from db import runs, trades
from db.connection import StoreConnection, connect
from db.runs import RunRecord
from db.times import now
from db.upgrade import open_store
from tests.db.samples import add_run, finished_run, trade_row
from tests.shots.filling import CALLS, ask
from tests.tui.commands.conftest import completed, failed
from tui.acting.export_forms import FORMS

CSV_FILES = ["run-{}-equity.csv", "run-{}-trades.csv", "run-{}.csv"]


@pytest.fixture
def store(home: Home) -> Iterator[StoreConnection]:
    open_store(home.store)
    with closing(connect(home.store)) as connection:
        yield connection


def run_of(store: StoreConnection, run_id: int) -> RunRecord:
    run = runs.get(store, run_id)
    assert run is not None
    return run


def source(store: StoreConnection) -> Source:
    return Source(Home.locate(), store)


def exported(
    store: StoreConnection, folder: Path, *ids: int, form: str = "csv", replacing: bool = False
) -> list[Exported]:
    found = [run_of(store, run_id) for run_id in ids]
    return export(source(store), found, folder, FORMS[form], replacing=replacing)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_folder_may_be_named_from_the_users_home(
    store: StoreConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir("/")
    (done,) = exported(store, Path("~/mine"), completed(store), form="json")
    assert done.files == [tmp_path / "mine" / f"run-{done.run}.json"]
    assert done.files[0].is_file()


def test_the_home_of_a_user_who_does_not_exist_is_refused(store: StoreConnection) -> None:
    with pytest.raises(
        BacktapeError, match=r"Nothing was exported to ~nobody-of-this-name/x, for there is no"
    ):
        exported(store, Path("~nobody-of-this-name/x"), completed(store))


def test_a_run_becomes_three_tables_private_to_the_user(store: StoreConnection, tmp_path: Path) -> None:
    run_id, folder = completed(store), tmp_path / "made" / "for it"
    (one,) = exported(store, folder, run_id)
    assert one.run == run_id
    assert sorted(path.name for path in one.files) == names(folder)
    assert names(folder) == [name.format(run_id) for name in CSV_FILES]
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in one.files} == {0o600}


def test_trades_come_by_their_columns_and_read_as_they_are_stored(
    store: StoreConnection, tmp_path: Path
) -> None:
    run_id = completed(store)
    exported(store, tmp_path, run_id)
    found = rows(tmp_path / f"run-{run_id}-trades.csv")
    stored = trades.all_of(store, run_id)
    assert list(found[0]) == ["id", "run_id", *trades.TRADE_COLUMNS, "pips", "bars", "r"]
    assert [float(row["profit"]) for row in found] == [trade.profit for trade in stored]
    assert [datetime.fromisoformat(row["exit_time"]) for row in found] == [t.exit_time for t in stored]
    assert {row["take_profit"] for row in found} == {""}
    assert found[1]["profit"] == "-4.0"


def test_tables_leave_out_what_binary_reckoning_adds_and_documents_hold_it(
    store: StoreConnection, tmp_path: Path
) -> None:
    run_id = completed(store, params={"share": 0.1 + 0.2})
    store.execute(
        "UPDATE backtest_trades SET profit = -6.900000000000794, equity_after = 9993.099999999999,"
        " stop_loss = 1.0994300000000001"
    )
    store.execute("UPDATE backtest_runs SET total_return_pct = -0.06900000000000794")
    exported(store, tmp_path, run_id)
    found = rows(tmp_path / f"run-{run_id}-trades.csv")[0]
    assert (found["profit"], found["equity_after"], found["stop_loss"]) == ("-6.9", "9993.1", "1.09943")
    figures = {row["name"]: row["value"] for row in rows(tmp_path / f"run-{run_id}.csv")}
    assert figures["total_return_pct"] == "-0.069"
    assert figures["params.share"] == "0.30000000000000004"
    exported(store, tmp_path, run_id, form="json")
    document = json.loads((tmp_path / f"run-{run_id}.json").read_text())
    assert document["trades"][0]["profit"] == -6.900000000000794


def test_the_equity_curve_comes_point_by_point(store: StoreConnection, tmp_path: Path) -> None:
    run_id = completed(store)
    exported(store, tmp_path, run_id)
    found = rows(tmp_path / f"run-{run_id}-equity.csv")
    assert len(found) == 200
    assert found[0] == {"time": "2020-01-01T00:00:00Z", "equity": "10000.0"}
    assert found[-1] == {"time": "2020-01-09T07:00:00Z", "equity": "10298.5"}


def test_the_figures_of_a_run_come_with_its_settings(store: StoreConnection, tmp_path: Path) -> None:
    run_id = completed(store)
    runs.write_note(store, run_id, '=HYPERLINK("http://example.com")')
    exported(store, tmp_path, run_id)
    found = {row["name"]: row["value"] for row in rows(tmp_path / f"run-{run_id}.csv")}
    assert found["sharpe_ratio"] == "0.75"
    assert found["profit_factor"] == ""
    assert found["params.fast"] == "20"
    assert found["settings.leverage"] == "100"
    assert found["final_equity"] == "10298.5"
    assert found["notes"] == '\'=HYPERLINK("http://example.com")'


def as_shown(path: Path) -> object:
    """A document without what an export tells of each trade beside its columns."""
    document = json.loads(path.read_text())
    shown = ("id", "run_id", *trades.TRADE_COLUMNS)
    return document | {"trades": [{name: one[name] for name in shown} for one in document["trades"]]}


def test_as_json_it_is_the_document_that_show_prints(store: StoreConnection, tmp_path: Path) -> None:
    run_id = completed(store)
    (one,) = exported(store, tmp_path, run_id, form="json")
    document = run_document(store, run_of(store, run_id), with_trades=True, with_equity=True)
    assert names(tmp_path) == sorted([f"run-{run_id}.json", "home"])
    asks_no_model = {"max_llm_calls": None}
    assert as_shown(one.files[0]) == json.loads(json_document(document)) | asks_no_model


def ask_model(store: StoreConnection, run_id: int, calls: int) -> None:
    """Let a run have asked a model so often."""
    store.execute("UPDATE run_jobs SET uses_model = 1 WHERE run_id = ?", (run_id,))
    for number in range(1, calls + 1):
        ask(store, run_id, number, CALLS[number % len(CALLS)])


def test_a_run_that_asked_a_model_brings_its_calls(store: StoreConnection, tmp_path: Path) -> None:
    run_id, other = completed(store), completed(store)
    ask_model(store, run_id, 503)
    exported(store, tmp_path / "csv", run_id, other)
    found = rows(tmp_path / "csv" / f"run-{run_id}-calls.csv")
    assert [int(row["number"]) for row in found] == list(range(1, 504))
    assert (found[0]["state"], found[0]["answer"]) == ("answered", CALLS[1].answer)
    assert not (tmp_path / "csv" / f"run-{other}-calls.csv").exists()
    exported(store, tmp_path, run_id, other, form="json")
    document = run_document(store, run_of(store, run_id), with_trades=True, with_equity=True, with_calls=True)
    assert as_shown(tmp_path / f"run-{run_id}.json") == json.loads(json_document(document))
    assert "calls" not in json.loads((tmp_path / f"run-{other}.json").read_text())


def test_the_reports_for_people_are_a_page_and_a_plain_text(store: StoreConnection, tmp_path: Path) -> None:
    run_id = completed(store)
    runs.write_note(store, run_id, "<b>\x1b[2Jmine")
    exported(store, tmp_path, run_id, form="html")
    exported(store, tmp_path, run_id, form="text")
    html, text = (tmp_path / f"run-{run_id}{end}" for end in (".html", ".txt"))
    assert html.read_text().startswith("<!DOCTYPE html>")
    assert "&lt;b&gt;\ufffd[2Jmine" in html.read_text()
    assert html.read_text().count("<tr><td>") == 2
    assert text.read_text().startswith(f"Run {run_id} · sma_cross · EURUSD M15")
    assert "<b>\ufffd[2Jmine" in text.read_text()
    assert text.read_text().endswith("\n")
    assert {path.stat().st_mode & 0o777 for path in (html, text)} == {0o600}


def test_both_reports_draw_buy_and_hold_where_the_bars_are_in_the_library(
    home: Home, store: StoreConnection, tmp_path: Path
) -> None:
    bars = synthetic_bars(timeframe=Timeframe.H1, start=date(2020, 1, 1), years=1)
    record = import_bars(home, store, bars, dialect="synthetic").record
    held = completed(store, symbol=record.symbol, timeframe="H1", dataset_version=record.digest)
    without = completed(store)
    for form in ("html", "text"):
        exported(store, tmp_path, held, without, form=form)
    for end in (".html", ".txt"):
        assert re.search(r"buy and hold [+-]\d", (tmp_path / f"run-{held}{end}").read_text())
        assert not re.search(r"buy and hold [+-]\d", (tmp_path / f"run-{without}{end}").read_text())


def test_several_runs_are_each_in_files_of_their_own(store: StoreConnection, tmp_path: Path) -> None:
    ids = [completed(store), completed(store)]
    done = exported(store, tmp_path / "out", *ids, form="json")
    assert [json.loads(one.files[0].read_text())["id"] for one in done] == ids


def test_more_trades_than_are_read_at_a_time_all_come_in_their_order(
    store: StoreConnection, tmp_path: Path
) -> None:
    first, second = completed(store), completed(store)
    for run_id in (first, second, first):
        trades.insert_many(store, run_id, [trade_row(number) for number in range(3, 2_503)])
    heard: list[tuple[int, int]] = []
    found = [run_of(store, first)]
    export(source(store), found, tmp_path / "out", tell=lambda run, written: heard.append((run.id, written)))
    written = [int(row["id"]) for row in rows(tmp_path / "out" / f"run-{first}-trades.csv")]
    assert written == list(trades.ids(store, first))
    assert len(written) == 5_002
    assert heard == [(first, 2_000), (first, 4_000), (first, 5_002)]


def test_a_run_without_a_result_is_refused_by_its_status_and_nothing_is_written(
    store: StoreConnection, tmp_path: Path
) -> None:
    ready, broken, waiting = completed(store), failed(store, "killed by signal 9"), add_run(store)
    with pytest.raises(BacktapeError, match=f"run {broken} has failed, run {waiting} is waiting"):
        exported(store, tmp_path / "out", ready, broken, waiting)
    assert not (tmp_path / "out").exists()


def test_files_that_are_there_are_refused_before_anything_is_written(
    store: StoreConnection, tmp_path: Path
) -> None:
    first, second = completed(store), completed(store)
    kept = tmp_path / f"run-{second}-trades.csv"
    kept.write_text("mine")
    before = names(tmp_path)
    with pytest.raises(BacktapeError, match=rf"{kept.name} would be written over.*--replace"):
        exported(store, tmp_path, first, second)
    assert names(tmp_path) == before
    assert kept.read_text() == "mine"
    exported(store, tmp_path, first, second, replacing=True)
    assert kept.read_text().startswith("id,run_id,")
    with pytest.raises(TakenError, match="and 5 more files would be") as refused:
        exported(store, tmp_path, first, second)
    assert refused.value.names == f"{tmp_path}/run-{first}.csv and 5 more files"


def test_a_link_is_replaced_and_never_written_through(store: StoreConnection, tmp_path: Path) -> None:
    run_id, elsewhere = completed(store), tmp_path / "elsewhere"
    (tmp_path / f"run-{run_id}.csv").symlink_to(elsewhere)
    with pytest.raises(BacktapeError, match="would be written over"):
        exported(store, tmp_path, run_id)
    elsewhere.write_text("mine")
    exported(store, tmp_path, run_id, replacing=True)
    assert elsewhere.read_text() == "mine"
    assert not (tmp_path / f"run-{run_id}.csv").is_symlink()


def test_a_folder_in_the_place_of_a_file_is_not_replaced(store: StoreConnection, tmp_path: Path) -> None:
    run_id = completed(store)
    (tmp_path / "out" / f"run-{run_id}.csv").mkdir(parents=True)
    with pytest.raises(BacktapeError, match="is a folder, so nothing was exported"):
        exported(store, tmp_path / "out", run_id, replacing=True)
    assert names(tmp_path / "out") == [f"run-{run_id}.csv"]


def test_what_is_no_folder_is_refused_for_what_it_is(store: StoreConnection, tmp_path: Path) -> None:
    run_id = completed(store)
    (tmp_path / "file").write_text("mine")
    (tmp_path / "astray").symlink_to(tmp_path / "nowhere")
    for place, reason in (
        (tmp_path / "file", "it is not a folder"),
        (tmp_path / "file" / "below", "Not a directory"),
        (tmp_path / "astray", "it is a link that leads nowhere"),
        (tmp_path / ("x" * 300), "File name too long"),
    ):
        with pytest.raises(BacktapeError, match=rf"^Nothing was exported to .*\({reason}\); name another"):
            exported(store, place, run_id)
    assert (tmp_path / "file").read_text() == "mine"
    assert names(tmp_path) == ["astray", "file", "home"]


def test_a_damaged_curve_is_told_and_leaves_no_file(store: StoreConnection, tmp_path: Path) -> None:
    whole, damaged = completed(store), finished_run(store)
    for form in FORMS:
        with pytest.raises(BacktapeError, match=f"curve of run {damaged} is damaged"):
            exported(store, tmp_path / "out", whole, damaged, form=form)
        assert names(tmp_path / "out") == []


def test_a_run_removed_for_good_meanwhile_leaves_no_half_of_it(
    home: Home, store: StoreConnection, tmp_path: Path
) -> None:
    run_id = completed(store)
    trades.insert_many(store, run_id, [trade_row(number) for number in range(3, 5_000)])

    def remove(_run: RunRecord, _written: int) -> None:
        with closing(connect(home.store)) as other:
            runs.delete(other, [run_id])
            runs.purge(other, now(), timedelta(0), run_ids=[run_id])

    with pytest.raises(BacktapeError, match=f"Run {run_id} was removed for good meanwhile"):
        export(source(store), [run_of(store, run_id)], tmp_path / "out", tell=remove)
    assert names(tmp_path / "out") == []


def test_what_a_killed_export_left_is_cleared_by_a_later_one(store: StoreConnection, tmp_path: Path) -> None:
    run_id = completed(store)
    old, fresh = tmp_path / ".backtape-old.part", tmp_path / ".backtape-fresh.part"
    for draft in (old, fresh):
        draft.write_text("half")
    os.utime(old, (1, 1))
    exported(store, tmp_path, run_id)
    assert not old.exists()
    assert fresh.exists()


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_the_memory_it_takes_does_not_grow_with_the_trades(
    store: StoreConnection, tmp_path: Path, form: str
) -> None:
    def peak(run_id: int, folder: str = "out") -> int:
        found = [run_of(store, run_id)]
        tracemalloc.start()
        export(source(store), found, tmp_path / folder, FORMS[form])
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    small, large = completed(store), completed(store)
    trades.insert_many(store, small, [trade_row(number) for number in range(1, 4_000)])
    trades.insert_many(store, large, [trade_row(number) for number in range(1, 30_000)])
    peak(small, "first")  # what is imported at the first of them does not count
    assert peak(large) < 1.2 * peak(small)
