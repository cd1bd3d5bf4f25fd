"""Runs side by side."""

import random
from array import array
from contextlib import closing
from datetime import timedelta

import pytest

from core.home import Home
from db import jobs, runs
from db.connection import connect
from db.jobs import Beat
from db.runs import RunRecord
from db.times import utc_text
from tests.shots.filling import MOMENT, PENDING, RUNNING
from tests.tui.conftest import make_app, until, until_shown
from tui.pages.compare import Compared, compare_lines
from tui.screens.compare import CompareScreen


def found(home: Home, *ids: int) -> list[RunRecord]:
    with closing(connect(home.store)) as connection:
        records = [runs.get(connection, run_id) for run_id in ids]
    return [record for record in records if record is not None]


def text_of(compared: Compared, width: int = 120, *, ascii_only: bool = False) -> list[str]:
    lines = compare_lines(compared, width, 40, MOMENT, ascii_only=ascii_only)
    return ["".join(cell.text for cell in parts).rstrip() for parts in lines]


def curve(drift: float) -> tuple[list[float], list[float]]:
    chance = random.Random(3)
    return [1.58e9 + 86_400 * day for day in range(300)], [
        100 + drift * day + chance.gauss(0, 0.2) for day in range(300)
    ]


def test_figures_settings_and_curves_stand_side_by_side(filled: Home) -> None:
    compared = Compared(found(filled, 38, 35), [curve(0.1), curve(-0.1)])
    text = "\n".join(text_of(compared))
    assert "#38 sma_cross · SYNTHETIC M15 · 2020-01-27 to 2022-01-25  ✓ done in 0:12" in text
    assert "+28.56 % *" in text
    assert "+28.42 %" in text
    assert "* the best of its row" in text
    differing = text[text.index("settings that differ") :]
    assert "donchian_breakout" in differing
    assert "leverage" not in differing
    assert "120 ┤" in text
    assert "xxx" in text


def test_without_colour_or_unicode_curves_are_told_apart_by_their_marks(filled: Home) -> None:
    compared = Compared(found(filled, 38, 35, 34), [curve(0.1), curve(-0.1), curve(0.3)])
    lines = text_of(compared, ascii_only=True)
    chart = lines[4:20]
    assert [line[:1] for line in lines[:3]] == [".", "x", "o"]
    for mark in ".xo":
        assert any(mark in line[8:] for line in chart)
    assert "".join(chart).isascii()


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_more_runs_than_fit_stand_in_blocks_below_each_other(filled: Home, width: int) -> None:
    ids = [1, 2, 3, 4, 6, 7, 8, 9]
    lines = text_of(Compared(found(filled, *ids), [curve(0.0)] * 8), width)
    assert max(map(len, lines)) <= width
    heads = [line for line in lines if line.startswith(" " * 18) and "#" in line]
    assert [int(word[1:]) for line in heads for word in line.split() if word[:1] == "#" and word[1:]] == ids
    assert len([line for line in lines if line.startswith("max drawdown")]) == len(heads)


def test_runs_that_are_set_alike_say_so(filled: Home) -> None:
    (run,) = found(filled, 38)
    text = "\n".join(text_of(Compared([run, run], [([], []), ([], [])])))
    assert "All settings are the same." in text
    assert "┤" not in text


async def test_marked_runs_are_compared_and_copied(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("c")
        await until_shown(pilot, "Mark two to 8 runs with space; c lays them side by side.")
        await pilot.press("j", "j", "j", "space", "j", "j", "space", "c")
        await until_shown(pilot, "Compare 2 runs", "#38 sma_cross", "+28.56 % *")
        await pilot.press("y")
        await until_shown(pilot, "Sent to the terminal, for its clipboard: the comparison of 2 runs")
        assert "settings that differ" in app.clipboard
        await pilot.press("escape")
        await until_shown(pilot, "2 marked")
        await pilot.press("asterisk", "c")
        await until_shown(pilot, "41 runs are marked; 8 at most can be laid side by side.")


async def test_a_run_under_way_moves_and_one_that_is_deleted_is_missed(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        app.push_screen(CompareScreen([RUNNING, PENDING, 38]))
        await until_shown(pilot, "Compare 3 runs", "▶ 42 %", "… waiting for its turn")
        with closing(connect(filled.store)) as connection:
            equity = array("d", [10_000.0, 12_000.0]).tobytes()
            token = connection.execute(
                "SELECT attempt FROM run_jobs WHERE run_id = ?", (RUNNING,)
            ).fetchone()[0]
            jobs.beat(connection, token, Beat(29_866, 49_777, 700, 12_000.0, equity, "simulating"))
            heard = utc_text(MOMENT - timedelta(seconds=1))
            connection.execute("UPDATE run_jobs SET heartbeat = ? WHERE run_id = ?", (heard, RUNNING))
        await until_shown(pilot, "▶ 59 %")
        with closing(connect(filled.store)) as connection:
            runs.delete(connection, [38])
        await until_shown(pilot, "Compare 2 runs", "1 run deleted")
        with closing(connect(filled.store)) as connection:
            runs.delete(connection, [RUNNING, PENDING])
        await until_shown(pilot, "All of these runs have been deleted")
        await pilot.press("y")
        await until_shown(pilot, "There is nothing to copy.")


async def test_the_page_is_laid_out_again_at_another_size(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        app.push_screen(CompareScreen([38, 35]))
        await until_shown(pilot, "Compare 2 runs", "profit factor")
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: app.screen.query_one("#text-lines").size.width == 80)
        await until_shown(pilot, "Compare 2 runs", "net profit")
