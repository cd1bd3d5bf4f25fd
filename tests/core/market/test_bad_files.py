"""Everything that can be wrong with a data file: one clear sentence, or a counted warning."""

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.errors import BacktapeError
from core.market.reading import MarketFile, read_market_file
from tests.core.market.making import grid, texts, write

HEADER = "time,open,high,low,close,volume\n"


def lines(count: int, first: str = "2020-01-06T00:00", timeframe: str = "M15") -> list[str]:
    """Return `count` good lines without a hole."""
    return [f"{time},1.1,1.12,1.09,1.115,{n + 1}" for n, time in enumerate(grid(first, count, timeframe))]


def text(rows: list[str]) -> str:
    return HEADER + "\n".join(rows) + "\n"


def read(folder: Path, content: str | bytes, name: str = "EURUSD_M15.csv", **options: str) -> MarketFile:
    return read_market_file(write(folder, name, content), **options)  # type: ignore[arg-type]


def refusal(folder: Path, content: str | bytes, name: str = "EURUSD_M15.csv", **options: str) -> str:
    with pytest.raises(BacktapeError) as refused:
        read(folder, content, name, **options)
    sentence = str(refused.value)
    assert "\n" not in sentence
    assert sentence.endswith((".", "?"))
    return sentence


def with_line(number: int, line: str, count: int = 40) -> str:
    """Return a good file of which one line (numbered from 1, the header) is another."""
    rows = lines(count)
    rows[number - 2] = line
    return text(rows)


@pytest.mark.parametrize("content", ["", "\n\n", "  \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(tmp_path: Path, content: str | bytes) -> None:
    assert refusal(tmp_path, content) == "EURUSD_M15.csv: the file is empty; export it again."


def test_a_header_without_bars_is_refused(tmp_path: Path) -> None:
    assert "line 1: there is a header but no bar below it" in refusal(tmp_path, HEADER)


def test_a_file_without_five_columns_is_refused(tmp_path: Path) -> None:
    assert "line 1: this is not a price file: there are no five columns" in refusal(
        tmp_path, "Dear all,\nplease find attached\n"
    )


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"PAR1abc", "a Parquet file"),
        (b"\x89PNG\r\n", "an image"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"7z\xbc\xaf\x27", "a 7z archive"),
    ],
)
def test_a_binary_file_is_named_for_what_it_is(tmp_path: Path, content: bytes, what: str) -> None:
    assert f"this is {what}, not a CSV file" in refusal(tmp_path, content)


def test_nul_bytes_are_refused_with_their_line(tmp_path: Path) -> None:
    content = text(lines(10)).encode().replace(b"02:00:00", b"02:\x000:00")
    assert "line 10: a NUL byte" in refusal(tmp_path, content)


def test_a_folder_a_pipe_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "EURUSD1.csv")
    for path, reason in (
        (tmp_path, "is a folder"),
        (tmp_path / "EURUSD1.csv", "is a pipe or a device"),
        (tmp_path / "EURUSD5.csv", "EURUSD5.csv; check the path"),
        (Path("/dev/null"), "is a pipe or a device"),
        (tmp_path / ("x" * 300), "cannot be read"),
    ):
        with pytest.raises(BacktapeError, match=reason):
            read_market_file(path)


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "EURUSD1.csv", text(lines(3)))

    def refuse(_: Path) -> bytes:  # root, under which tests may run, may read everything
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(BacktapeError, match="may not be read by this user"):
        read_market_file(path)


@pytest.mark.parametrize("content", [b"\x1f\x8b\x08\x00broken", b"PK\x03\x04broken"])
def test_a_damaged_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    assert "archive is damaged or cut short; fetch it again" in refusal(tmp_path, content)


