"""The library says plainly in which weeks a dataset has no bar at all."""

import datetime as dt
from contextlib import closing
from pathlib import Path

from core.datasets import import_file
from core.home import Home
from db.connection import connect
from tests.tui.conftest import make_app, until_shown
from tests.tui.price_files import write_csv
from tui.imports.preview import gap_lines


def later(path: Path) -> Path:
    """Move the bars of a file by a year."""
    path.write_text(path.read_text().replace("2020-", "2021-"))
    return path


async def test_the_list_counts_weeks_without_bars_and_the_notes_and_the_page_name_them(
    empty: Home, tmp_path: Path
) -> None:
    with closing(connect(empty.store)) as connection:
        import_file(empty, connection, write_csv(tmp_path, "EURUSD.csv"))
        import_file(empty, connection, later(write_csv(tmp_path, "EURUSD.csv")))
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await pilot.press("4")
        await until_shown(
            pilot,
            "2021-01-06   100.00       1         1",
            "1 warning    No bars at all from 2020-01-06 to 2021-01-06 (52 weeks).",
            "gaps         no bars at all from 2020-01-06 to 2021-01-06 (52 weeks)\n",
            "             none inside the other weeks\n",
        )
        await pilot.press("enter")
        await until_shown(pilot, "The longest stretches without any bar\nno bars at all from 2020-01-06")


def test_of_many_holes_the_longest_are_named_and_the_others_counted() -> None:
    starts = [dt.datetime(2020, month, 1, tzinfo=dt.UTC) for month in (1, 3, 5)]
    holes = [{"start": start, "end": start + dt.timedelta(days=14), "weeks": 2} for start in starts]
    lines = gap_lines(None, None, {"count": 12, "longest": holes}, 100)
    assert ["".join(cell.text for cell in one).rstrip() for one in lines] == [
        "gaps         no bars at all from 2020-01-01 to 2020-01-15 (2 weeks)",
        "             no bars at all from 2020-03-01 to 2020-03-15 (2 weeks)",
        "             no bars at all from 2020-05-01 to 2020-05-15 (2 weeks)",
        "             and in 9 more holes of a week or longer",
    ]
    assert gap_lines(None, None, {"count": 0, "longest": []}, 100) == []
