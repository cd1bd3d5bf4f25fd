"""The page that is mailed: whole, harmless, light, and needing nothing beside itself."""

import base64
import hashlib
import io
import math
import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from itertools import islice
from typing import Any

import pytest

from core.html_report.document import write_report
from core.html_report.trades import MOST_TRADES
from core.results.figures import FIGURES
from core.results.groups import Group
from core.run_breakdowns import Sides
from db.trades import TradeRecord
from tests.records import START, STATISTICS, run

HOSTILE = "</style><script>alert(1)</script><img src=x onerror=y>\"'&\x1b]0;t\x07\u202e"
MONTHS = [
    {"month": "2020-11", "profit": 100.0, "return_pct": 10.0},
    {"month": "2020-12", "profit": -110.0, "return_pct": -10.0},
    {"month": "2021-02", "profit": 0.0, "return_pct": None},
]
VOID = {"meta", "line", "polyline", "polygon"}
ENDED_BY_OTHERS = {"td", "th", "tr"}


def trade(number: int, **changed: Any) -> TradeRecord:  # noqa: ANN401
    """A trade of an hour."""
    values: dict[str, Any] = {
        "id": number,
        "run_id": 7,
        "position": number,
        "symbol": "EURUSD",
        "direction": "BUY" if number % 2 else "SELL",
        "entry_time": START + timedelta(hours=number),
        "entry_price": 1.10234,
        "exit_time": START + timedelta(hours=number + 1),
        "exit_price": 1.10354,
        "stop_loss": 1.09934,
        "take_profit": None,
        "volume": 0.1,
        "profit": 12.0 if number % 3 else -12.0,
        "commission": 0.7,
        "exit_reason": "signal_reverse",
        "equity_after": 10_012.0,
        "mae": -3.0,
        "mfe": 20.0,
    }
    return TradeRecord(**(values | changed))


def walk(points: int) -> tuple[list[float], list[float]]:
    """An equity curve that goes up and down."""
    first = START.timestamp()
    values = [10_000 + 800 * math.sin(i / points * 20) + 500 * i / points for i in range(points)]
    return [first + 900.0 * i for i in range(points)], values


def page(
    trades: Iterator[TradeRecord] | None = None,
    curve: Any = None,  # noqa: ANN401
    held: Any = None,  # noqa: ANN401
    sides: Sides | None = None,
    **changed: Any,  # noqa: ANN401
) -> str:
    """The page of a run."""
    file = io.StringIO()
    write_report(file, run(**changed), curve, iter(()) if trades is None else trades, held=held, sides=sides)
    return file.getvalue()