def test_an_archive_of_several_files_is_refused_with_their_names(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("EURUSD1.csv", "x")
        archive.writestr("EURUSD5.csv", "x")
    with pytest.raises(
        BacktapeError, match=r"a.zip holds 2 files \(EURUSD1.csv, EURUSD5.csv, ...\); unpack it"
    ):
        read_market_file(tmp_path / "a.zip")


def test_an_excel_workbook_is_refused_as_one(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "EURUSD.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "x")
    with pytest.raises(BacktapeError, match="is an Excel workbook; save the sheet as CSV first"):
        read_market_file(tmp_path / "EURUSD.xlsx")


def test_a_name_with_hostile_text_is_made_harmless(tmp_path: Path) -> None:
    sentence = refusal(tmp_path, "", "EUR\x1b]0;x\x07\nUSD\u202e.csv")
    assert not {"\x1b", "\x07", "\u202e"} & set(sentence)


def test_names_with_blanks_and_dots_are_only_names(tmp_path: Path) -> None:
    assert len(read(tmp_path, text(lines(3)), "..my EURUSD, M15 (1).csv").bars) == 3


def test_a_symbol_that_no_name_tells_must_be_named(tmp_path: Path) -> None:
    assert "its name tells no symbol; name it with --symbol" in refusal(tmp_path, text(lines(3)), "bars.csv")
    assert read(tmp_path, text(lines(3)), "bars.csv", symbol="GBPUSD.m").bars.symbol == "GBPUSD"


@pytest.mark.parametrize(
    "content", ["root:x:0:0:root:/root:/bin/sh\n" * 30, "# Backtape\n\nA workbench, for all.\n"]
)
def test_what_holds_no_prices_is_told_so_before_a_symbol_is_asked_for(tmp_path: Path, content: str) -> None:
    assert "this is not a price file" in refusal(tmp_path, content, "passwd")


def test_one_bar_does_not_tell_its_timeframe(tmp_path: Path) -> None:
    assert "one bar is not enough to tell the timeframe; name it with --timeframe" in refusal(
        tmp_path, text(lines(1)), "EURUSD.csv"
    )
    assert len(read(tmp_path, text(lines(1)), "EURUSD.csv", timeframe="M5").bars) == 1


def test_a_symbol_other_than_the_names_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, text(lines(3)), symbol="GBPUSD")
    assert found.bars.symbol == "GBPUSD"
    assert "The file's name says EURUSD; it is GBPUSD, as asked." in found.warnings


# Columns


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("time,open,high,low,volume", "no column is named close"),
        ("when,open,high,low,close", "no column is named time"),
        ("time,open,high,low,close,close", "two columns are named close"),
        ("time,Open,open,high,low,close", "two columns are named open"),
        (
            "p,q,r,s,t,u",
            r"no column is named time or open or high or low or close (there are: p, q, r, s, t, u)",
        ),
    ],
)
def test_missing_and_repeated_columns_are_named(tmp_path: Path, header: str, reason: str) -> None:
    row = "2020-01-06 00:00" + ",1.1" * header.count(",")
    assert f"EURUSD_M15.csv, line 1: {reason}" in refusal(tmp_path, f"{header}\n{row}\n")


def test_hostile_column_names_are_made_harmless(tmp_path: Path) -> None:
    sentence = refusal(tmp_path, "\x1b]52;c;x\x07,[/],b,c,d\n1,2,3,4,5\n")
    assert "\x1b" not in sentence


def test_a_first_column_that_is_no_time_is_refused(tmp_path: Path) -> None:
    row = "yesterday,1.1,1.2,1.0,1.1,5\n"
    assert "line 1: the first column, 'yesterday', is no date or time" in refusal(tmp_path, row)


def test_a_ragged_row_is_left_out_with_its_line(tmp_path: Path) -> None:
    found = read(tmp_path, with_line(7, "2020-01-06T01:15:00,1.1,1.2,1.0"))
    assert [(line.line, line.reason) for line in found.dropped] == [
        (7, "there are 4 columns where the other lines have 6")
    ]
    assert len(found.bars) == 39
    assert "Line 7 was left out: there are 4 columns where the other lines have 6." in found.warnings


def test_an_unclosed_quote_costs_its_own_line_only(tmp_path: Path) -> None:
    found = read(tmp_path, with_line(9, '"2020-01-06T01:45:00,1.1,1.2,1.0,1.1,5'))
    assert [(line.line, line.reason) for line in found.dropped] == [(9, "a quote is opened and not closed")]
    assert len(found.bars) == 39


def test_blank_lines_do_not_move_the_line_numbers(tmp_path: Path) -> None:
    rows = lines(40)
    rows[20] = "\n\n2020-01-06T05:00:00,1.1,1.2,1.0,abc,1"
    found = read(tmp_path, text(rows))
    assert [line.line for line in found.dropped] == [24]


def test_a_comma_for_columns_and_digits_alike_is_refused(tmp_path: Path) -> None:
    rows = "".join(f"2020-01-06 00:{m},1,10,1,20,1,05,1,15,7\n" for m in (15, 30, 45))
    assert "the comma parts both the columns and the digits" in refusal(tmp_path, rows)


def test_a_line_of_ten_megabytes_is_refused(tmp_path: Path) -> None:
    sentence = refusal(tmp_path, text(lines(3)) + "x" * 10_000_000)
    assert "line 5: a line of more than 10,000 characters" in sentence


# Numbers


