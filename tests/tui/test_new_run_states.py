"""What the new-run form says while it is not there yet, and where it cannot be."""

import threading
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import BacktapeError
from core.home import Home
from core.strategies.registry import Description, describe_all
from db.connection import connect
from tests.shots.filling import fill_data
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.test_new_run_screen import COMPUTED
from tui.screens.new_run import NewRunScreen
from tui.strategies import reading as strategy_reading


@pytest.mark.slow
async def test_a_form_that_is_long_in_the_making_says_so(
    stocked: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = threading.Event()

    def slow(folder: Path) -> list[Description]:
        free.wait()
        return describe_all(folder)

    monkeypatch.setattr("tui.screens.new_run.described_all", slow)
    async with make_app(stocked).run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Strategies and price history are being read ...")
        await pilot.press("enter")
        await until_shown(pilot, "The form is being made; in a moment it is there.")
        free.set()
        await until_shown(pilot, "Enter starts the run")


async def test_a_form_that_could_not_be_made_says_why_and_what_to_do(
    stocked: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(folder: Path) -> list[Description]:
        raise BacktapeError(f"{folder.name} cannot be read; mend its rights.")

    monkeypatch.setattr("tui.screens.new_run.described_all", refuse)
    async with make_app(stocked).run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        reason = "strategies cannot be read; mend its rights."
        await until_shown(
            pilot, "The form could not be made.", reason, "Esc goes back; n there tries it again."
        )
        await pilot.press("ctrl+o")
        screen = await until_shown(pilot, reason)
        assert screen.count(reason) == 2


async def test_enter_says_that_parameters_are_still_being_found_out(
    stocked: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    (stocked.strategies / "computed.py").write_text(COMPUTED)
    free = threading.Event()

    def slow(home: Home, description: Description) -> Description:
        free.wait()
        return strategy_reading.described(home, description)

    monkeypatch.setattr("tui.screens.new_run.described", slow)
    async with make_app(stocked).run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*"comp")
        await until_shown(pilot, "Its parameters are being found out by running its file ...")
        await pilot.press("enter")
        await until_shown(
            pilot, "The parameters of computed are being found out by running its file; then it can start."
        )
        free.set()
        await until_shown(pilot, "length                12", "Enter starts the run")


def test_a_file_that_cannot_even_be_run_has_its_reason(
    stocked: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    (stocked.strategies / "computed.py").write_text(COMPUTED)
    [computed] = [one for one in describe_all(stocked.strategies) if one.name == "computed"]

    def full(home: Home, description: Description) -> Description:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.jobs.describing.describe", full)
    told = "computed.py cannot be run to find out its parameters: No space left on device."
    assert strategy_reading.described(stocked, computed).error == told


LONG = '''
from core.strategies import Signals, Strategy, parameter


class Wordy(Strategy):
    """Says more than a line has room for."""

    bars_of_the_average_that_closes_are_held_to: int = parameter(20, help="bars averaged")
    average: str = parameter(
        "one_of_the_averages_with_a_long_name", choices=("one_of_the_averages_with_a_long_name", "b")
    )

    def signals(self, bars):
        return Signals()
'''


@pytest.mark.slow
async def test_names_that_have_no_room_can_be_read_below(stocked: Home) -> None:
    (stocked.strategies / "wordy.py").write_text(LONG)
    async with make_app(stocked).run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*"wordy", "down")
        await until_shown(
            pilot, "bars_of_the_average_that_closes_are_held_to · bars averaged; a whole number"
        )
        await pilot.press("down")
        await until_shown(pilot, "one_of_the_averages_wi… ", "one_of_the_averages_with_a_long_name · one of")


async def test_a_long_name_of_a_strategy_moves_nothing_in_the_form_of_another(stocked: Home) -> None:
    name = "a_strategy_with_a_name_that_nobody_would_ever_write_in_full"
    (stocked.strategies / f"{name}.py").write_text(LONG.replace("Wordy", "".join(name.title().split("_"))))
    async with make_app(stocked).run_test(size=(200, 40)) as pilot:
        await pilot.press("n")
        await until_shown(
            pilot, "  commission            0                         per lot, entry and exit together"
        )
        await pilot.press(*"a_str")
        await until_shown(pilot, " a_strategy_with_a_name_that_n", "… ", f"\n{name} · Says more than a line")
        row = next(one for one in screen_text(pilot.app).splitlines() if one.startswith("  commission "))
        assert row.index("per lot, entry") == 2 + 44 + 40 + 1


async def test_names_are_read_in_full_where_there_is_room(stocked: Home) -> None:
    (stocked.strategies / "wordy.py").write_text(LONG)
    async with make_app(stocked).run_test(size=(160, 24)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "Enter starts the run")
        await pilot.press(*"wordy")
        await until_shown(pilot, "  bars_of_the_average_that_closes_are_held_to   20  ")


# Without price history


async def test_the_form_is_there_as_soon_as_there_is_price_history(empty: Home) -> None:
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "There is no price history yet.")
        with closing(connect(empty.store)) as connection:
            fill_data(empty, connection)
        screen = await until_shown(pilot, "EURUSD", "Enter starts the run")
        assert "There is no price history yet." not in screen
        await pilot.press("4", "4", "4")  # is text again
        assert isinstance(pilot.app.screen, NewRunScreen)


@pytest.mark.slow
async def test_a_sample_market_that_comes_while_the_form_waits_for_it_fills_the_form(empty: Home) -> None:
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "There are no runs yet.")
        await pilot.press("m", "n")
        await until_shown(pilot, "SYNTHETIC", "Enter starts the run", within=60)


async def test_without_price_history_the_bottom_line_names_what_leads_on_and_the_sample_comes_at_its_key(
    empty: Home,
) -> None:
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        screen = await until_shown(pilot, "m imports the sample market: made-up prices")
        assert screen.rstrip().splitlines()[-1].rstrip() == "m sample  4 Data  Esc back  ? keys"
        await pilot.press("enter")
        await until_shown(
            pilot, "There are no data yet; m imports the sample market, 4 leads to price files."
        )
        await pilot.press("m")
        await until_shown(pilot, "SYNTHETIC M5: 224,268 bars", within=60)
        await pilot.press("escape")
        screen = await until_shown(pilot, "SYNTHETIC", "Enter starts the run")
        assert screen.rstrip().splitlines()[-1].startswith("Enter start  Tab next")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("1", "There are no runs yet."),
        ("3", "what it does"),
        ("4", "The data library is empty."),
        ("colon", "Enter does it, Up and Down choose"),
        ("question_mark", "Keys"),
        ("q", "There are no runs yet."),
    ],
)
async def test_keys_that_are_text_in_a_field_act_as_long_as_there_is_no_field(
    empty: Home, key: str, shown: str
) -> None:
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "4 shows the data library,", "1 shows all runs, Esc goes back.")
        await pilot.press(key)
        await until(pilot, lambda: not isinstance(pilot.app.screen, NewRunScreen))
        await until_shown(pilot, shown)


async def test_a_form_that_was_missing_something_looks_again_when_it_is_come_back_to(empty: Home) -> None:
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await pilot.press("n")
        await until_shown(pilot, "There is no price history yet.")
        await pilot.press("f1")
        await until(pilot, lambda: not isinstance(pilot.app.screen, NewRunScreen))
        with closing(connect(empty.store)) as connection:
            fill_data(empty, connection)
        await pilot.pause(0.5)
        await pilot.press("escape")
        await until_shown(pilot, "Enter starts the run")
