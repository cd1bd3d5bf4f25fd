"""What is asked about a file in doubt, and what it may be called."""

from pathlib import Path

import pytest
from rich.cells import cell_len

from tui.imports.doubts import doubts_of, sources_for
from tui.imports.fields import fault_of
from tui.imports.left_out import (
    ASK,
    CLOCK,
    JOINED,
    MISFIT,
    SKIPPED,
    UNREAD,
    LeftOut,
    left_out_lines,
    left_out_told,
)

PLAIN = {
    "symbol": "EURUSD",
    "timeframe": "M15",
    "timezone": "Europe/Athens",
    "timezone_doubted": False,
    "fitting_timezone": None,
    "ask_doubted": False,
    "library": {"refusal": "", "doubts": []},
}
JUMP = "The price jumps from 12345.67 to 23456.78, where bars of two imports meet at 2021-01-03T22:00:00Z."
REFUSAL = (
    "This EURUSD M15 does not fit the dataset in the library: 3 bars differ; replace it, or name a source."
)


@pytest.mark.parametrize(
    ("changed", "kinds"),
    [
        ({}, []),
        ({"ask_doubted": True}, [ASK]),
        ({"timezone_doubted": True}, [CLOCK]),
        ({"library": {"refusal": REFUSAL}}, [MISFIT]),
        ({"library": {"refusal": "", "doubts": [JUMP]}}, [JOINED]),
        (
            {"ask_doubted": True, "timezone_doubted": True, "library": {"refusal": REFUSAL}},
            [ASK, CLOCK, MISFIT],
        ),
    ],
)
def test_everything_doubtful_is_to_be_decided(changed: dict[str, object], kinds: list[str]) -> None:
    assert [doubt.kind for doubt in doubts_of({**PLAIN, **changed}, "", "")] == kinds


def test_what_was_not_understood_can_only_be_left_out() -> None:
    (doubt,) = doubts_of(None, "line 1: there is no bar below it; export it again.", "broker")
    assert (doubt.kind, dict(doubt.one), list(doubt.many)) == (UNREAD, {}, ["l"])
    assert doubt.question("x.csv", all_such=True) == (
        "x.csv is not understood: line 1: there is no bar below it."
        " For it and all such that follow: l leaves them out; other keys: look at it"
    )


def test_where_a_field_is_wrong_it_is_not_said_of_the_file() -> None:
    said = "There is no time zone 'Europe/Lodnon'; use another."
    (wrong,) = doubts_of(None, said, "", fault_of("timezone", chosen=True))
    assert (wrong.kind, wrong.why) == ("with a wrong time zone", said)
    assert wrong.question("x.csv", all_such=True).startswith(
        "x.csv has a wrong time zone: there is no time zone 'Europe/Lodnon'. For it and all"
    )
    (lacking,) = doubts_of(None, "its name tells no symbol; name it.", "", fault_of("symbol", chosen=False))
    assert lacking.kind == "with no symbol"
    assert wrong.such != lacking.such


def test_a_zone_is_only_offered_where_one_fits() -> None:
    doubted = {**PLAIN, "timezone_doubted": True}
    (without,) = doubts_of(doubted, "", "")
    (fitting,) = doubts_of({**doubted, "fitting_timezone": "America/New_York+7"}, "", "")
    assert (list(without.many), list(fitting.many)) == (["y", "l"], ["f", "y", "l"])
    assert "f takes the zone that fits, America/New_York+7" in fitting.question("x.csv", all_such=False)
    assert without.such != fitting.such


def test_bars_that_may_not_belong_to_others_are_kept_apart_added_or_left_out() -> None:
    (doubt,) = doubts_of({**PLAIN, "library": {"refusal": "", "doubts": [JUMP]}}, "", "broker")
    assert (list(doubt.one), list(doubt.many), doubt.why) == (["s", "y"], ["s", "y", "l"], JUMP)
    assert doubt.question("x.csv", all_such=False) == (
        "x.csv would join the EURUSD M15 that is there, but the price jumps from 12345.67 to 23456.78. "
        "s keeps it as source broker, y adds it; other keys: look at it"
    )


def test_a_question_fits_in_five_lines_of_the_smallest_terminal() -> None:
    found = {
        **PLAIN,
        "ask_doubted": True,
        "timezone_doubted": True,
        "fitting_timezone": "America/New_York+7",
        "library": {"refusal": REFUSAL},
    }
    joined = {**PLAIN, "library": {"refusal": "", "doubts": [JUMP]}}
    doubts = [
        *doubts_of(found, "", "s" * 30),
        *doubts_of(None, "r" * 300, ""),
        *doubts_of(joined, "", "s" * 30),
    ]
    asked = [doubt.question("n" * 200, all_such=every) for doubt in doubts for every in (True, False)]
    assert max(cell_len(text) for text in asked) < 5 * 60 - 40


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/data/my broker/EURUSD_M15.csv", ["my-broker", "EURUSD_M15"]),
        ("/EURUSD15.csv.gz", ["EURUSD15"]),
        ("/data/価格/FX_EURUSD, 1D.csv", ["FX_EURUSD-1D"]),
        (f"/{'n' * 80}/{'n' * 90}.csv", ["n" * 30]),
    ],
)
def test_a_source_is_called_as_the_folder_or_else_the_file(path: str, names: list[str]) -> None:
    assert sources_for(Path(path)) == names


def test_what_was_left_out_is_counted_by_reason_and_listed_with_it() -> None:
    files = [LeftOut(Path("a.csv"), MISFIT, "it differs."), LeftOut(Path("b.csv"), SKIPPED)]
    assert left_out_told(files) == "2 left out: 1 not fitting the bars that are there, 1 skipped"
    assert left_out_told(files[1:]) == "1 left out, skipped"
    shown = ["".join(part.text for part in parts).strip() for parts in left_out_lines(files, 60)]
    assert shown == ["a.csv", "It differs.", "b.csv", "Skipped."]
