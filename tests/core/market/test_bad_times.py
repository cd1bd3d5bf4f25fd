"""Times that can be wrong: orders, zones, repetitions and gaps."""

from pathlib import Path

import numpy as np
import pytest

from tests.core.market.making import texts
from tests.core.market.refusing import HEADER, dated, lines, read, refusal, text, with_line


@pytest.mark.parametrize(
    "time",
    ["", "soon", "2020-13-01", "2020-02-30 00:00", "2020-01-06 25:00", "2020-01-06 10:61", "0001-01-01"],
)
def test_a_time_that_cannot_be_costs_its_line(tmp_path: Path, time: str) -> None:
    found = read(tmp_path, with_line(12, f"{time},1.1,1.2,1.0,1.1,5"))
    (dropped,) = found.dropped
    assert dropped.line == 12
    assert dropped.reason.startswith(f"the time is '{time}', which ")


def test_a_fraction_of_a_second_is_no_opening_time(tmp_path: Path) -> None:
    found = read(tmp_path, with_line(12, "2020-01-06T02:30:00.250,1.1,1.2,1.0,1.1,5"))
    assert found.dropped[0].reason == "the time is '2020-01-06T02:30:00.250', which does not exist"


def test_day_and_month_are_told_apart_by_the_whole_column(tmp_path: Path) -> None:
    american = read(tmp_path, dated("01/09/2020", "01/10/2020", "01/13/2020"), "EURUSD.csv")
    assert texts(american.bars.time)[-1] == "2020-01-13T00:00"
    british = read(tmp_path, dated("09/01/2020", "10/01/2020", "13/01/2020"), "EURUSD.csv")
    assert texts(british.bars.time)[-1] == "2020-01-13T00:00"


def test_day_and_month_in_both_orders_are_refused(tmp_path: Path) -> None:
    sentence = refusal(tmp_path, dated("01/13/2020", "14/01/2020"), "EURUSD.csv")
    assert "line 3: this date has the day first, and line 2 the month" in sentence


def test_day_and_month_that_only_one_order_puts_in_order_are_told(tmp_path: Path) -> None:
    found = read(tmp_path, dated("01/06/2020", "01/07/2020", "01/08/2020", "01/09/2020"), "EURUSD.csv")
    assert texts(found.bars.time)[:2] == ["2020-01-06T00:00", "2020-01-07T00:00"]
    assert "Dates were read with the month first: only so are they in order." in found.warnings


def test_day_and_month_that_nothing_tells_apart_are_refused(tmp_path: Path) -> None:
    content = HEADER + "".join(f"05/05/2020 {hour:02}:00,1.1,1.2,1.0,1.1,1\n" for hour in range(5))
    assert len(read(tmp_path, content.replace("/", "."), "EURUSD.csv").bars) == 5
    ambiguous = HEADER + "".join(f"05/06/2020 {hour:02}:00,1.1,1.2,1.0,1.1,1\n" for hour in range(5))
    assert "line 2: nothing in the file tells whether its dates" in refusal(tmp_path, ambiguous, "EURUSD.csv")


def test_times_with_and_without_a_zone_are_refused(tmp_path: Path) -> None:
    assert "1 times name no zone where the others do" in refusal(
        tmp_path, dated("2020-01-06T00:00Z", "2020-01-06T00:15", "2020-01-06T00:30Z")
    )


def test_times_of_several_zones_are_placed_each_by_its_own(tmp_path: Path) -> None:
    found = read(
        tmp_path, dated("2020-10-25T02:45+02:00", "2020-10-25T02:00+01:00", "2020-10-25T02:15+01:00")
    )
    assert texts(found.bars.time) == ["2020-10-25T00:45", "2020-10-25T01:00", "2020-10-25T01:15"]
    assert found.timezone == "as written (+01:00, +02:00)"


def test_an_hour_that_the_clock_skips_is_read_an_hour_later_and_told(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        dated("2020-03-29 02:00", "2020-03-29 03:00", "2020-03-29 05:00"),
        "EURUSD_H1.csv",
        timezone="Europe/Athens",
    )
    assert texts(found.bars.time) == ["2020-03-29T00:00", "2020-03-29T01:00", "2020-03-29T02:00"]
    assert any(text.startswith("1 bar lies in an hour that Europe/Athens skips") for text in found.warnings)


