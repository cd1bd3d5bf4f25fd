import json
from pathlib import Path

import pytest

from db import runs
from db.connection import StoreConnection
from tests.db.samples import add_run
from tests.tui.commands.conftest import completed
from tests.tui.commands.program import call, program

Capture = pytest.CaptureFixture[str]


def test_each_run_is_told_with_where_it_went(store: StoreConnection, tmp_path: Path, capsys: Capture) -> None:
    first, second = completed(store), completed(store)
    said = call(capsys, "export", str(first), f"#{second}", str(first), "--to", str(tmp_path / "out"))
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        f"Run {number} is in {tmp_path}/out: "
        f"run-{number}.csv, run-{number}-trades.csv, run-{number}-equity.csv"
        for number in (first, second)
    ]


def test_on_a_terminal_several_runs_are_told_in_one_line(
    store: StoreConnection, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs_done = [str(completed(store)) for _ in range(20)]
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    said = call(capsys, "export", *runs_done, "--to", str(tmp_path / "out"))
    assert (said.code, said.err) == (0, "")
    assert said.out == f"20 runs are written as 60 files in {tmp_path}/out\n"
    assert len(list((tmp_path / "out").iterdir())) == 60


def test_on_a_terminal_a_single_run_has_its_files_named(
    store: StoreConnection, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = completed(store)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    said = call(capsys, "export", str(run_id), "--to", str(tmp_path), "--format", "html")
    assert said.out == f"Run {run_id} is in {tmp_path}: run-{run_id}.html\n"


def test_as_json_the_files_are_listed_by_run(store: StoreConnection, tmp_path: Path, capsys: Capture) -> None:
    run_id = completed(store)
    said = call(capsys, "export", str(run_id), "--to", str(tmp_path), "--format", "json", "--json")
    (listed,) = said.document
    assert listed == {"run": run_id, "files": [f"{tmp_path}/run-{run_id}.json"]}
    shown = call(capsys, "show", str(run_id), "--trades", "--equity", "--json").document
    written = json.loads(Path(listed["files"][0]).read_text())
    assert written | {"trades": shown["trades"]} == shown | {"max_llm_calls": None}
    trades = list(zip(written["trades"], shown["trades"], strict=True))
    assert [there.items() >= trade.items() for there, trade in trades] == [True, True]


def test_a_folder_is_taken_from_where_the_program_stands(
    store: StoreConnection, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run_id = completed(store)
    said = call(capsys, "export", str(run_id), "--to", ".", "--json")
    assert all(Path(name).is_file() and Path(name).is_absolute() for name in said.document[0]["files"])


def test_what_is_there_is_kept_unless_it_is_to_be_replaced(
    store: StoreConnection, tmp_path: Path, capsys: Capture
) -> None:
    command = ("export", str(completed(store)), "--to", str(tmp_path))
    assert call(capsys, *command).code == 0
    said = call(capsys, *command)
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert "--replace" in said.err
    assert call(capsys, *command, "--replace").code == 0


@pytest.mark.parametrize("usage", [[], ["1"], ["--to", "x"], ["1", "--to", " "], ["one", "--to", "x"]])
def test_runs_and_a_folder_have_to_be_named(usage: list[str], capsys: Capture) -> None:
    said = call(capsys, "export", *usage)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)


@pytest.mark.parametrize(("form", "end"), [("html", "html"), ("text", "txt")])
def test_a_report_for_people_is_one_file_a_run(
    store: StoreConnection, tmp_path: Path, capsys: Capture, form: str, end: str
) -> None:
    run_id = completed(store)
    said = call(capsys, "export", str(run_id), "--to", str(tmp_path / "out"), "--format", form)
    assert (said.code, said.err) == (0, "")
    assert said.out == f"Run {run_id} is in {tmp_path}/out: run-{run_id}.{end}\n"


def test_every_form_there_is_can_be_chosen(capsys: Capture) -> None:
    from tui.acting.export_forms import FORMS

    said = call(capsys, "export", "1", "--to", "x", "--format", "pdf")
    assert said.code == 2
    assert all(f"'{form}'" in said.err or form in said.err for form in FORMS)


def test_unknown_deleted_and_waiting_runs_are_refused_and_nothing_is_written(
    store: StoreConnection, tmp_path: Path, capsys: Capture
) -> None:
    ready, deleted = str(completed(store)), completed(store)
    runs.delete(store, [deleted])
    waiting = add_run(store)
    for number, sentence in ((99, "There is no run 99"), (deleted, "is deleted"), (waiting, "is waiting")):
        said = call(capsys, "export", ready, str(number), "--to", str(tmp_path / "out"))
        assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
        assert sentence in said.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("form", ["csv", "html", "text"])
def test_neither_numpy_nor_the_engine_is_needed(store: StoreConnection, tmp_path: Path, form: str) -> None:
    run_id = completed(store)
    said = program(
        "export", str(run_id), "--to", str(tmp_path / "out"), "--format", form, PYTHONPROFILEIMPORTTIME="1"
    )
    assert said.code == 0
    imported = {line.rsplit("|", 1)[-1].strip() for line in said.err.splitlines()}
    assert "core.exporting" in imported
    assert not {"numpy", "numba", "pandas", "pyarrow", "sqlalchemy"} & imported
