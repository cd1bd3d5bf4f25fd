"""A refusal stands when the next key was typed by habit for the question that did not come."""

from textual.pilot import Pilot

from core.home import Home
from tests.shots.filling import CANCELLED
from tests.tui.conftest import make_app, open_run, until_shown

REFUSED = "was cancelled; only"


async def on_cancelled(pilot: Pilot[int]) -> None:
    await until_shown(pilot, "41 runs", "1 waiting")
    await pilot.press(*["j"] * (41 - CANCELLED))


async def test_the_letter_after_a_refused_export_leaves_the_refusal_where_it_is(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await on_cancelled(pilot)
        await pilot.press("e", "h")
        await until_shown(pilot, f"Run {CANCELLED} {REFUSED} a run that is done has a result to export.")
        await pilot.press("h")
        await until_shown(pilot, "h acts in Chart")


async def test_so_it_does_in_the_detail_of_a_run(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await open_run(pilot, CANCELLED)
        await pilot.press("e", "h")
        await until_shown(pilot, f"This run {REFUSED} one that is done has a result to export.")
        await pilot.press("h")
        await until_shown(pilot, "This key acts in Chart")
        await pilot.press("f9")
        await until_shown(pilot, "F9 does nothing here")


async def test_a_refusal_that_was_moved_on_from_does_not_come_back(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await on_cancelled(pilot)
        await pilot.press("e", "j", "h")
        await until_shown(pilot, "h acts in Chart")


async def test_a_key_that_acts_here_acts_after_a_refusal(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await on_cancelled(pilot)
        await pilot.press("e", "enter")
        await until_shown(pilot, f"Run {CANCELLED} ·", "Overview │")