def test_an_hour_that_the_clock_skips_gives_way_to_bars_that_are_there(tmp_path: Path) -> None:
    times = [f"2020-03-29 0{hour}:00" for hour in range(8)]
    found = read(tmp_path, dated(*times), "EURUSD_H1.csv", timezone="Europe/Athens")
    assert [(line.line, line.reason) for line in found.dropped] == [
        (5, "Europe/Athens never showed this time: its clock was put forward")
    ]
    assert (np.diff(found.bars.time.astype(np.int64)) == 3_600).all()


def test_an_hour_that_the_clock_repeats_is_read_in_the_order_of_its_lines(tmp_path: Path) -> None:
    times = [f"2020-10-25 0{hour}" for hour in ("2:00", "2:30", "3:00", "3:30", "3:00", "3:30", "4:00")]
    found = read(tmp_path, dated(*times), "EURUSD_M30.csv", timezone="Europe/Athens")
    assert (np.diff(found.bars.time.astype(np.int64)) == 1_800).all()
    assert found.bars.volume.tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert any(
        "4 bars lie in an hour that Europe/Athens shows twice: 2 were read as its second" in text
        for text in found.warnings
    )


def test_a_repeated_hour_of_the_very_same_lines_is_a_repetition(tmp_path: Path) -> None:
    rows = [
        f"2020-10-25 0{hour},1.1,1.2,1.0,1.1,1"
        for hour in ("2:00", "2:30", "3:00", "3:30", "3:00", "3:30", "5:00")
    ]
    found = read(tmp_path, text(rows), "EURUSD_M30.csv", timezone="Europe/Athens")
    assert [line.reason for line in found.dropped] == ["repeats line 4", "repeats line 5"]


def test_unsorted_lines_are_sorted_and_told(tmp_path: Path) -> None:
    rows = lines(20)
    rows[5], rows[6] = rows[6], rows[5]
    found = read(tmp_path, text(rows))
    assert found.bars.volume.tolist() == list(range(1, 21))
    assert "The lines were not in order of time (1 step back) and were sorted." in found.warnings


def test_descending_lines_are_turned_around(tmp_path: Path) -> None:
    found = read(tmp_path, text(lines(20)[::-1]))
    assert found.bars.volume.tolist() == list(range(1, 21))
    assert "The file has the newest bar first; it was turned around." in found.warnings


def test_a_repeated_line_is_left_out_and_counted(tmp_path: Path) -> None:
    rows = lines(20)
    found = read(tmp_path, text([*rows[:5], rows[4], *rows[5:]]))
    assert [(line.line, line.reason) for line in found.dropped] == [(7, "repeats line 6")]
    assert "Line 7 repeats another line exactly and was left out." in found.warnings


def test_two_different_bars_for_one_time_are_refused(tmp_path: Path) -> None:
    rows = lines(20)
    rows.insert(5, rows[4].replace("1.115", "1.114"))
    assert refusal(tmp_path, text(rows)) == (
        "EURUSD_M15.csv, line 7: another bar than in line 6 for the same time (2020-01-06T01:00:00Z); "
        "keep the one that is right."
    )


def test_missing_bars_are_counted_but_weekends_are_not(tmp_path: Path) -> None:
    rows = lines(20, "2020-01-03T17:00") + lines(20, "2020-01-05T22:00")
    assert read(tmp_path, text(rows)).warnings == []
    found = read(tmp_path, text([*rows[:5], *rows[8:]]))
    assert found.warnings == [
        "3 bars are missing inside weeks, in 1 gap, which follows 2020-01-03T18:00:00Z."
    ]


def test_flat_bars_without_volume_are_left_out_and_counted(tmp_path: Path) -> None:
    rows = lines(20)
    rows[6] = "2020-01-06T01:30:00,1.15,1.15,1.15,1.15,0"
    found = read(tmp_path, text(rows))
    assert [(line.line, line.reason) for line in found.dropped] == [
        (8, "a flat bar without volume: nothing traded")
    ]
    assert "1 flat bar without volume was left out: nothing traded there." in found.warnings


def test_flat_bars_of_a_file_that_counts_no_volume_are_kept(tmp_path: Path) -> None:
    rows = [f"{line.rsplit(',', 1)[0]},0" for line in lines(20)]
    rows[6] = "2020-01-06T01:30:00,1.15,1.15,1.15,1.15,0"
    assert len(read(tmp_path, text(rows)).bars) == 20
