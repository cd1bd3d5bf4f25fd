"""The prompt for what a strategy is checked on: symbol, timeframe and source, completed at Tab."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from core.datasets import import_bars
from core.home import Home
from core.jobs.checking import CheckRequest
from db.connection import connect
from tests.shots.filling import open_empty
from tests.shots.market import bars_of
from tests.tui.conftest import make_app, until, until_shown
from tests.tui.form.test_run import DATASET
from tui.form.markets import Library
from tui.form.presets import KeptForms
from tui.strategies.checking import completed_market

LIBRARY = Library(
    [
        replace(DATASET, source="broker"),
        replace(DATASET, source="dukascopy"),
        replace(DATASET, source="my broker", timeframe="H1"),
        replace(DATASET, symbol="EURGBP", timeframe="H4"),
        replace(DATASET, symbol="XAUUSD", timeframe="D1"),
    ]
)


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("", ""),
        ("x", "XAUUSD "),
        ("eur", "EUR"),
        ("EURU", "EURUSD "),
        ("EURGBP H", "EURGBP H"),
        ("EURGBP H4", "EURGBP H4"),
        ("XAUUSD W", "XAUUSD W1"),
        ("EURUSD M15", "EURUSD M15 "),
        ("EURUSD M15 ", "EURUSD M15 "),
        ("eurusd h1 m", "eurusd h1 my broker"),
        ("EURUSD M15 d", "EURUSD M15 dukascopy"),
        ("EURUSD M15 my", "EURUSD M15 my"),
        ("USDJPY M", "USDJPY M"),
        ("EURUSD M7 b", "EURUSD M7 b"),
    ],
)
def test_tab_completes_as_far_as_it_is_certain(typed: str, completed: str) -> None:
    assert completed_market(LIBRARY, typed).text == completed


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", ["EURUSD", "EURGBP", "XAUUSD"]),
        ("EURGBP H", ["H4", "H8", "H12"]),
        ("EURUSD M15 ", ["broker", "dukascopy"]),
        ("EURUSD H1 ", ["broker", "dukascopy", "my broker"]),
        ("XAUUSD D1 ", []),
    ],
)
def test_what_may_follow_is_what_the_library_has(typed: str, names: list[str]) -> None:
    assert completed_market(LIBRARY, typed).names == names


Requests = list[CheckRequest]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Requests:
    """What was to be checked; nothing is."""
    found: Requests = []

    def check(_home: Home, _connection: object, request: CheckRequest, _told: Callable[..., None]) -> None:
        found.append(request)

    monkeypatch.setattr("core.jobs.checking.check", check)
    return found


@pytest.fixture
def ambiguous(home: Home) -> Home:
    """A library in which one market is of two named sources."""
    open_empty(home)
    with closing(connect(home.store)) as connection:
        for source in ("broker", "dukascopy"):
            import_bars(home, connection, bars_of("EURUSD", "H1"), dialect="plain CSV", source=source)
    return home


async def _ask(pilot: Pilot[int]) -> None:
    await pilot.press("3")
    await until_shown(pilot, "atr_trend ·")
    await pilot.press("c")
    await until_shown(pilot, "(Tab completes): EURUSD H1")
    await pilot.press("ctrl+u")


@pytest.mark.parametrize("width", [80, 120])
async def test_of_several_sources_the_prompt_wants_one_and_checks_on_it(
    ambiguous: Home, asked: Requests, width: int
) -> None:
    async with make_app(ambiguous).run_test(size=(width, 24)) as pilot:
        await _ask(pilot)
        await pilot.press(*"EURUSD H1", "enter")
        await until_shown(pilot, "Add a source, broker or dukascopy; check on: EURUSD H1")
        await pilot.press("d", "tab", "enter")
        await until(pilot, lambda: asked)
        assert (asked[0].symbol, asked[0].timeframe, asked[0].source) == ("EURUSD", "H1", "dukascopy")
        await until_shown(pilot, "on EURUSD H1 dukascopy")


async def test_a_source_that_is_none_is_answered_with_those_there_are(
    ambiguous: Home, asked: Requests
) -> None:
    async with make_app(ambiguous).run_test(size=(120, 24)) as pilot:
        await _ask(pilot)
        await pilot.press(*"EURUSD H1 yahoo", "enter")
        told = "There is no source yahoo, only broker or dukascopy; check on: EURUSD H1 yahoo"
        await until_shown(pilot, told)
    assert not asked


async def test_tab_lists_what_there_is_to_choose_from(ambiguous: Home) -> None:
    async with make_app(ambiguous).run_test(size=(80, 24)) as pilot:
        await _ask(pilot)
        await pilot.press("tab")
        await until_shown(pilot, "(Tab completes): EURUSD\n")
        await pilot.press(*"H1", "tab")
        await until_shown(pilot, "H1  H12  check on: EURUSD H1")
        await pilot.press(*" ", "tab")
        await until_shown(pilot, "broker  dukascopy  check on: EURUSD H1")
        await pilot.press("x", "tab")
        await until_shown(pilot, "The library has nothing that goes on so; check on: EURUSD H1 x")


async def test_the_source_of_the_last_run_is_offered_and_is_enough(ambiguous: Home, asked: Requests) -> None:
    app = make_app(ambiguous)
    async with app.run_test(size=(120, 24)) as pilot:
        KeptForms(app.memory).keep_last({"symbol": "EURUSD", "timeframe": "H1", "source": "broker"})
        await pilot.press("3")
        await until_shown(pilot, "atr_trend ·")
        await pilot.press("c")
        await until_shown(pilot, "on symbol, timeframe, source (Tab completes): EURUSD H1 broker")
        await pilot.press("enter")
        await until(pilot, lambda: asked)
        assert asked[0].source == "broker"
