"""The run list: what it shows and what its keys do."""

import re
from contextlib import closing
from datetime import timedelta

import pytest
from textual.strip import Strip
from textual.worker import WorkerFailed

from core.home import Home
from db import runs
from db.connection import connect
from db.times import utc_text
from tests.db.samples import finished_run
from tests.shots.filling import MOMENT, PENDING, RUNNING
from tests.shots.reading import drawn_text, screen_text
from tests.tui.conftest import make_app, until, until_shown
from tui.screens.data import DataScreen
from tui.screens.detail import DetailScreen
from tui.screens.new_run import NewRunScreen
from tui.screens.runs import RunsScreen
from tui.widgets.bottom_line import BottomLine


def _status(home: Home, run_id: int) -> str:
    with closing(connect(home.store)) as connection:
        run = runs.get(connection, run_id)
        return "deleted" if run is None else run.status


async def test_the_list_shows_every_kind_of_run(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        screen = await until_shown(
            pilot, "41 runs", "… waiting", "▶ 42 %", "✓ done", "✗ failed", "■ cancelled"
        )
        assert re.search(r"✓ done .* \+\d+\.\d\d ", screen)
        assert re.search(r"✓ done .* -\d+\.\d\d ", screen)


async def test_an_empty_list_says_what_to_do(empty: Home) -> None:
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "There are no runs yet.", "imports the sample market")


async def test_a_key_that_cannot_act_says_why(empty: Home) -> None:
    async with make_app(empty).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "There are no runs yet.")
        for key, reason in [
            ("enter", "There is no run to open."),
            ("slash", "There is no run to filter yet."),
            ("space", "There is no run to mark."),
            ("x", "There is no run to cancel."),
            ("d", "There is no run to delete."),
        ]:
            await pilot.press(key)
            await until_shown(pilot, reason)