class Read(HTMLParser):
    """What a browser makes of a page: its elements, their attributes, its texts; unbalanced it fails."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open[-1] != tag and self.open[-1] in ENDED_BY_OTHERS:
            self.open.pop()
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID
        self.elements.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.texts.append(data)

    @property
    def text(self) -> str:
        """All that is shown."""
        return "\n".join(self.texts)


def test_the_page_says_what_was_run_and_what_came_of_it() -> None:
    months = STATISTICS | {"monthly_returns": MONTHS}
    read = Read(page(map(trade, range(1, 4)), walk(500), statistics=months, notes="before the holidays"))
    for told in (
        "Run 7 · donchian_breakout · EURUSD M15",
        "2020-01-01 to 2020-12-31 · done in 2.0 s",
        "before the holidays",
        "-40.06 %",
        "14 bars touch stop and target",
        "+10.0",
        "-10.0",
        "lookback",
        "1:100",
        "2020-01-01 01:00",
        "signal_reverse",
        "+12.00",
        "-12.00",
    ):
        assert told in read.text, told
    assert all(figure.label in read.texts for figure in FIGURES)


def test_nothing_in_it_runs_and_nothing_is_fetched() -> None:
    text = page(map(trade, range(1, 4)), walk(500), notes="see https://example.com/x.js")
    read = Read(text)
    assert not {"script", "img", "link", "iframe", "object", "form", "base", "use", "a"} & set(read.elements)
    assert not [name for name, _ in read.attributes if name in {"src", "href", "style"} or name[:2] == "on"]
    assert "url(" not in text
    assert "@import" not in text


def test_the_drawing_tells_where_the_run_began_and_ended() -> None:
    times, values = walk(60_000)
    told = "Equity from 10,000.00 to 9,876.54; bought and held it would be 10,200.00"
    text = page(curve=(times, [10_050.0, *values[1:-1], 9_876.54]), held=(times[:2], [9_990.0, 10_200.0]))
    assert f'aria-label="{told}"' in text
    assert told in Read(text).texts


def test_its_policy_lets_in_the_style_of_the_page_and_nothing_else() -> None:
    text = page()
    style = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()
    (policy,) = (value for _, value in Read(text).attributes if value and value.startswith("default-src"))
    assert len(style) == 1
    assert policy.split("; ") == [
        "default-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        f"style-src 'sha256-{digest}'",
    ]


def test_light_dark_and_paper_are_all_provided_for() -> None:
    text = page()
    assert "prefers-color-scheme:dark" in text
    assert "@media print" in text
    assert "color-scheme:light dark" in text


def test_hostile_text_is_shown_as_text_wherever_it_stands() -> None:
    settings = {"model": HOSTILE, "endpoint": HOSTILE, "account_currency": HOSTILE, "cutoff": "2025-01-01"}
    named: dict[str, Any] = dict.fromkeys(
        ("strategy", "symbol", "timeframe", "notes", "execution_mode", "strategy_version", "dataset_version"),
        HOSTILE,
    )
    others: dict[str, Any] = dict.fromkeys(("code_version", "data_file_path", "status"), HOSTILE)
    statistics = STATISTICS | {"llm_requests": 3, "monthly_returns": [{"month": HOSTILE}, HOSTILE, *MONTHS]}
    hostile = trade(1, direction=HOSTILE, exit_reason=HOSTILE, symbol=HOSTILE)
    text = page(
        iter([hostile]), walk(9), settings=settings, statistics=statistics, context_tfs=[HOSTILE],
        params={HOSTILE: HOSTILE}, **named, **others,
    )  # fmt: skip
    read = Read(text)
    assert not {"script", "img"} & set(read.elements)
    assert not {"onerror", "src"} & {name for name, _ in read.attributes}
    assert not set("\x1b\x07\u202e") & set(text)
    assert read.text.count("<script>alert(1)</script>") >= 8


def test_what_is_undefined_is_a_dash_and_never_nan() -> None:
    undefined = dict.fromkeys(("win_rate", "profit_factor", "sharpe_ratio", "max_drawdown_pct"), None)
    times, values = walk(50)
    broken = [*values[:10], math.nan, math.inf, *values[12:]]
    text = page(curve=(times, broken), total_trades=0, statistics={}, **undefined)
    assert not re.search(r"\b([nN]a[nN]|inf|None|null)\b", Read(text).text)
    assert not re.search(r"(nan|inf)", " ".join(re.findall(r'points="([^"]*)"', text)))


@pytest.mark.parametrize("curve", [None, ([], []), walk(1)])
def test_without_a_curve_there_is_no_drawing(curve: Any) -> None:  # noqa: ANN401
    assert "svg" not in Read(page(curve=curve)).elements


def test_equity_that_never_moves_and_an_account_that_went_broke_are_drawn() -> None:
    times, _ = walk(100)
    for values in ([10_000.0] * 100, [10_000.0 - 200.0 * i for i in range(100)]):
        assert Read(page(curve=(times, values))).elements.count("svg") == 2


def test_buy_and_hold_is_a_second_line_with_a_legend_in_words() -> None:
    times, values = walk(2_000)
    held = [10_000 + 4.2 * i for i in range(2_000)]
    text = page(curve=(times, values), held=(times, held))
    read = Read(text)
    assert ("class", "held") in read.attributes
    assert ("class", "of-held") in read.attributes
    assert "equity\nbuy and hold +83.96 %\n" in read.text
    assert "bought and held it would be 18,395.80" in read.text
    assert read.elements.count("svg") == 2
    highest = min(float(point.partition(",")[2]) for point in _points(text, "held"))
    assert highest >= 0
    assert min(float(point.partition(",")[2]) for point in _points(text, "curve")) > highest
    assert len(text) < len(page(curve=(times, values))) + 15_000


def _points(text: str, name: str) -> list[str]:
    found = re.search(rf'class="{name}" points="([^"]*)"', text)
    assert found is not None
    return found[1].split()


def test_buy_and_hold_is_dashed_so_that_print_tells_it_apart() -> None:
    assert re.search(r"\.held\{[^}]*stroke-dasharray", page())


@pytest.mark.parametrize("held", [None, ([], []), ([START.timestamp()], [math.nan])])
def test_without_buy_and_hold_there_is_one_line_and_no_legend(held: Any) -> None:  # noqa: ANN401
    text = page(curve=walk(100), held=held)
    assert 'class="legend"' not in text
    assert 'class="held"' not in text
    assert text == page(curve=walk(100))


def test_a_price_below_zero_and_one_that_is_none_are_no_fault() -> None:
    times, values = walk(50)
    text = page(curve=(times, values), held=(times, [10_000.0, math.nan, math.inf, *[-250.0] * 47]))
    assert "buy and hold -102.50 %" in Read(text).text
    assert not re.search(r"(nan|inf)", " ".join(re.findall(r'points="([^"]*)"', text)))


def test_every_trade_is_there_up_to_the_bound_and_the_rest_is_told() -> None:
    text = page(map(trade, range(1, 4)), total_trades=3)
    assert text.count("<tr><td>") == 3
    assert "left out" not in text
    told = Read(page(map(trade, range(1, MOST_TRADES + 3)), total_trades=MOST_TRADES + 2)).text
    assert "The first 5,000 are shown, 2 more are left out" in told
    assert "backtape export 7 --to FOLDER --format csv" in told


def test_a_run_of_a_hundred_thousand_trades_and_bars_can_still_be_mailed() -> None:
    taken: list[int] = []

    def many() -> Iterator[TradeRecord]:
        for number in range(1, 100_001):
            taken.append(number)
            yield trade(number)

    text = page(many(), walk(100_000), total_trades=100_000)
    assert len(taken) <= MOST_TRADES + 1
    assert text.count("<tr><td>") == MOST_TRADES
    assert len(text.encode()) < 1_100_000
    small = page(islice(many(), 10), walk(100_000), total_trades=10)
    assert len(small.encode()) < 60_000


def test_the_folder_of_the_data_is_not_told() -> None:
    text = page(data_file_path="/home/somebody/library/EURUSD_M15.csv")
    assert "EURUSD_M15.csv" in text
    assert "somebody" not in text


def test_buys_and_sells_stand_apart() -> None:
    found = Read(page(sides={"buys": Group(4, 3, 120.0), "sells": Group(2, 0, -50.0)})).texts
    at = found.index("Buys and sells")
    assert found[at + 5 : at + 15] == [
        "buys",
        "4",
        "75.0 %",
        "+120.00",
        "+30.00",
        "sells",
        "2",
        "0.0 %",
        "-50.00",
        "-25.00",
    ]
    none = {"buys": Group(0, 0, 0.0), "sells": Group(0, 0, 0.0)}
    assert "Buys and sells" not in page(sides=none)
