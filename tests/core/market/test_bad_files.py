"""Everything that can be wrong with a data file as a whole: one clear sentence, or a counted warning."""

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.errors import BacktapeError
from core.market.reading import read_market_file
from tests.core.market.making import write
from tests.core.market.refusing import HEADER, dated, lines, read, refusal, text, with_line


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
