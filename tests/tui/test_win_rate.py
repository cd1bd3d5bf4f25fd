"""One figure has one name: the share of trades that won is `win %` over a column, `win rate` in words."""

from core.home import Home
from core.html_report.sections import sides
from core.results.figures import FIGURES
from core.results.groups import Group
from tests.records import run
from tests.shots.filling import MOMENT
from tests.shots.reading import screen_text
from tests.tui.conftest import make_app, until, until_shown
from tui.drawing.blocks import group_table
from tui.report import report
from tui.run_list.columns import all_columns

SIDES = {"buys": Group(4, 3, 120.0), "sells": Group(2, 0, -50.0)}


def test_words_are_used_where_the_percent_stands_with_the_figure() -> None:
    assert next(figure.label for figure in FIGURES if figure.key == "win_rate") == "win rate"
    assert ">win rate</th>" in sides(SIDES)


def test_the_percent_stands_over_columns_of_bare_figures() -> None:
    columns = all_columns(lambda: MOMENT, ascii_only=False)
    heading = "".join(cell.text for cell in group_table(SIDES, 80, label=8, ascii_only=False)[0])
    told = report(run(), None, sides=SIDES, full=True)
    assert columns["win_rate"].title == "win %"
    assert heading.split()[:6] == ["trades", "win", "%", "net", "a", "trade"]
    assert "  trades   win %    net profit    a trade\n" in told
    assert "  win rate  " in told


async def test_the_preview_and_the_list_above_it_agree(filled: Home) -> None:
    async with make_app(filled).run_test(size=(120, 40)) as pilot:
        await until_shown(pilot, "41 runs")
        await pilot.press("j", "j", "j")
        await until_shown(pilot, "#38 sma_cross")
        await until(pilot, lambda: screen_text(pilot.app).count("win %") == 2)