@pytest.mark.parametrize(
    "price", ["", "null", "NaN", "inf", "-inf", "1e400", "--", "abc", "1_1", "0x1", "#N/A", "1.1.1"]
)
def test_a_price_that_is_no_number_costs_its_line(tmp_path: Path, price: str) -> None:
    found = read(tmp_path, with_line(12, f"2020-01-06T02:30:00,1.1,{price},1.0,1.1,5"))
    (dropped,) = found.dropped
    assert dropped.line == 12
    assert dropped.reason == (f"the high is '{price}', which is no number" if price else "the high is empty")
    assert len(found.bars) == 39


@pytest.mark.parametrize(
    ("prices", "reason"),
    [
        ("1.1,1.2,0,1.1", "a price is zero or negative"),
        ("-1.1,1.2,-1.2,1.1", "a price is zero or negative"),
        ("1.1,1.0,1.2,1.1", "the high is below the low"),
        ("1.3,1.2,1.0,1.1", "the high is below the open or the close"),
        ("1.1,1.2,1.0,0.9", "the low is above the open or the close"),
    ],
)
def test_prices_that_no_market_quotes_cost_their_line(tmp_path: Path, prices: str, reason: str) -> None:
    found = read(tmp_path, with_line(12, f"2020-01-06T02:30:00,{prices},5"))
    assert [(line.line, line.reason) for line in found.dropped] == [(12, reason)]


def test_float_noise_is_no_high_below_the_close(tmp_path: Path) -> None:
    found = read(tmp_path, with_line(12, "2020-01-06T02:30:00,1.1,1.1499999999999999,1.0,1.15,5"))
    assert found.dropped == []
    assert found.bars.high[10] == 1.15


def test_too_many_bad_lines_refuse_the_file_with_the_first(tmp_path: Path) -> None:
    rows = lines(40)
    rows[4] = rows[10] = rows[12] = "2020-01-06T01:00:00,1.1,x,1.0,1.1,5"
    assert refusal(tmp_path, text(rows)) == (
        "EURUSD_M15.csv, line 6: the high is 'x', which is no number; 3 of 40 lines cannot be read as bars, "
        "which is too many to leave out."
    )


def test_bad_lines_of_several_kinds_are_counted_together(tmp_path: Path) -> None:
    rows = lines(40)
    rows[4] = "2020-01-06T01:00:00,1.1"
    rows[10] = "2020-01-06T02:30:00,1.1,x,1.0,1.1,5"
    rows[12] = "2020-01-06T03:00:00,1.1,1.0,1.2,1.1,5"
    assert "line 6: there are 2 columns" in refusal(tmp_path, text(rows))


def test_a_file_of_one_bad_line_has_no_bar(tmp_path: Path) -> None:
    assert "line 2: the open is 'x', which is no number; no other line is a bar." in refusal(
        tmp_path, HEADER + "2020-01-06,x,1.2,1.0,1.1,5\n"
    )


def test_a_bad_line_far_into_a_long_file_is_found(tmp_path: Path) -> None:
    rows = lines(12_000)
    rows[7_654] = rows[7_654].replace("1.09", "1_09")
    rows[11_000] = '"' + rows[11_000]
    found = read(tmp_path, text(rows))
    assert [line.line for line in found.dropped] == [7_656, 11_002]
    assert len(found.bars) == 11_998
    assert found.bars.volume[-1] == 12_000


def test_no_volume_is_zero_and_told(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "time,open,high,low,close\n2020-01-06 00:00,1.1,1.2,1.0,1.1\n2020-01-06 00:15,1.1,1.2,1.0,1.1\n",
    )
    assert found.bars.volume.tolist() == [0, 0]
    assert "The file has no volume; it is 0 in every bar." in found.warnings


def test_a_volume_that_cannot_be_read_is_zero_and_counted(tmp_path: Path) -> None:
    found = read(tmp_path, with_line(12, "2020-01-06T02:30:00,1.1,1.2,1.0,1.1,many"))
    assert found.bars.volume[10] == 0
    assert "1 bar has no volume that could be read; it is 0 there." in found.warnings


def test_finer_prices_are_kept_and_told(tmp_path: Path) -> None:
    found = read(tmp_path, with_line(12, "2020-01-06T02:30:00,1.1,1.2,1.0,1.1234567,5"))
    assert found.bars.close[10] == 1.1234567
    assert found.bars.decimals == 7
    assert "The prices have 7 decimals, more than EURUSD has; they were kept." in found.warnings


