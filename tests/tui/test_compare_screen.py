"""Runs side by side."""

import random
from array import array
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from rich.color import ColorType

from core.home import Home
from db import jobs, runs
from db.connection import connect
from db.jobs import Beat
from db.runs import RunRecord
from db.times import utc_text
from tests.shots.filling import CANCELLED, MOMENT, PENDING, RUNNING
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.test_themes import contrast
from tui.pages.compare import STYLES, Compared, compare_lines
from tui.run_curve import curve_of, packed_curve
from tui.screens.compare import CompareScreen
from tui.themes import THEMES


def found(home: Home, *ids: int) -> list[RunRecord]:
    with closing(connect(home.store)) as connection:
        records = [runs.get(connection, run_id) for run_id in ids]
    return [record for record in records if record is not None]


def text_of(
    compared: Compared, width: int = 120, *, ascii_only: bool = False, letters_only: bool = False
) -> list[str]:
    found = compare_lines(compared, width, 40, MOMENT, ascii_only=ascii_only, letters_only=letters_only)
    return ["".join(cell.text for cell in parts).rstrip() for parts in found.lines]


def curve(drift: float) -> tuple[list[float], list[float]]:
    chance = random.Random(3)
    return [1.58e9 + 86_400 * day for day in range(300)], [
        100 + drift * day + chance.gauss(0, 0.2) for day in range(300)
    ]


def test_figures_settings_and_curves_stand_side_by_side(filled: Home) -> None:
    compared = Compared(found(filled, 38, 35), [curve(0.1), curve(-0.1)])
    text = "\n".join(text_of(compared))
    assert "#38 sma_cross · SYNTHETIC M15 · 2020-01-27 to 2022-01-25  ✓ done in 0:12" in text
    better, worse = (run.total_return_pct for run in compared.runs)
    assert f"{better:+.2f}*" in text
    assert f"{worse:+.2f}\n" in text
    assert "* the best of its row" in text
    differing = text[text.index("settings that differ") :]
    assert "donchian_breakout" in differing
    assert "leverage" not in differing
    assert "120 ┤" in text
    assert text.startswith("a #38")
    assert "\nb #35" in text


@pytest.mark.parametrize("only", [{"ascii_only": True}, {"letters_only": True}])
def test_without_colours_curves_are_drawn_with_their_letters(filled: Home, only: dict[str, bool]) -> None:
    compared = Compared(found(filled, 38, 35, 34), [curve(0.1), curve(-0.1), curve(0.3)])
    lines = text_of(compared, **only)
    chart = lines[4:20]
    assert [line[:1] for line in lines[:3]] == ["a", "b", "c"]
    assert {mark for line in chart[:-1] for mark in line[8:]} == set("abc ")
    assert "".join(chart).isascii() == ("ascii_only" in only)


def test_a_curve_its_letter_in_the_legend_and_its_column_have_one_colour(filled: Home) -> None:
    compared = Compared(found(filled, 38, 35), [curve(0.1), curve(-0.1)])
    found_lines = compare_lines(compared, 120, 40, MOMENT, ascii_only=False)
    lines, (heads, *_) = found_lines.lines, found_lines.heads.values()
    legend = lines[:2]
    styles = [parts[0].style for parts in legend]
    assert len(set(styles)) == 2
    assert [cell.style for cell in heads if cell.text.strip() in ("a", "b")] == styles
    drawn = {cell.style for parts in lines[3:20] for cell in parts if cell.text.strip()}
    assert set(styles) <= drawn


def test_runs_that_are_not_like_for_like_say_so_between_chart_and_figures(filled: Home) -> None:
    lines = text_of(Compared(found(filled, 35, 30), [curve(0.1), curve(-0.1)]))
    assert not any("like for like" in line for line in lines)
    lines = text_of(Compared(found(filled, 38, 35), [curve(0.1), curve(-0.1)]), 80)
    told = lines.index("Different markets: money and returns are not like for like.")
    assert lines.index(next(line for line in lines if line.startswith("net profit"))) > told
    assert max(row for row, line in enumerate(lines) if "┤" in line) < told


