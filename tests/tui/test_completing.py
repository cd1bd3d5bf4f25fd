"""A path completed at Tab, and what there is to choose from."""

from pathlib import Path

import pytest
from rich.cells import cell_len

from tui.completing import completed_folder, completed_path, listed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with price files, others and one folder."""
    for name in ("prices_a.csv", "prices_b.csv.GZ", "prices.md", ".hidden", ".hidden.csv", "notes"):
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    return tmp_path


def test_a_path_is_completed_as_far_as_it_is_certain(folder: Path) -> None:
    for typed, text in (
        (f"{folder}/p", f"{folder}/prices_"),
        (f"{folder}/prices_a", f"{folder}/prices_a.csv"),
        (f"{folder}/f", f"{folder}/folder/"),
        (f"{folder}/nothing", f"{folder}/nothing"),
        (f"{folder}/.", f"{folder}/.hidden.csv"),
        ("/not/there/x", "/not/there/x"),
        ("~", "~/"),
        ("~nobody-of-this-name/x", "~nobody-of-this-name/x"),
        ("\0", "\0"),
    ):
        assert completed_path(typed).text == text
    assert completed_folder(f"{folder}/").text == f"{folder}/folder/"


def test_only_what_can_be_imported_is_offered(folder: Path) -> None:
    assert completed_path(f"{folder}/").names == ["folder/", "prices_a.csv", "prices_b.csv.GZ"]
    assert completed_path(f"{folder}/no").names == []
    assert completed_folder(f"{folder}/p").names == []


def test_as_many_names_are_listed_as_fit_and_how_many_more_there_are() -> None:
    names = [f"EURUSD{month:02}.csv" for month in range(1, 21)]
    assert listed(names[:3], 40, 2) == ["EURUSD01.csv  EURUSD02.csv  EURUSD03.csv"]
    assert listed(names, 40, 2) == [
        "EURUSD01.csv  EURUSD02.csv  EURUSD03.csv",
        "EURUSD04.csv  EURUSD05.csv  and 15 more",
    ]
    assert listed(["a" * 50, "b" * 50], 30, 1) == ["and 2 more"]
    assert listed([], 30, 2) == []


@pytest.mark.parametrize("width", [12, 20, 37, 60])
def test_a_list_of_names_is_never_longer_or_wider_than_its_room(width: int) -> None:
    names = [f"価格{number}" for number in range(40)]
    for most in (1, 2, 5):
        lines = listed(names, width, most)
        assert len(lines) <= most
        assert all(cell_len(text) <= width for text in lines)


def test_a_name_that_would_act_on_the_terminal_is_listed_harmless() -> None:
    assert "\x1b" not in listed(["a\x1b[2J.csv", "b.csv"], 60, 1)[0]
