"""How the overview of a run is laid out where its texts and its money are long."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from rich.cells import cell_len

from db.runs import RunRecord
from tests.records import STATISTICS, run
from tui.drawing.room import Room
from tui.pages.overview import overview_lines
from tui.report import report
from tui.widgets.lines import Line

DAY = 86_400.0
TIMES = [1_577_836_800.0 + DAY * day for day in range(366)]
NOTE = "Überprüft mit weiteren Grenzen. 移動平均の交差を用いた順張り戦略の結果です。 Просадка велика. " * 5
RICH = run(
    initial_balance=1e9,
    avg_win=602_858.72,
    avg_loss=-320_752.48,
    statistics=STATISTICS | {"final_equity": 999_387_600.0, "net_profit": -612_400.0},
)


def _texts(of: RunRecord, width: int, height: int = 20, balance: float = 1e9) -> list[str]:
    values = [balance * (1.0 - day / 1_000) for day in range(366)]
    lines: Sequence[Line] = overview_lines(of, (TIMES, values), Room(width, height, ascii_only=False))
    return ["".join(cell.text for cell in parts).rstrip() for parts in lines]


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("balance", [100.0, 10_000.0, 1e9, 1e15])
def test_equity_and_drawdown_begin_at_the_same_column(width: int, balance: float) -> None:
    texts = _texts(RICH, width, balance=balance)
    rules = {text.find("┤") for text in texts if "┤" in text} | {
        text.find("│") for text in texts if "│" in text
    }
    assert len(rules) == 1
    assert sum("┤" in text for text in texts) >= 4


def test_in_a_report_they_begin_at_the_same_column_too() -> None:
    values = [1e9 * (1.0 - day / 1_000) for day in range(366)]
    texts = report(RICH, (TIMES, values)).splitlines()
    assert len({text.find("┤") for text in texts if "┤" in text}) == 1


@pytest.mark.parametrize("width", [60, 80, 100, 120, 160, 200])
@pytest.mark.parametrize("money", [1e3, 1e6, 1e9, 1e13])
def test_figures_stand_below_each_other_whole_however_large_they_are(width: int, money: float) -> None:
    of = replace(RICH, statistics={**RICH.statistics, "final_equity": money, "net_profit": -money})
    texts = _texts(of, width)
    first = next(row for row, text in enumerate(texts) if text.startswith("net profit"))
    rows = texts[first : texts.index("", first)]
    assert max(map(len, rows)) <= width
    told = " ".join(rows)
    assert f"{money:,.0f}" in told
    assert f"-{money:,.0f}" in told
    assert len({len(text) for text in rows}) <= 2  # the last column may be shorter


def test_a_wide_terminal_has_more_columns_of_figures() -> None:
    def rows(width: int) -> int:
        texts = _texts(RICH, width)
        first = next(row for row, text in enumerate(texts) if text.startswith("net profit"))
        return texts.index("", first) - first

    assert [rows(width) for width in (80, 120, 200)] == [7, 6, 4]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_note_is_named_and_keeps_its_words_and_its_width(width: int) -> None:
    texts = _texts(run(notes=NOTE), width)
    first = next(row for row, text in enumerate(texts) if text.startswith("note: Überprüft"))
    last = next(row for row, text in enumerate(texts) if text.startswith("14 bars touch"))
    rows = texts[first:last]
    assert max(map(cell_len, rows)) <= width
    said = "".join(rows).replace(" ", "").removeprefix("note:")
    assert said == NOTE.strip().replace(" ", "")
    words = " ".join(rows).split()
    assert words.count("Grenzen.") == words.count("Просадка") == 5


def test_without_a_note_there_is_no_line_of_it() -> None:
    assert not any("note" in text for text in _texts(run(notes=None), 80))
