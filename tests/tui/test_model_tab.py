"""What a run asked a language model, in its detail."""

import re
from contextlib import closing

import pytest
from textual.pilot import Pilot

from core.home import Home
from db.connection import connect
from tests.shots.filling import CALLS, COMPLETED, RUNNING, ask, ask_model
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown


async def _open(pilot: Pilot[int], run_id: int) -> None:
    await until_shown(pilot, "41 runs")
    await pilot.press(*["j"] * (41 - run_id), "enter")
    await until_shown(pilot, f"Run {run_id} ·", "│ Model │")
    await pilot.press(*["less_than_sign"] * 3)


async def test_a_run_that_asks_no_model_has_no_such_tab(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("j", "j", "j", "enter")
        screen = await until_shown(pilot, "Overview │ Trades │", "│ Settings │ Log")
        assert "Model" not in screen
        await pilot.press("enter")
        await until_shown(pilot, "This key acts in Trades, Model; > and < go from tab to tab.")


async def test_every_call_stands_with_its_state_figures_decision_and_outcome(filled: Home) -> None:
    ask_model(filled)
    (filled.config).write_text(
        '[llm.models."some-model"]\ninput_price = 1000\noutput_price = 2000\n', encoding="utf-8"
    )
    async with make_app(filled).run_test(size=(140, 40)) as pilot:
        await _open(pilot, COMPLETED)
        screen = await until_shown(
            pilot,
            "14 of at most 14 requests, all used up · 10 answered · 4 failed · 2 replayed",
            "2020-01-27 07:00",
        )
        rows = {row.split()[0]: row for row in screen.splitlines() if row.lstrip()[:1].isdigit()}
        assert rows["1"].split()[3:7] == ["answered", "replayed", "1.50", "426"]
        assert "buy, stop 0.0030 (1)" in rows["1"]
        assert rows["2"].split()[3] == "failed"
        # 412 and 408 tokens asked, 20 and 18 answered, three and four times; call 1 cost an earlier run.
        paid = (3 * 412 + 3 * 408) * 1e-3 + (3 * 20 + 3 * 18) * 2e-3
        assert f"cost {paid:,.4f}" in screen


@pytest.mark.slow
@pytest.mark.parametrize(("size", "lines"), [((80, 24), 2), ((60, 16), 2), ((120, 40), 1)])
async def test_the_totals_take_as_many_lines_as_they_need(
    filled: Home, size: tuple[int, int], lines: int
) -> None:
    ask_model(filled)
    (filled.config).write_text('[llm.models."some-model"]\ninput_price = 1000\noutput_price = 2000\n')
    async with make_app(filled).run_test(size=(140, 40)) as pilot:
        await _open(pilot, COMPLETED)
        await until_shown(pilot, "cost 2.", "2020-01-27 07:00")
        await pilot.resize_terminal(*size)
        await until(pilot, lambda: pilot.app.screen.query_one("#model-totals").size.height == lines)
        screen = await until_shown(pilot, "14 of at most 14 requests, all used up", "2020-01-27 07:00")
        assert "4 failed" in screen
        assert re.search(r"tokens( · |\n)cost 2\.\d{4}\b", screen)


async def test_enter_shows_a_call_in_full_and_escape_goes_back(filled: Home) -> None:
    ask_model(filled)
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await _open(pilot, COMPLETED)
        await until_shown(pilot, "2020-01-27 07:00")
        await pilot.press("enter")
        await until_shown(
            pilot,
            f"Run {COMPLETED} · call 1",
            "answered · some-model · replayed from an earlier run · 1.50 s",
            "A rule says: buy.",
            "[/] too late",
            "buy, stop 0.0030 (1)",
            "Position 1, which brought",
        )
        await pilot.press("escape", "j", "enter")
        await until_shown(pilot, "call 2", "The endpoint answered with status 500.", "neither opened nor")


async def test_hostile_answers_are_shown_as_text(filled: Home) -> None:
    ask_model(filled, calls=1)
    hostile = "[/] [red]x \x1b]52;c;AAAA\x07 \u202e\x9b2J"
    with closing(connect(filled.store)) as connection:
        connection.execute("UPDATE llm_calls SET prompt = ?, answer = ?, model = ?", (hostile,) * 3)
        connection.execute("UPDATE run_llm_calls SET decision = ?", (hostile,))
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot, COMPLETED)
        await until_shown(pilot, "[/] [red]x")
        await pilot.press("enter")
        screen = await until_shown(pilot, "call 1", "[/] [red]x", "asked", "came of it")
        assert all(character.isprintable() or character == "\n" for character in screen)


@pytest.mark.slow
async def test_calls_come_while_the_run_is_under_way(filled: Home) -> None:
    ask_model(filled, calls=0)
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot, RUNNING)
        await until_shown(pilot, "Nothing has been asked yet.", "0 of at most 14 requests")
        with closing(connect(filled.store)) as connection:
            ask(connection, RUNNING, 1, None)
            await until_shown(pilot, "1 of at most 14 requests", "asking")
            await pilot.press("enter")
            await until_shown(pilot, "call 1", "Nothing.")
            connection.execute("UPDATE llm_calls SET state = 'answered', answer = 'the trend is up'")
            await until_shown(pilot, "the trend is up")
            await pilot.press("escape")
            for number in range(2, 5):
                ask(connection, RUNNING, number, CALLS[0])
            await until_shown(pilot, "4 of at most 14 requests")
            await until(pilot, lambda: screen_text(pilot.app).count("answered") >= 4)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("budget", "told"), [(14, "Nothing was asked."), (0, "the budget of the run is 0 calls")]
)
async def test_a_run_that_asked_nothing_says_why(filled: Home, budget: int, told: str) -> None:
    ask_model(filled, calls=0)
    with closing(connect(filled.store)) as connection:
        connection.execute("UPDATE backtest_runs SET max_llm_calls = ? WHERE id = ?", (budget, COMPLETED))
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await _open(pilot, COMPLETED)
        await until_shown(pilot, told)
        await pilot.press("enter")
        await until_shown(pilot, "There is no call to open.")


async def test_the_settings_tell_model_budget_and_what_it_may_know(filled: Home) -> None:
    ask_model(filled)
    async with make_app(filled).run_test(size=(140, 60)) as pilot:
        await _open(pilot, COMPLETED)
        await pilot.press("greater_than_sign")
        await until_shown(
            pilot,
            "model                   some-model",
            "endpoint                models.example",
            "calls at most           14",
            "it may know             what happened until 2021-06-30, so of this period too",
            "asked afresh            1 time",
        )
