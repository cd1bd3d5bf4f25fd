import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from core.results.exports import spreadsheet_text, write_document, write_pairs, write_table
from core.text import is_harmful


def table(*rows: tuple[object, ...]) -> str:
    file = io.StringIO(newline="")
    write_table(file, ("a", "b"), rows)
    return file.getvalue()


def test_a_table_has_a_header_and_ends_its_lines_with_a_line_feed_alone() -> None:
    assert table((1, 2), (3, 4)) == "a,b\n1,2\n3,4\n"


@pytest.mark.parametrize("number", [0.1 + 0.2, -1e-300, 1.7976931348623157e308, -0.0, 5e-324, -4])
def test_a_number_reads_as_the_same_number_and_is_never_taken_for_text(number: float) -> None:
    written = table((number, None)).splitlines()[1].split(",")[0]
    assert written == repr(number)
    assert float(written) == number


@pytest.mark.parametrize("undefined", [None, float("nan"), float("inf"), float("-inf")])
def test_what_is_undefined_is_empty(undefined: float | None) -> None:
    assert table((undefined, 1)) == "a,b\n,1\n"


def test_a_time_is_in_utc_whatever_its_zone() -> None:
    there = datetime(2020, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert table((there, there + timedelta(microseconds=5))).splitlines()[1] == (
        "2020-01-01T10:00:00Z,2020-01-01T10:00:00.000005Z"
    )


def test_whatever_a_text_holds_it_stays_one_cell() -> None:
    texts = ('say "no", twice', "one\ntwo\r\nthree", ";|\t,", "'", "", "Grüße €")
    written = table(*[(text, "end") for text in texts])
    assert written.count("\n") == len(texts) + 1
    read = [row[0] for row in csv.reader(io.StringIO(written, newline=""))][1:]
    assert read == ['say "no", twice', "one two\N{REPLACEMENT CHARACTER} three", ";| ,", "'", "", "Grüße €"]


@pytest.mark.parametrize(
    "formula",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\t1",
        "\r1",
        "  =1",
        "\N{NO-BREAK SPACE}=1",
        "\N{FULLWIDTH EQUALS SIGN}1",
        '=HYPERLINK("http://example.com?"&A1,"see")',
    ],
)
def test_a_text_that_would_be_a_formula_gets_an_apostrophe(formula: str) -> None:
    assert spreadsheet_text(formula).startswith("'")
    (row,) = list(csv.reader(io.StringIO(table((formula, 1)))))[1:]
    assert row[0] == spreadsheet_text(formula)


@pytest.mark.parametrize("text", ["EURUSD", "a=b", "sl", "5-3", "mail@example.com", "1e5", ""])
def test_any_other_text_stays_what_it_is(text: str) -> None:
    assert spreadsheet_text(text) == text


def test_nothing_in_a_table_acts_on_a_terminal() -> None:
    written = table(("\x1b]0;title\x07\x9b31m", "\u202egnol\x7f\u2028\ud800"))
    assert not any(is_harmful(one) for one in written if one != "\n")


def test_the_figures_of_a_document_come_a_line_each() -> None:
    file = io.StringIO(newline="")
    document = {
        "id": 7,
        "notes": "-5",
        "stopped_out": False,
        "params": {"fast": 20, "=cmd": "+x"},
        "context_tfs": ["H1", "H4"],
        "months": [{"month": "2021-01", "profit": -1.5}, {"month": "2021-02", "profit": None}],
        "rates": {},
    }
    write_pairs(file, document)
    assert file.getvalue().splitlines() == [
        "name,value",
        "id,7",
        "notes,'-5",
        "stopped_out,false",
        "params.fast,20",
        "params.=cmd,'+x",
        'context_tfs,"[""H1"", ""H4""]"',
        "months.1.month,2021-01",
        "months.1.profit,-1.5",
        "months.2.month,2021-02",
        "months.2.profit,",
    ]


@pytest.mark.parametrize("items", [[], [1.5], [{"a": None}, {"a": [1]}]])
def test_a_document_with_lists_is_one_json_document(items: list[Any]) -> None:
    file = io.StringIO()
    write_document(file, {"id": 7, "of": {}}, trades=items, equity=[[datetime(2020, 1, 1, tzinfo=UTC), 1.0]])
    assert json.loads(file.getvalue()) == {
        "id": 7,
        "of": {},
        "trades": items,
        "equity": [["2020-01-01T00:00:00+00:00", 1.0]],
    }


def test_a_document_is_harmless_where_it_lies_and_says_what_it_was_told() -> None:
    file = io.StringIO()
    text = "\x1b]0;t\x07 \x9b31m \u202e\x7f ö"
    write_document(file, {"notes": text}, trades=[{"symbol": text, "profit": float("inf")}])
    assert not any(is_harmful(one) for one in file.getvalue() if one != "\n")
    assert json.loads(file.getvalue()) == {"notes": text, "trades": [{"symbol": text, "profit": None}]}


def test_rows_and_items_are_taken_one_by_one() -> None:
    file = io.StringIO()
    lines_at: list[int] = []

    def numbers() -> Iterator[tuple[int, int]]:
        for number in range(3):
            lines_at.append(file.getvalue().count("\n"))
            yield number, number

    write_table(file, ("a", "b"), numbers())
    write_document(file, {"id": 1}, trades=numbers())
    assert lines_at == [1, 2, 3, 6, 7, 8]
