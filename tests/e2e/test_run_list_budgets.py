"""What the run list may send: bytes a key, a page, a live row, and none when nothing happens.

No time is measured here; `make bench` does that. How many runs there are must not matter,
so that the tests of every day do with fewer.
"""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.home import Home
from tests.e2e.terminal import Terminal
from tests.many_runs import fill_many
from tests.tui.commands.program import program

ROW, PAGE, PREVIEW, LIVE_ROW = 1_000, 15_000, 4_000, 400

PAGE_DOWN, PAGE_UP = "\x1b[6~", "\x1b[5~"
# Too low for the preview, and as wide as the terminal that the budgets were measured on.
LOW, HIGH = (160, 29), (160, 45)
# Longer than a page waits for its rows, and the preview for a cursor at rest.
_RESTING = 0.25
# Bytes that come within this belong to one change of the screen.
_APART = 0.15


@pytest.fixture(scope="module", params=[3_000, pytest.param(100_000, marks=pytest.mark.slow)])
def many(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A data folder with many runs that have ended, named in the environment; how many."""
    count: int = request.param
    folder: Path = tmp_path_factory.mktemp("many") / "home"
    fill_many(Home(folder), count)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKTAPE_HOME", str(folder))
        yield count


def opened(terminal: Terminal, count: int) -> None:
    """Wait until the list stands and nothing more comes."""
    terminal.wait_for(f"{count:,} runs")
    terminal.wait_for("nothing under way")
    terminal.settle()


def sent(terminal: Terminal, key: str, shows: Callable[[str], bool]) -> int:
    """Return how many bytes a key has brought once the screen shows what it should, and rests."""
    before = terminal.bytes_received
    terminal.send(key)
    terminal.wait_for(shows)
    terminal.settle(_RESTING)
    return terminal.bytes_received - before


def row(number: int) -> Callable[[str], bool]:
    """Hold when the row of a run stands on the screen."""
    return lambda text: re.search(rf"(?m)^ +{number}  \S", text) is not None


def preview(number: int) -> Callable[[str], bool]:
    """Hold when the preview shows a run."""
    return lambda text: re.search(rf"(?m)^#{number} ", text) is not None


def test_keys_send_what_they_may(many: int) -> None:
    with Terminal(columns=LOW[0], rows=LOW[1]) as terminal:
        opened(terminal, many)
        assert 0 < sent(terminal, "j", row(many)) < ROW
        assert 0 < sent(terminal, "k", row(many)) < ROW
        assert 0 < sent(terminal, PAGE_DOWN, row(many - 24)) < PAGE
        assert 0 < sent(terminal, "G", row(1)) < PAGE
        assert 0 < sent(terminal, PAGE_UP, row(1)) < PAGE
        assert 0 < sent(terminal, "g", row(many)) < PAGE
        assert 0 < sent(terminal, "S", row(1)) < PAGE
        # What is chosen is remembered: back to what the next test begins with.
        assert 0 < sent(terminal, "S", row(many)) < PAGE


def test_the_preview_comes_at_rest_and_within_what_it_may_send(many: int) -> None:
    with Terminal(columns=HIGH[0], rows=HIGH[1]) as terminal:
        opened(terminal, many)
        terminal.wait_for(preview(many))
        assert 0 < sent(terminal, "j", preview(many - 1)) < ROW + PREVIEW
        assert 0 < sent(terminal, PAGE_DOWN, preview(many - 31)) < PAGE
        assert 0 < sent(terminal, "G", preview(1)) < PAGE
        assert 0 < sent(terminal, "g", preview(many)) < PAGE


def test_an_idle_list_sends_nothing(many: int) -> None:
    with Terminal(columns=HIGH[0], rows=HIGH[1]) as terminal:
        opened(terminal, many)
        before = terminal.bytes_received
        # The list looks every five seconds whether a worker has fallen silent.
        terminal.wait(1.0 if many < 100_000 else 7.0)
        assert terminal.bytes_received == before


def test_a_live_row_sends_little_and_twice_a_second_at_most(market: Home) -> None:
    fill_many(market, 500)
    program("run", "slow", "SYNTHETIC", "H1", "--set", "pause=0.002", "--detach")
    with Terminal(columns=HIGH[0], rows=HIGH[1]) as terminal:
        terminal.wait_for("501 runs")
        terminal.send("j")
        terminal.wait_for(preview(500))
        terminal.wait_for(lambda text: re.search(r"501  ▶ [1-9]\d? %", text) is not None)
        terminal.settle(_APART)
        began = time.monotonic()
        changes = list(_changes(terminal, 4))
        took = time.monotonic() - began
    assert max(changes) < LIVE_ROW
    assert len(changes) <= 2 * took + 1


def _changes(terminal: Terminal, count: int) -> Iterator[int]:
    """Yield how many bytes each change of the screen has brought."""
    for _ in range(count):
        before = terminal.bytes_received
        while terminal.bytes_received == before:
            terminal.wait(0.01)
        terminal.settle(_APART)
        yield terminal.bytes_received - before
