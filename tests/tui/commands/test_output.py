import io
import json
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tui.commands.output import ascii_only, presentable, table, utf8_locale, write_json

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


def test_the_columns_of_a_table_fold_in_their_order() -> None:
    rows = [("1", "name", "2,146", "0.93")]
    header = ("id", "name", "trades", "PF")
    assert "trades" in table(header, rows, folding=(2, 3)).splitlines()[0]
    assert table(header, rows, folding=(2, 3), width=14).splitlines()[0] == "id  name  PF"
    assert table(header, rows, folding=(2, 3), width=9).splitlines()[0] == "id  name"
