"""The command line says where the bars of a file go, before and after."""

from pathlib import Path

import pytest

from core.home import Home
from tests.tui.commands.program import call
from tests.tui.commands.test_data import price_file
from tui.formats import with_times

Capture = pytest.CaptureFixture[str]


def later(folder: Path, name: str, *, price: str = "1") -> Path:
    """Write the same hours a year later, with another number before the point."""
    path = price_file(folder, name)
    lines = path.read_text().splitlines()
    moved = (line.replace("2020-", "2021-").replace(",1.", f",{price}.") for line in lines)
    path.write_text("\n".join(moved) + "\n")
    return path


def test_bars_that_join_others_are_said_to_with_where_those_came_from(
    home: Home, tmp_path: Path, capsys: Capture
) -> None:
    call(capsys, "import", str(price_file(tmp_path)))
    path = later(tmp_path, "EURUSD60.csv")
    seen = call(capsys, "import", str(path), "--preview")
    assert seen.out.startswith("EURUSD H1: EURUSD60.csv, adds 300 bars\n")
    told = " ".join(seen.out.split())
    assert "300 bars there, 2020-01-06 to 2020-01-18, imported from EURUSD_H1.csv; 300 bars are added" in told
    assert "No bar is in both: --source NAME keeps these apart." in told
    said = call(capsys, "import", str(path)).out
    assert (
        "They were added to the 300 bars there, 2020-01-06 to 2020-01-18, imported from EURUSD_H1.csv; "
        "the dataset has 600 bars now." in said
    )
    assert "No bar was in both: --source NAME keeps these apart." in said
    (row,) = call(capsys, "data", "--json").document
    assert row["files"] == ["EURUSD_H1.csv", "EURUSD60.csv"]


def test_what_is_there_already_is_said_before_it_is_imported_again(
    home: Home, tmp_path: Path, capsys: Capture
) -> None:
    path = str(price_file(tmp_path))
    call(capsys, "import", path)
    assert "EURUSD_H1.csv, all of it is in the library\n" in call(capsys, "import", path, "--preview").out


def test_a_price_that_jumps_between_two_files_is_told_before_and_after(
    home: Home, tmp_path: Path, capsys: Capture
) -> None:
    call(capsys, "import", str(price_file(tmp_path)))
    path = str(later(tmp_path, "EURUSD60.csv", price="110"))
    jump = "The price jumps from 1.1299 to 110.1, where bars of two imports meet at 2021-01-06T00:00:00Z."
    seen = " ".join(call(capsys, "import", path, "--preview").out.split())
    assert f" Of the dataset then: {with_times(jump)}" in seen
    assert f"warning of the dataset: {with_times(jump)}" in call(capsys, "import", path).out


def with_a_hole(path: Path) -> Path:
    """Take three hours out of the middle of a file."""
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:200], *lines[203:]]) + "\n")
    return path


def test_what_is_missing_in_the_dataset_is_not_said_of_a_file_that_has_it(
    home: Home, tmp_path: Path, capsys: Capture
) -> None:
    call(capsys, "import", str(with_a_hole(price_file(tmp_path, "all.csv"))), "--symbol", "EURUSD")
    path = str(price_file(tmp_path, bars=100))
    seen = call(capsys, "import", path, "--preview").out
    assert "warning " not in seen
    assert "               Of the dataset: 3 bars are missing inside weeks, in 1 gap" in seen
    assert "  gaps         none inside weeks" in seen
    assert "  warning of the dataset: 3 bars are missing" in call(capsys, "import", path).out


def test_weeks_between_two_files_are_said_before_the_second_is_imported_after_and_in_the_data(
    home: Home, tmp_path: Path, capsys: Capture
) -> None:
    call(capsys, "import", str(price_file(tmp_path)))
    path = str(later(tmp_path, "EURUSD60.csv"))
    told = "No bars at all from 2020-01-18 to 2021-01-06 (50 weeks)."
    assert f"Of the dataset then: {told}" in call(capsys, "import", path, "--preview").out
    assert f"  warning of the dataset: {told}" in call(capsys, "import", path).out
    (row,) = call(capsys, "data", "--json").document
    assert row["holes"] == [
        {"start": "2020-01-18T12:00:00+00:00", "end": "2021-01-06T00:00:00+00:00", "weeks": 50}
    ]
    assert told in row["warnings"]
    for file in (home.library / "EURUSD").rglob("about.json"):
        file.unlink()
    (gone,) = call(capsys, "data", "--json").document
    assert gone["holes"] is None


def test_weeks_that_a_file_lacks_are_named_beside_its_gaps(
    home: Home, tmp_path: Path, capsys: Capture
) -> None:
    path = price_file(tmp_path)
    path.write_text(path.read_text() + later(tmp_path, "later.csv").read_text().partition("\n")[2])
    seen = call(capsys, "import", str(path), "--preview").out
    assert "  2 warnings   No bars at all from 2020-01-18 to 2021-01-06 (50 weeks).\n" in seen
    assert "  gaps         no bars at all from 2020-01-18 to 2021-01-06 (50 weeks)\n" in seen
    assert "               none inside the other weeks\n" in seen


def test_an_unknown_symbol_is_told_with_what_the_prices_look_like(
    home: Home, tmp_path: Path, capsys: Capture
) -> None:
    said = call(capsys, "import", str(price_file(tmp_path)), "--symbol", "EURUSD1", "--preview")
    assert (said.code, said.out) == (1, "")
    assert "The symbol 'EURUSD1' is not known; did you mean EURUSD?" in said.err
    assert "digits 4 and pip 0.0001 are assumed from the prices" in said.err
    assert "instruments.EURUSD1 = {" in said.err


def test_timeframes_are_listed_by_their_length(home: Home, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "EURUSD.csv"
    days = [f"2020-01-{day:02} 00:00" for day in range(6, 11)]
    quarters = [f"2020-01-06 10:{minute:02}" for minute in (0, 15, 30, 45)]
    for times in (days, quarters):
        path.write_text("".join(f"{time},1.1,1.2,1.0,1.1\n" for time in times))
        call(capsys, "import", str(path))
    call(capsys, "import", str(price_file(tmp_path)))
    listed = call(capsys, "data").out.splitlines()[1:]
    assert [line.split()[1] for line in listed] == ["M15", "H1", "D1"]
