import io
import json
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.text import is_harmful
from tui.commands.output import (
    ascii_only,
    complain,
    presentable,
    remark,
    table,
    utf8_locale,
    write,
    write_json,
)

LOCALES = ("LC_ALL", "LC_CTYPE", "LANG")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "en_US.UTF-8"}, True),
        ({"LANG": "C.utf8"}, True),
        ({"LC_CTYPE": "UTF-8"}, True),
        ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, False),
        ({"LANG": "de_DE.ISO-8859-1"}, False),
        ({}, False),
        # What Python itself sets in a plain C locale says nothing of the terminal.
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, False),
    ],
)
def test_the_locale_says_whether_the_terminal_shows_utf8(
    environment: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in LOCALES:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert utf8_locale() is expected


def test_text_for_an_ascii_stream_holds_ascii_only() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    assert ascii_only(stream)
    assert presentable("▶ 43 % · \u2013 ⣀", stream) == "> 43 % | - ?"


def test_json_writes_times_in_utc_and_undefined_as_null(capsys: pytest.CaptureFixture[str]) -> None:
    noon = datetime(2020, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    write_json({"at": noon, "bad": float("nan"), "worse": [float("inf")], "good": 1.5})
    assert json.loads(capsys.readouterr().out) == {
        "at": "2020-01-01T10:00:00+00:00",
        "bad": None,
        "worse": [None],
        "good": 1.5,
    }


def test_json_refuses_what_has_no_place_in_it() -> None:
    with pytest.raises(TypeError, match="set has no place"):
        write_json({"values": {1, 2}})


def test_a_table_sets_figures_to_the_right() -> None:
    text = table(("name", "n"), [("a", "1"), ("long name", "1,000")], (1,))
    assert text.splitlines() == ["name           n", "a              1", "long name  1,000"]


def test_a_moment_in_utc_stays_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    write_json(datetime(2020, 1, 1, tzinfo=UTC))
    assert capsys.readouterr().out == '"2020-01-01T00:00:00+00:00"\n'
    assert sys.stdout is not None


@pytest.mark.parametrize("width", range(8, 40))
def test_a_table_never_is_wider_than_the_terminal(width: int) -> None:
    rows = [("1", "a name that is rather long", "2,146", "0.93"), ("12", "short", "7", "1.00")]
    shown = table(("id", "name", "trades", "PF"), rows, (0, 2, 3), folding=(2, 3), width=width).splitlines()
    assert max(map(len, shown)) <= width
    assert len(shown) == 3


def test_a_letter_that_takes_two_cells_moves_no_column() -> None:
    told = table(["source", "bars"], [["経済", "1"], ["broker", "20"]], right=[1])
    assert told.splitlines() == ["source  bars", "経済       1", "broker    20"]


def test_a_text_of_wide_letters_is_cut_to_its_room() -> None:
    told = table(["source"], [["経" * 30]], width=10)
    assert told.splitlines()[1] == "経経経経 …"


def test_the_columns_of_a_table_fold_in_their_order() -> None:
    rows = [("1", "name", "2,146", "0.93")]
    header = ("id", "name", "trades", "PF")
    assert "trades" in table(header, rows, folding=(2, 3)).splitlines()[0]
    assert table(header, rows, folding=(2, 3), width=14).splitlines()[0] == "id  name  PF"
    assert table(header, rows, folding=(2, 3), width=9).splitlines()[0] == "id  name"


HOSTILE = "\x1b]0;title\x07 \x9b31m \u202egnol \ud800 \x7f\nnext"


def test_whatever_is_written_is_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    write(HOSTILE)
    complain(HOSTILE)
    remark(HOSTILE)
    written = capsys.readouterr()
    assert written.out.count("\n") == 2
    assert written.err.count("\n") == 3
    assert not any(is_harmful(one) for one in written.out + written.err if one != "\n")


def test_a_text_in_a_table_cannot_make_a_row_of_its_own() -> None:
    assert table(("a", "b"), [(HOSTILE, "1")]).count("\n") == 1


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_a_document_says_what_is_harmful_in_escapes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, locale: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    text = HOSTILE + "\U000e0001 ö \\u001b"
    write_json({text: [text]})
    written = capsys.readouterr().out
    assert not any(is_harmful(one) for one in written if one != "\n")
    assert json.loads(written) == {text: [text]}
