"""The tables of runs side by side: how many fit, what gives way, and that their heads stay in sight."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from core.home import Home
from db.runs import RunRecord
from tests.shots.filling import MOMENT
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.test_compare_screen import curve, found
from tui.pages.compare import Compared, Comparison, compare_lines
from tui.screens.compare import CompareScreen
from tui.widgets.lines import Line

EIGHT = (1, 2, 3, 4, 6, 7, 8, 9)
# Of one strategy, market and period: only how far it looks back differs.
ALIKE = (39, 29, 19, 9)
DIFFERING = "settings that differ"


def earning(runs: Sequence[RunRecord], net_profit: float) -> list[RunRecord]:
    return [
        replace(run, total_return_pct=-12.34, statistics={**run.statistics, "net_profit": net_profit})
        for run in runs
    ]


def plain(parts: Line) -> str:
    return "".join(cell.text for cell in parts).rstrip()


def laid_out(compared: Sequence[RunRecord], width: int) -> Comparison:
    return compare_lines(
        Compared(compared, [curve(0.0)] * len(compared)), width, 40, MOMENT, ascii_only=False
    )


def names(head: str) -> list[str]:
    """Return the letters and numbers of a head."""
    return head.removeprefix("Compare 6 runs").removeprefix(DIFFERING).split()


def texts_of(page: Comparison, label: str) -> list[str]:
    """Return the words of the only line with a label."""
    (told,) = (plain(parts) for parts in page.lines if parts and parts[0].text.rstrip() == label)
    return told.removeprefix(label).split()


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_more_runs_than_fit_stand_in_blocks_and_each_has_its_head(filled: Home, width: int) -> None:
    page = laid_out(found(filled, *EIGHT), width)
    lines = [plain(parts) for parts in page.lines]
    assert max(map(len, lines)) <= width
    rows = [row for row, text in enumerate(lines) if text.startswith("max drawdown %")]
    heads = [plain(page.head_above(row) or ()) for row in rows]
    numbers = [int(word[1:]) for head in heads for word in names(head) if word[1:]]
    assert numbers == list(EIGHT)
    assert [lines[row] for row in page.heads] == [plain(head) for head in page.heads.values()]


def test_six_runs_fit_side_by_side_in_80_columns(filled: Home) -> None:
    page = laid_out(found(filled, *EIGHT[:6]), 80)
    assert max(len(plain(parts)) for parts in page.lines) <= 80
    assert names(plain(next(iter(page.heads.values())))) == [
        word for letter, number in zip("abcdef", EIGHT, strict=False) for word in (letter, f"#{number}")
    ]
    for label in ("net profit", "max drawdown %", "trades", "sharpe", "gross profit"):
        assert len(texts_of(page, label)) == 6


def test_money_loses_its_cents_only_where_they_have_no_room_and_other_figures_none(filled: Home) -> None:
    runs = earning(found(filled, *EIGHT[:6]), -123_456.78)
    narrow, wide = laid_out(runs, 80), laid_out(runs, 120)
    assert texts_of(narrow, "net profit") == ["-123,457"] * 6
    assert texts_of(wide, "net profit") == ["-123,456.78"] * 6
    assert texts_of(narrow, "return %") == texts_of(wide, "return %") == ["-12.34"] * 6


def test_figures_that_would_be_cut_stand_in_blocks(filled: Home) -> None:
    runs = earning(found(filled, *EIGHT[:6]), -123_456_789.0)
    page = laid_out(runs, 80)
    told = [plain(parts).split()[2:] for parts in page.lines if plain(parts).startswith("net profit")]
    assert told == [["-123,456,789.00"] * 3] * 2


def test_a_unit_stands_behind_the_name_of_a_figure(filled: Home) -> None:
    lines = [plain(parts) for parts in laid_out(found(filled, 38, 35), 80).lines]
    for label in ("return %", "win rate %", "average spread, pips"):
        (told,) = (text for text in lines if text.startswith(f"{label} "))
        assert "%" not in told.removeprefix(label)
        assert "pips" not in told.removeprefix(label)


def test_settings_are_not_cut_to_the_room_of_figures(filled: Home) -> None:
    page = laid_out(found(filled, 38, 35, 33, 32, 31, 30), 80)
    lines = [plain(parts) for parts in page.lines]
    first = next(row for row, text in enumerate(lines) if text.startswith(DIFFERING))
    told = " ".join(lines[first:])
    assert told.count("donchian_breakout") == 3
    assert "…" not in told


@pytest.mark.parametrize(
    ("ids", "width"), [(ALIKE[:2], 80), (ALIKE, 80), ((*ALIKE, *ALIKE), 80), ((*ALIKE, *ALIKE), 200)]
)
def test_of_one_strategy_the_settings_that_differ_stand_right_below_the_head_and_above_the_figures(
    filled: Home, ids: Sequence[int], width: int
) -> None:
    page = laid_out(found(filled, *ids), width)
    lines = [plain(parts) for parts in page.lines]
    settings = [row for row, text in enumerate(lines) if text.startswith(("lookback ", "strategy "))]
    figures = [row for row, text in enumerate(lines) if text.startswith("net profit ")]
    assert lines[settings[0] - 1].startswith(DIFFERING)
    assert settings[0] < figures[0]
    assert settings[0] - 1 == min(page.heads)


@pytest.mark.parametrize("width", [80, 200])
def test_of_several_strategies_the_figures_come_first(filled: Home, width: int) -> None:
    lines = [plain(parts) for parts in laid_out(found(filled, *EIGHT), width).lines]
    figures = [row for row, text in enumerate(lines) if text.startswith("net profit ")]
    assert max(figures) < next(row for row, text in enumerate(lines) if text.startswith(DIFFERING))


def test_two_runs_of_one_strategy_are_told_apart_on_the_first_page(filled: Home) -> None:
    page = compare_lines(
        Compared(found(filled, *ALIKE[:2]), [curve(0.1)] * 2), 80, 21, MOMENT, ascii_only=False
    )
    seen = [plain(parts).split() for parts in page.lines[:21]]
    assert ["lookback", "20", "40"] in seen
    assert any(words[:2] == ["net", "profit"] for words in seen)


def test_settings_and_figures_of_a_block_have_one_head(filled: Home) -> None:
    lines = [plain(parts) for parts in laid_out(found(filled, *ALIKE[:2]), 80).lines]
    head = next(row for row, text in enumerate(lines) if text.startswith(DIFFERING))
    assert [text.split()[0] if text else "" for text in lines[head + 1 : head + 4]] == ["lookback", "", "net"]
    assert sum("#39" in text for text in lines) == 2  # with the legend


def test_runs_that_have_no_figures_yet_are_compared(filled: Home) -> None:
    (run,) = found(filled, 41)
    lines = [plain(parts) for parts in laid_out([run, run], 80).lines]
    assert "All settings are the same." in lines


def test_names_of_settings_that_have_no_room_are_cut_where_they_are_alike(filled: Home) -> None:
    first, second = found(filled, *ALIKE[:2])
    names = [f"a_parameter_with_a_rather_long_name_{number}" for number in range(10)]
    runs = [
        replace(first, params=dict.fromkeys(names, 1.5)),
        replace(second, params=dict.fromkeys(names, 2.5)),
    ]
    for compared, width in ((runs, 80), (runs * 3, 80), (runs * 4, 200)):
        lines = [plain(parts) for parts in laid_out(compared, width).lines]
        rows = [text.partition(" ")[0] for text in lines if text.startswith("a_param")]
        assert max(map(len, lines)) <= width
        assert len({*rows}) == len(names)
        assert all(row.endswith(f"_{number % 10}") for number, row in enumerate(rows))
    assert set(names) <= {text.partition(" ")[0] for text in map(plain, laid_out(runs, 80).lines)}


# On the screen


def title(pilot: Pilot[int]) -> str:
    return screen_text(pilot.app).splitlines()[1].rstrip()


async def test_which_column_is_which_stays_in_sight_while_the_figures_scroll(filled: Home) -> None:
    async with make_app(filled).run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "41 runs")
        pilot.app.push_screen(CompareScreen([38, 35, 33, 32, 31, 30]))
        await until_shown(pilot, "Compare 6 runs", "equity in % of the initial balance")
        head = ["a", "#38", "b", "#35", "c", "#33", "d", "#32", "e", "#31", "f", "#30"]
        await pilot.press("pagedown", "pagedown")
        await until(pilot, lambda: names(title(pilot)) == head)
        figures = next(one for one in screen_text(pilot.app).splitlines() if one.startswith("best trade "))
        ends = [found.end() for found in re.finditer(r"#\d+", title(pilot))]
        assert [found.end() for found in re.finditer(r"[+]\d+\.\d\d", figures)] == ends
        await pilot.press("G")
        await until(pilot, lambda: names(title(pilot)) in (head[:6], head[6:]))
        await pilot.press("g")
        await until_shown(pilot, "equity in % of the initial balance")
