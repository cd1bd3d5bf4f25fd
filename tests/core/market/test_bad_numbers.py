"""Prices and volumes that can be wrong: each costs its line, is told, or refuses the file."""

from pathlib import Path

import pytest

from tests.core.market.refusing import HEADER, lines, read, refusal, text, with_line


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
