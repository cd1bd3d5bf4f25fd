"""What is said of a file before it is stored."""

from pathlib import Path

import pytest

from core.market.dialects import HISTDATA, MT4
from core.market.preview import Preview, Reading
from tests.core.market.making import write

_BAR = "1.10000\t1.20000\t1.00000\t1.15000\t7\t0\t3\n"
MT5 = (
    "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\n"
    f"2020.01.06\t00:00:00\t{_BAR}"
    "2020.01.06\t00:15:00\t1.10000\t1.00000\t1.20000\t1.15000\t7\t0\t3\n"
) + "".join(
    f"2020.01.06\t{hour:02}:{minute:02}:00\t{_BAR}" for hour in range(1, 9) for minute in range(0, 60, 15)
)


def understood(folder: Path, name: str, text: str, **asked: str) -> Preview:
    reading = Reading(write(folder, name, text), **asked)
    return reading.preview(reading.read())


def test_the_columns_are_named_as_the_file_names_them(tmp_path: Path) -> None:
    found = understood(tmp_path, "EURUSD.csv", MT5)
    roles = {column.role: (column.place, column.name) for column in found.columns}
    assert roles["time"] == (1, "<DATE>")
    assert roles["clock"] == (2, "<TIME>")
    assert roles["volume"] == (7, "<TICKVOL>")
    assert roles["spread"] == (9, "<SPREAD>")
    assert found.unused_columns == ("<VOL>",)
    assert (found.separator, found.decimal_mark) == ("tab", "point")


def test_columns_without_a_header_are_known_by_their_places(tmp_path: Path) -> None:
    text = "".join(f"2020.01.06,{hour:02}:00,1.1,1.2,1.0,1.1,7,x\n" for hour in range(9))
    found = understood(tmp_path, "EURUSD60.csv", text)
    assert all(column.name == "" for column in found.columns)
    assert found.unused_columns == ("no. 8",)


def test_each_of_the_first_lines_stands_beside_what_it_became(tmp_path: Path) -> None:
    header, first, second, third, *_ = understood(tmp_path, "EURUSD.csv", MT5).lines
    assert (header.line, header.bar, header.instead) == (1, None, "the header")
    assert first.bar is not None
    assert f"{first.bar.time:%Y-%m-%d %H:%M}" == "2020-01-05 22:00"
    assert (first.bar.open, first.bar.close, first.bar.spread) == (1.1, 1.15, 3.0)
    assert (second.bar, second.instead) == (None, "the high is below the low")
    assert third.bar is not None


def test_a_file_with_the_newest_bar_first_still_has_its_first_lines_beside_their_bars(tmp_path: Path) -> None:
    text = "".join(f"2020-01-06 {hour:02}:00,1.{hour},2,1,1.5,1\n" for hour in range(9, 0, -1))
    found = understood(tmp_path, "EURUSD.csv", text)
    assert [shown.bar.open for shown in found.lines if shown.bar] == [1.9, 1.8, 1.7, 1.6, 1.5, 1.4]


def test_lines_above_the_header_are_no_bars(tmp_path: Path) -> None:
    text = "my broker\n\ntime,open,high,low,close\n2020-01-06 00:00,1,2,1,2\n2020-01-06 01:00,1,2,1,2\n"
    found = understood(tmp_path, "EURUSD.csv", text)
    assert [(shown.line, shown.instead) for shown in found.lines[:3]] == [
        (1, "no bar"),
        (3, "the header"),
        (4, ""),
    ]


@pytest.mark.parametrize(
    ("name", "text", "asked", "reason"),
    [
        ("EURUSD60.csv", "2020.01.06,00:00,1,2,1,2,7\n2020.01.06,01:00,1,2,1,2,7\n", {}, MT4.why),
        ("EURUSD1.csv", "20200106 000000;1;2;1;2;0\n20200106 000100;1;2;1;2;0\n", {}, HISTDATA.why),
        (
            "EURUSD60.csv",
            "2020.01.06,00:00,1,2,1,2,7\n2020.01.06,01:00,1,2,1,2,7\n",
            {"timezone": "UTC"},
            "so it was chosen",
        ),
        (
            "EURUSD.csv",
            "time,open,high,low,close\n2020-01-06T00:00Z,1,2,1,2\n2020-01-06T01:00Z,1,2,1,2\n",
            {},
            "the times name it themselves",
        ),
    ],
)
def test_it_is_said_why_the_times_were_read_on_a_clock(
    tmp_path: Path, name: str, text: str, asked: dict[str, str], reason: str
) -> None:
    assert understood(tmp_path, name, text, **asked).timezone_reason == reason


def test_what_is_chosen_is_said_to_be(tmp_path: Path) -> None:
    found = understood(tmp_path, "x.csv", MT5, symbol="GOLD", timeframe="M15")
    assert (found.symbol, found.symbol_reason) == ("XAUUSD", "so it was chosen")
    assert (found.timeframe, found.timeframe_reason) == ("M15", "so it was chosen")
    named = understood(tmp_path, "EURUSD.csv", MT5)
    assert named.symbol_reason == "the file's name says so"
    assert named.timeframe_reason == "most bars are so far apart"


def test_gaps_and_dropped_lines_are_counted_and_warned_of(tmp_path: Path) -> None:
    found = understood(tmp_path, "EURUSD.csv", MT5)
    assert (found.gaps.missing, found.gaps.count) == (3, 1)
    assert found.share_there == 33 / 36
    assert (found.dropped_count, found.dropped[0].line) == (1, 3)
    assert any("missing inside weeks" in warning for warning in found.warnings)


def test_weeks_without_a_bar_are_understood_apart_from_gaps(tmp_path: Path) -> None:
    text = MT5 + f"2020.02.10\t00:00:00\t{_BAR}"
    found = understood(tmp_path, "EURUSD.csv", text)
    assert (found.gaps.count, found.holes.count, found.holes.longest[0].weeks) == (1, 1, 4)


def test_daily_bars_are_not_searched_for_gaps(tmp_path: Path) -> None:
    text = "time,open,high,low,close\n2020-01-06,1,2,1,2\n2020-01-07,1,2,1,2\n2020-01-08,1,2,1,2\n"
    assert understood(tmp_path, "EURUSD.csv", text).share_there is None


def test_a_clock_in_doubt_is_told_with_the_one_that_fits(market_files: Path) -> None:
    reading = Reading(market_files / "histdata-ascii/DAT_ASCII_EURUSD_M1_2019.csv.gz")
    found = reading.preview(reading.read())
    assert (found.timezone_doubted, found.fitting_timezone) == (True, "Europe/Athens-7")
    assert any("do not end at one hour" in warning for warning in found.warnings)
    mended = Reading(reading.path, timezone="Europe/Athens-7")
    assert not mended.preview(mended.read()).timezone_doubted