@pytest.mark.parametrize("theme", THEMES)
async def test_eight_curves_have_eight_colours_that_can_be_read(filled: Home, theme: str) -> None:
    app = make_app(filled)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs")
        app.use_theme(theme)
        app.push_screen(CompareScreen([38, 35]))
        await until_shown(pilot, "Compare 2 runs")
        inks = [app.screen.get_component_rich_style(f"ink--{style}") for style in STYLES.values()]
        assert len({(ink.color, ink.bold, ink.dim) for ink in inks}) == 8
        colors = [ink.color for ink in inks if ink.color is not None]
        if theme == "ansi":
            assert {color.type for color in colors} <= {ColorType.DEFAULT, ColorType.STANDARD}
            return
        ground, least = THEMES[theme].background, 7.0 if theme == "high-contrast" else 4.5
        assert ground is not None
        assert [color for color in colors if contrast(color.get_truecolor().hex, ground) < least] == []


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
        await until_shown(pilot, "Compare 2 runs", "#38 sma_cross", "return %")
        await pilot.press("y")
        await until_shown(pilot, "Sent to the terminal, for its clipboard: the comparison of 2 runs")
        assert "settings that differ" in app.clipboard
        await pilot.press("escape")
        await until_shown(pilot, "2 marked")
        await pilot.press("asterisk", "c")
        await until_shown(pilot, "41 runs are marked; 8 at most can be laid side by side.")


async def test_a_run_under_way_moves_and_one_that_is_deleted_is_missed(filled: Home) -> None:
    filled.keymap.write_text('undo = "F8"\n')
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
        await until_shown(pilot, "All of these runs have been deleted; F8 in the run list brings them back.")
        await pilot.press("y")
        await until_shown(pilot, "There is nothing to copy.")


async def test_of_runs_that_are_done_one_that_is_deleted_is_missed_at_once(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs", "1 waiting")
        app.push_screen(CompareScreen([39, 38, 35]))
        await until_shown(pilot, "Compare 3 runs")
        with closing(connect(filled.store)) as connection:
            runs.delete(connection, [38])
        await until_shown(pilot, "Compare 2 runs", "1 run deleted")


async def test_the_page_is_laid_out_again_at_another_size(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        app.push_screen(CompareScreen([38, 35]))
        await until_shown(pilot, "Compare 2 runs", "profit factor")
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: app.screen.query_one("#text-lines").size.width == 80)
        await until_shown(pilot, "Compare 2 runs", "net profit")


@pytest.mark.slow
async def test_those_that_are_done_are_exported(filled: Home, tmp_path: Path) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        app.push_screen(CompareScreen([38, RUNNING, 35]))
        await until_shown(pilot, "Compare 3 runs")
        await pilot.press("e")
        await until_shown(pilot, f"Export 2 of 3 runs (run {RUNNING} is running) as c CSV, j JSON")
        await pilot.press("t")
        await until_shown(pilot, "text of 2 runs into folder: ")
        await pilot.press("ctrl+u", *str(tmp_path), "enter")
        await until_shown(pilot, "2 runs are written as 2 files in ")
    assert len(list(tmp_path.glob("*38*"))) == len(list(tmp_path.glob("*35*"))) == 1


async def test_where_none_is_done_there_is_nothing_to_export(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        app.push_screen(CompareScreen([RUNNING, PENDING]))
        await until_shown(pilot, "Compare 2 runs")
        await pilot.press("e")
        await until_shown(pilot, "None of these 2 runs is done; only one that is has a result to export.")


async def test_the_figures_are_explained(filled: Home) -> None:
    app = make_app(filled)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs")
        app.push_screen(CompareScreen([38, 35]))
        await until_shown(pilot, "Compare 2 runs")
        await pilot.press("w")
        await until_shown(pilot, "What the figures mean", "profit factor    gross profit over gross loss")
        await pilot.press("escape")
        await until_shown(pilot, "Compare 2 runs")
        await pilot.press("question_mark")
        await until_shown(pilot, "Keys of Compare; below them, what the figures mean")
        await pilot.press("G")
        await until_shown(pilot, "bars             bars tested")


async def test_a_run_without_a_result_is_drawn_as_far_as_it_came(filled: Home) -> None:
    with closing(connect(filled.store)) as connection:
        run = runs.get(connection, CANCELLED)
        assert run is not None
        assert run.job is not None
        times, values = curve_of(run, packed_curve(connection, run))
    assert values[-1] == run.job.equity
    span = (run.end_date - run.start_date).total_seconds() * run.job.bars_done / run.job.bars_total
    assert times[-1] - times[0] == pytest.approx(span)
