import argparse
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from core.market.timeframes import Timeframe
from tui.cli import main
from tui.commands import parsing
from tui.commands.parsing import Parser, UsageError, joined_negatives


@pytest.mark.parametrize("text", ["1,000", "nan", "inf", "1e400", "ten", "", "1_000", "0x10", "\x1b[2J"])
def test_what_is_not_a_plain_finite_number_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is not a number"):
        parsing.number(text)


@pytest.mark.parametrize(
    ("text", "value"), [("1.5", 1.5), ("-1e3", -1000.0), (".5", 0.5), ("10000", 10000.0)]
)
def test_a_number_is_read_as_it_is_written(text: str, value: float) -> None:
    assert parsing.number(text) == value


@pytest.mark.parametrize(
    "text", ["2020-02-30", "2020-13-01", "30.01.2020", "yesterday", "", "2020-13", "99999-01-01"]
)
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is not a date"):
        parsing.moment(text)


def test_a_date_is_the_beginning_of_its_day_in_utc() -> None:
    assert parsing.moment("2020-01-31") == datetime(2020, 1, 31, tzinfo=UTC)
    assert parsing.moment("2020-01-31T12:00+02:00") == datetime(2020, 1, 31, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2021-02", (2021, 2, 1)),
        ("2021-2", (2021, 2, 1)),
        ("2022", (2022, 1, 1)),
        ("2020-1-5", (2020, 1, 5)),
        (" 2022 ", (2022, 1, 1)),
    ],
)
def test_a_month_or_a_year_is_its_first_day(text: str, day: tuple[int, int, int]) -> None:
    assert parsing.moment(text) == datetime(*day, tzinfo=UTC)


@pytest.mark.parametrize("text", ["1969", "2100-02", "0001-01-01T00:00+05:00", "9999-12-31T23:59-05:00"])
def test_a_date_of_no_run_is_left_to_the_request_as_it_was_typed(text: str) -> None:
    assert parsing.moment(text) == text


@pytest.mark.parametrize("text", ["fast", "=5", " =5", ""])
def test_an_assignment_without_a_name_or_an_equals_sign_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="NAME=VALUE"):
        parsing.assignment(text)


def test_an_assignment_keeps_further_equals_signs_in_its_value() -> None:
    assert parsing.assignment("prompt=a=b") == ("prompt", "a=b")


@pytest.mark.parametrize("text", ["", ",", "EURUSD,", "EURUSD,,GBPUSD"])
def test_an_empty_part_of_a_list_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="empty part"):
        parsing.names(text)


def test_a_name_given_twice_in_a_list_counts_once() -> None:
    assert parsing.names("H1, H4,H1") == ["H1", "H4"]


@pytest.mark.parametrize("text", ["-1", "1.0", "one", "", "\u0661", "9" * 19])
def test_what_cannot_be_the_number_of_a_run_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="number of a run"):
        parsing.run_id(text)


def test_the_number_of_a_run_may_carry_the_sign_that_screens_show() -> None:
    assert parsing.run_id("#12") == 12


@pytest.mark.parametrize(
    ("given", "joined"),
    [
        (["--swap", "-3.5,1.2"], ["--swap=-3.5,1.2"]),
        (["--balance", "-1e300"], ["--balance=-1e300"]),
        (["--set", "x=-1"], ["--set", "x=-1"]),
        (["--json", "--detach"], ["--json", "--detach"]),
        (["--set=a=1", "-5"], ["--set=a=1", "-5"]),
        (["sma_cross", "-5"], ["sma_cross", "-5"]),
        (["7", "--", "-5", "pips"], ["7", "--", "-5", "pips"]),
        (["--", "--lots", "-5"], ["--", "--lots", "-5"]),
    ],
)
def test_a_negative_value_is_not_mistaken_for_an_option(given: list[str], joined: list[str]) -> None:
    assert joined_negatives(given) == joined


def test_the_spread_is_a_number_or_the_word_data() -> None:
    read: Callable[[str], str] = parsing.number_or("data")
    assert read("data") == "data"
    assert read("0.5") == "0.5"
    with pytest.raises(argparse.ArgumentTypeError, match="neither a number nor 'data'"):
        read("dta")


@pytest.mark.parametrize("text", ["1", "1,2,3", "a,b", ","])
def test_a_swap_is_two_numbers(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        parsing.pair_of_numbers(text)


def test_an_option_is_never_guessed_from_its_beginning() -> None:
    parser = Parser(prog="backtape runs", description=None)
    parser.add_argument("--strategy")
    with pytest.raises(UsageError, match=r"There is no option --strat; did you mean --strategy\?$"):
        parser.read(["--strat=x"])


def test_hostile_text_in_an_argument_is_shown_harmless() -> None:
    parser = Parser(prog="backtape runs", description=None)
    with pytest.raises(UsageError) as refused:
        parser.read(["\x1b]0;title\x07"])
    assert "\x1b" not in str(refused.value)


def test_the_help_of_run_states_the_default_of_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    from core.jobs.request import RunRequest

    with pytest.raises(SystemExit):
        main(["run", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    made = RunRequest(strategy="sma_cross", symbol="EURUSD", timeframe=Timeframe.M15)
    stated = {
        "--mode": made.execution_mode,
        "--lots": f"{made.volume:g}",
        "--partial": f"{made.tp_partial_close_ratio:g}",
        "--balance": f"{made.initial_balance:g}",
        "--currency": made.account_currency,
        "--leverage": f"{made.leverage:g}",
        "--spread": f"{made.spread_pips:g}",
        "--commission": f"{made.commission_per_lot:g}",
        "--slippage": f"{made.slippage_pips:g}",
        "--swap": f"{made.swap_long:g},{made.swap_short:g}",
        "--max-llm-calls": f"{made.max_llm_calls}",
    }
    for option, default in stated.items():
        explained = told.split(f" {option} ")[-1].split(" --")[0]
        assert f"(default: {default})" in explained, option
    options = re.findall(r" (--[a-z-]+) [A-Z{]", told.split("options:")[1])
    defaults = told.split("options:")[1].count("(default: ")
    assert len(set(options)) == defaults
