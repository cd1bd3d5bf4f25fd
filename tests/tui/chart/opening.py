"""The chart of a run on the screen."""

from textual.pilot import Pilot

from core.market.bars import Bars
from tests.shots.charting import EVERY
from tests.shots.filling import COMPLETED
from tests.shots.reading import screen_text
from tests.tui.conftest import until, until_shown
from tui.panes.chart import ChartPane

# The bar in which the first trade is entered.
FIRST = EVERY // 2


async def open_chart(pilot: Pilot[int], run_id: int = COMPLETED) -> str:
    await until_shown(pilot, "41 runs")
    await pilot.press(*["j"] * (41 - run_id), "enter")
    await until_shown(pilot, f"Run {run_id} ·", "Overview")
    await pilot.press("greater_than_sign", "greater_than_sign")
    return await until_shown(pilot, " C ", "vol")


async def until_said(pilot: Pilot[int], sentence: str) -> None:
    """Wait until a sentence stands on the screen, wherever its lines are broken."""
    await until(pilot, lambda: sentence in " ".join(screen_text(pilot.app).split()))


def moment(bars: Bars, index: int) -> str:
    return str(bars.time[index]).replace("T", " ")[:16]


def times(pilot: Pilot[int]) -> str:
    """Return the labels of the times."""
    return screen_text(pilot.app).splitlines()[-2]


def number_of_bars_drawn(pilot: Pilot[int]) -> int:
    """Return how far to the right anything of the prices is drawn."""
    rows = screen_text(pilot.app).splitlines()[5:-5]
    return max(
        len(row[: row.rindex("│" if "│" in row[100:] else "├")].rstrip()) for row in rows if len(row) > 100
    )


def pane_of(pilot: Pilot[int]) -> ChartPane:
    return pilot.app.screen.query_one(ChartPane)


async def replay(pilot: Pilot[int], steps: int = 0) -> None:
    """Begin a replay, paused at once, some bars further."""
    await pilot.press("left_curly_bracket", "left_curly_bracket", "left_curly_bracket")
    await pilot.press("space", "space")
    await until_shown(pilot, "paused")
    await pilot.press(*["full_stop"] * steps)