async def test_words_filter_the_list_while_they_are_typed(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("slash", *"symbol:EURUSD")
        await until_shown(pilot, "filter: symbol:EURUSD", "8 of 41 runs")
        await pilot.press("enter")
        await until_shown(pilot, "/ symbol:EURUSD", "Enter open")
        await pilot.press("escape")
        await until_shown(pilot, "41 runs")


async def test_leaving_the_filter_brings_back_the_one_before(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("slash", *"gbp", "escape")
        screen = await until_shown(pilot, "Enter open")
        assert " of 41 runs" not in screen


async def test_a_word_that_does_not_exist_is_told_and_changes_nothing(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("slash", *"colour:red", "enter")
        screen = await until_shown(pilot, "There is no filter word 'colour'")
        assert " of 41 runs" not in screen


async def test_a_letter_sorts_and_a_capital_turns_around(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        screen = app.screen
        assert isinstance(screen, RunsScreen)
        await pilot.press("s", "r")
        await until_shown(pilot, "return %▼")
        await until(pilot, lambda: screen.table.ids[0] != 41)
        best = screen.table.ids[0]
        await pilot.press("S")
        await until(pilot, lambda: screen.table.ids[0] not in {best, 41})
        with closing(connect(filled.store)) as connection:
            rows = runs.summaries(connection, list(screen.table.ids))
        known = [run.total_return_pct for run in rows if run.total_return_pct is not None]
        assert known == sorted(known)


async def test_deleting_asks_and_can_be_undone(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("G", "d")
        await until_shown(pilot, "Delete run 1 with all trades?")
        await pilot.press("n")
        assert _status(filled, 1) == "completed"
        await pilot.press("d", "y")
        await until_shown(pilot, "Deleted run 1; z brings back.", "40 runs")
        assert _status(filled, 1) == "deleted"
        await pilot.press("z")
        await until_shown(pilot, "Brought back run 1.", "41 runs")
        assert _status(filled, 1) == "completed"


@pytest.mark.parametrize(
    ("keys", "marked"),
    [
        ("space space", 2),
        ("space j j V", 4),
        ("asterisk", 41),
        ("space exclamation_mark", 40),
        ("space space u", 0),
        ("space k space", 0),
    ],
)
async def test_marks(filled: Home, keys: str, marked: int) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press(*keys.split())
        screen = app.screen
        assert isinstance(screen, RunsScreen)
        assert len(screen.table.marks) == marked


async def test_a_state_written_by_somebody_else_appears(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        with closing(connect(filled.store)) as connection:
            runs.request_cancel(connection, [PENDING])
        await until(pilot, lambda: "■ cancelled" in screen_text(pilot.app).splitlines()[3])
        await until(pilot, lambda: "waiting" not in screen_text(pilot.app).splitlines()[0])


async def test_a_silent_worker_is_called_silent(filled: Home) -> None:
    with closing(connect(filled.store)) as connection:
        connection.execute(
            "UPDATE run_jobs SET heartbeat = ? WHERE run_id = ?",
            (utc_text(MOMENT - timedelta(seconds=33)), RUNNING),
        )
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "▶ no sign 30s")


async def test_a_runner_is_ensured_while_a_run_waits(filled: Home, ensured: list[bool]) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: ensured)
        assert ensured[0] is False


async def test_no_runner_is_ensured_when_nothing_waits(empty: Home, ensured: list[bool]) -> None:
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "nothing under way")
        assert not ensured


async def test_the_screens_are_reached_and_left(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        for key, kind in [("enter", DetailScreen), ("n", NewRunScreen), ("4", DataScreen)]:
            await pilot.press(key)
            await until(pilot, lambda kind=kind: isinstance(app.screen, kind))  # type: ignore[misc]
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(app.screen, RunsScreen))


async def test_q_at_the_top_leaves(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("q")
        await until(pilot, lambda: not app.is_running)
    assert app.return_value == 0


async def test_a_terminal_that_is_too_small_is_told_and_typed_text_is_kept(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("slash", *"eur")
        await pilot.resize_terminal(50, 12)
        await until_shown(pilot, "Backtape needs 60 columns and 16 lines")
        await pilot.resize_terminal(80, 24)
        await until_shown(pilot, "filter: eur")
        assert isinstance(app.focused, BottomLine)


async def test_a_terminal_made_larger_shows_the_run_under_the_cursor(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs")
        assert "It is the next to begin." not in screen_text(pilot.app)
        await pilot.resize_terminal(120, 40)
        await until_shown(pilot, "#41 donchian_breakout", "It is the next to begin.")


async def test_what_acts_on_marks_is_named_first_while_there_are_any(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs", "x cancel")
        await pilot.press("space", "space")
        await until_shown(pilot, "2 marked  x cancel  c compare  r repeat  e export")


async def test_the_key_that_cancels_is_not_named_where_there_is_nothing_to_cancel(empty: Home) -> None:
    with closing(connect(empty.store)) as connection:
        finished_run(connection)
    async with make_app(empty).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "1 run", "nothing under way", "c compare")
        assert "x cancel" not in screen_text(pilot.app)


async def test_a_list_filtered_to_nothing_says_how_to_see_all(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("slash", *"nonesuch", "enter")
        await until_shown(pilot, "0 of 41 runs", "No run has these words; Esc takes them away.")
        await pilot.press("escape")
        await until_shown(pilot, " 41 runs", "✓ done")


async def test_a_sentence_stands_there_until_the_next_key(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("z")
        await until_shown(pilot, "There is nothing to bring back.")
        await pilot.press("j")
        await until_shown(pilot, "Enter open  n new run")


async def test_ascii_alone_is_drawn_where_nothing_else_is_shown(filled: Home) -> None:
    app = make_app(filled, ascii_only=True)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("G")
        await until_shown(pilot, "#1 donchian_breakout")
        assert drawn_text(app).isascii()


async def test_a_mistake_of_ours_is_one_sentence_and_a_log(
    empty: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: RunsScreen) -> None:
        raise RuntimeError("oh dear")

    monkeypatch.setattr(RunsScreen, "do_help", broken)
    app = make_app(empty)

    async def meet_it() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await until_shown(pilot, "There are no runs yet.")
            await pilot.press("question_mark")
            await until(pilot, lambda: app.refusal)

    with pytest.raises(RuntimeError, match="oh dear"):
        await meet_it()
    assert app.refusal is not None
    assert "The screens have met a mistake of their own" in app.refusal
    assert "oh dear" in (empty.logs / "backtape.log").read_text()


async def test_the_log_of_a_mistake_made_beside_the_keys_names_its_line(
    empty: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken() -> None:
        raise RuntimeError("oh dear")

    monkeypatch.setattr(RunsScreen, "do_help", lambda self: self.start(broken))
    app = make_app(empty)

    async def meet_it() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await until_shown(pilot, "There are no runs yet.")
            await pilot.press("question_mark")
            await until(pilot, lambda: app.refusal)

    with pytest.raises(WorkerFailed, match="oh dear"):
        await meet_it()
    assert "in broken" in (empty.logs / "backtape.log").read_text()


async def test_opening_a_question_sends_little_and_not_the_screen(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        screen = app.screen
        assert isinstance(screen, RunsScreen)
        drawn: list[int] = []
        draw = screen.table.render_line

        def remembering(y: int) -> Strip:
            drawn.append(y)
            return draw(y)

        screen.table.render_line = remembering  # type: ignore[method-assign]
        await pilot.press("d")
        await until_shown(pilot, "Delete run 41")
        assert set(drawn) <= {1}