def test_a_hundredfold_spike_is_kept_and_told(tmp_path: Path) -> None:
    found = read(tmp_path, with_line(12, "2020-01-06T02:30:00,1.1,120,1.0,1.1,5"))
    assert found.bars.high[10] == 120
    assert any(
        text.startswith("1 bar leaps out of line by 109 times at 2020-01-06T02:30") for text in found.warnings
    )


# Times


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


def dated(*dates: str) -> str:
    return HEADER + "".join(f"{date},1.1,1.2,1.0,1.1,{n + 1}\n" for n, date in enumerate(dates))


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


# Timeframes


def test_a_timeframe_other_than_the_one_asked_for_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, text(lines(20)), timeframe="M5") == (
        "EURUSD_M15.csv: most bars are 15 minutes apart, so this is no M5 file; "
        "import it with --timeframe M15."
    )


def test_a_timeframe_other_than_the_names_is_told_and_that_of_the_bars_taken(tmp_path: Path) -> None:
    found = read(tmp_path, text(lines(20)), "EURUSD_M5.csv")
    assert found.bars.timeframe == "M15"
    assert "The file's name says M5, but its bars are M15; they were imported as M15." in found.warnings


def test_two_timeframes_in_one_file_are_refused(tmp_path: Path) -> None:
    rows = lines(30) + lines(10, "2020-01-07T00:00", "M5")
    sentence = refusal(tmp_path, text(rows))
    assert (
        "line 33: this bar opens 5 minutes after the one before it, within that M15 bar; 9 bars do."
        in sentence
    )


def test_bars_a_time_apart_that_is_no_timeframe_are_refused(tmp_path: Path) -> None:
    content = dated(*(f"2020-01-06 00:{minute:02}" for minute in range(0, 60, 7)))
    assert "no timeframe has bars 7 minutes apart" in refusal(tmp_path, content, "EURUSD.csv")


def test_a_single_bar_needs_its_timeframe_named(tmp_path: Path) -> None:
    assert "name it with --timeframe" in refusal(tmp_path, text(lines(1)), "EURUSD.csv")
    assert read(tmp_path, text(lines(1)), "EURUSD.csv", timeframe="H1").bars.timeframe == "H1"


def test_a_day_that_opens_elsewhere_than_the_others_costs_its_line(tmp_path: Path) -> None:
    days = [f"2020-{month:02}-{day:02}" for month in (1, 2) for day in range(1, 29)]
    days[40] += " 03:00"
    found = read(tmp_path, dated(*days), "EURUSD_D1.csv")
    assert [(line.line, line.reason) for line in found.dropped] == [
        (42, "it does not open where the days of the file begin, UTC 00:00")
    ]


@pytest.mark.parametrize("option", [{"timezone": "Mars/Olympus"}, {"timeframe": "M7"}, {"symbol": "NONE"}])
def test_a_wrong_option_is_refused_before_the_file_is_read(tmp_path: Path, option: dict[str, str]) -> None:
    with pytest.raises(BacktapeError) as refused:
        read(tmp_path, text(lines(3)), **option)
    assert refused.value.field == next(iter(option))


def test_a_thin_market_is_taken_for_what_its_shortest_steps_are(tmp_path: Path) -> None:
    steps = [2, 1, 2, 3, 2, 4, 1, 2, 3, 2, 1, 5] * 5
    times = np.datetime64("2020-01-06T00:00") + np.cumsum(steps) * np.timedelta64(1, "m")
    found = read(tmp_path, dated(*map(str, times)), "EURUSD1.csv")
    assert found.bars.timeframe == "M1"


def test_a_header_with_numbers_among_its_names_is_a_header(tmp_path: Path) -> None:
    content = "time,open,high,low,close,20,50\n" + "".join(
        f"2020-01-06 00:{minute},1.1,1.12,1.09,1.1,1.05,1.06\n" for minute in (15, 30)
    )
    assert len(read(tmp_path, content).bars) == 2


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("time,open,high,low,volume,more,yet,close", "2020-01-06 00:00,1.1,1.12,1.09,5,6"),
        ("time,open,high,low,close", "2020-01-06 00:00,7,1.1,1.12,1.09,1.1"),
    ],
)
def test_a_header_that_does_not_fit_its_lines_is_refused(tmp_path: Path, header: str, row: str) -> None:
    sentence = refusal(tmp_path, f"{header}\n{row}\n{row}\n")
    assert "line 1: the header names" in sentence


def test_separators_at_the_end_of_lines_do_no_harm(tmp_path: Path) -> None:
    rows = [line + "," for line in lines(4)]
    assert len(read(tmp_path, text(rows)).bars) == 4
    assert len(read(tmp_path, text(lines(4)).replace("volume", "volume,")).bars) == 4
