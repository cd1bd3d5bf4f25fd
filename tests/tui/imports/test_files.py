"""Which files a typed path means."""

import errno
import os
from pathlib import Path

import pytest

from core.errors import BacktapeError
from tui.imports.files import files_meant, folder_meant


def test_a_path_means_a_file_the_files_of_a_folder_or_those_of_a_pattern(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("b.csv", "a.csv.gz", "notes.md", "odd [1].csv"):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    meant = {text: [path.name for path in files_meant(text)] for text in (".", "*.csv", "odd [1].csv")}
    assert meant == {
        ".": ["a.csv.gz", "b.csv", "odd [1].csv"],
        "*.csv": ["b.csv", "odd [1].csv"],
        "odd [1].csv": ["odd [1].csv"],
    }
    assert all(path.is_absolute() for path in files_meant("b.csv"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no", "There is no such file."),
        ("*.xyz", "No file fits that pattern."),
        ("folder", "No price file is in that folder, nor in the folders in it."),
        ("~nobody-of-this-name/x", "There is no such user."),
        ("n" * 5_000, "It cannot be read (File name too long)."),
    ],
)
def test_a_path_that_means_no_file_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    (tmp_path / "folder" / "deeper.csv").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BacktapeError) as refusal:
        files_meant(text)
    assert str(refusal.value) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("loop.csv", "It cannot be read (Too many levels of symbolic links)."),
        ("loop.csv/*.csv", "It cannot be read (Too many levels of symbolic links)."),
        ("file.csv/deeper.csv", "It cannot be read (Not a directory)."),
        ("dangling.csv", "There is no such file."),
    ],
)
def test_a_path_that_leads_nowhere_is_told_as_an_import_tells_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    (tmp_path / "dangling.csv").symlink_to("nothing.csv")
    (tmp_path / "file.csv").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BacktapeError) as refusal:
        files_meant(text)
    assert str(refusal.value) == said


@pytest.mark.parametrize("looking", ["iterdir", "is_dir"])
def test_a_folder_that_may_not_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looking: str
) -> None:
    def refused(_: Path) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, looking, refused)
    with pytest.raises(BacktapeError, match=r"It cannot be read \(Permission denied\)"):
        files_meant(str(tmp_path))


def test_a_folder_without_price_files_means_those_of_its_folders(tmp_path: Path) -> None:
    for name in ("b/EURUSD.csv", "a/GBPUSD.csv.gz", "a/notes.md", ".git/old.csv", "a/deeper/no.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "README.md").touch()
    assert [path.name for path in files_meant(str(tmp_path))] == ["GBPUSD.csv.gz", "EURUSD.csv"]
    (tmp_path / "AUDUSD.csv").touch()
    assert [path.name for path in files_meant(str(tmp_path))] == ["AUDUSD.csv"]


def test_very_many_files_in_the_folders_of_a_folder_have_to_be_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.imports.files._FEW", 2)
    (tmp_path / "a").mkdir()
    for name in ("x.csv", "y.csv", "z.csv"):
        (tmp_path / "a" / name).touch()
    with pytest.raises(BacktapeError) as refusal:
        files_meant(str(tmp_path))
    assert str(refusal.value) == (
        f"No price file is in that folder, but 3 price files in the folders in it; {tmp_path}/*/* takes them."
    )
    assert len(files_meant(f"{tmp_path}/*/*")) == 3


def test_a_pattern_that_fits_folders_means_their_price_files(tmp_path: Path) -> None:
    for name in ("mt4/EURUSD.csv", "mt4/notes.md", "mt5/EURUSD.csv", "other/EURUSD.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [path.parent.name for path in files_meant(f"{tmp_path}/mt*")] == ["mt4", "mt5"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("'EUR USD.csv'", "EUR USD.csv"),
        ('"EUR USD.csv"', "EUR USD.csv"),
        ("EUR\\ USD.csv", "EUR USD.csv"),
        ("EUR USD.csv ", "EUR USD.csv"),
        ("'one's.csv'", "'one's.csv'"),
        ("it's.csv", "it's.csv"),
        ("'it'\\''s.csv'", "it's.csv"),
        ("'EUR*'", "EUR USD.csv"),
    ],
)
def test_a_path_may_be_written_as_a_shell_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, name: str
) -> None:
    for there in ("EUR USD.csv", "'one's.csv'", "it's.csv"):
        (tmp_path / there).touch()
    monkeypatch.chdir(tmp_path)
    assert [path.name for path in files_meant(text)] == [name]
    assert folder_meant(text) == f"{tmp_path}/"


@pytest.mark.parametrize("text", ["it's", "EUR USD", "'", "\\", ""])
def test_what_is_no_path_for_a_shell_either_is_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BacktapeError, match=r"There is no such file|No price file is in that folder"):
        files_meant(text)


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ("prices/EURUSD.csv", "/prices/"),
        ("prices", "/prices/"),
        ("prices/*.csv", "/prices/"),
        ("p*/EURUSD.csv", "/"),
        ("prices [old]/EURUSD.csv", "/prices [old]/"),
        ("prices/../prices [old]/EURUSD.csv", "/prices [old]/"),
        (".", "/"),
    ],
)
def test_the_folder_of_a_path_is_found_again_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, folder: str
) -> None:
    for name in ("prices", "prices [old]"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "EURUSD.csv").touch()
    monkeypatch.chdir(tmp_path)
    assert folder_meant(text) == f"{tmp_path}{folder}"
    monkeypatch.setenv("HOME", str(tmp_path))
    assert folder_meant(text) == f"~{folder}"
    monkeypatch.setenv("HOME", f"{tmp_path}/price")
    assert folder_meant(text) == f"{tmp_path}{folder}"
    monkeypatch.delenv("HOME")
    assert folder_meant(text) == f"{tmp_path}{folder}"
