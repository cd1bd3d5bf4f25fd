"""What the run list of 100,000 runs costs: until it is there, a key, a page, a filter, an order.

Beside the start of a Textual program that only says hello, in the same run: how fast a
machine starts anything is no merit of ours.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from core.home import Home
from db import runs, strategies
from db.connection import StoreConnection, connect
from db.runs import SORTABLE, Order, RunFilter
from tests.e2e.terminal import Terminal
from tests.many_runs import fill_many

RUNS = 100_000
SIZE = (160, 45)
ROUNDS = 7
# In an order in which every key has something to do, again and again.
KEYS = (
    ("a row down", "j"),
    ("a page down", "\x1b[6~"),
    ("the last row", "G"),
    ("the first row", "g"),
    ("the order turned around", "S"),
    ("and back", "S"),
)

_HELLO = """
from textual.app import App
from textual.widgets import Static

class Hello(App):
    def compose(self):
        yield Static("hello, world")

Hello().run()
"""
_FILTERS = (
    "symbol:EURUSD",
    "symbol:EURUSD tf:H1 sharpe>1 status:done -strategy:macd",
    "holidays",
    "made>2024-06",
)


def main() -> None:
    """Make the store, run the benchmark and print its tables."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        fill_many(home, RUNS)
        os.environ["BACKTAPE_HOME"] = str(home.path)
        print(f"\nthe run list of {RUNS:,} runs, {SIZE[0]}x{SIZE[1]}\n")
        print_starts()
        print_keys()
        with closing(connect(home.store)) as connection:
            print_reads(connection)


def print_starts() -> None:
    """Print how long it takes until something stands on the screen; the programs take turns."""
    hello: list[float] = []
    painted: list[float] = []
    listed: list[float] = []
    for _ in range(ROUNDS):
        with Terminal(columns=SIZE[0], rows=SIZE[1], program=(sys.executable, "-c", _HELLO)) as terminal:
            hello.append(seconds(partial(terminal.wait_for, "hello, world")))
        with Terminal(columns=SIZE[0], rows=SIZE[1]) as terminal:
            began = time.perf_counter()
            terminal.wait_for("1 Runs")
            painted.append(time.perf_counter() - began)
            terminal.wait_for(f"{RUNS:,} runs")
            listed.append(time.perf_counter() - began)
    base = statistics.median(hello)
    print(f"{'start':44}{'median':>10}{'least':>10}{'to hello':>10}{'budget':>8}")
    for name, found, budget in (
        ("a Textual program that says hello", hello, ""),
        ("first paint", painted, "2.00x"),
        ("rows on screen", listed, "3.00x"),
    ):
        median = statistics.median(found)
        print(f"{name:44}{median * 1e3:7.0f} ms{min(found) * 1e3:7.0f} ms{median / base:9.2f}x{budget:>8}")


def print_keys() -> None:
    """Print how long a key takes until its first bytes, and how many it sends in all."""
    times: dict[str, list[float]] = {name: [] for name, _ in KEYS}
    sent: dict[str, list[int]] = {name: [] for name, _ in KEYS}
    with Terminal(columns=SIZE[0], rows=SIZE[1]) as terminal:
        terminal.wait_for(f"{RUNS:,} runs")
        terminal.wait_for("nothing under way")
        terminal.settle()
        for name, key in KEYS * ROUNDS:
            before = terminal.bytes_received
            times[name].append(seconds(partial(_answer, terminal, key, before)))
            terminal.settle()
            sent[name].append(terminal.bytes_received - before)
    print(f"\n{'key':44}{'answered':>10}{'least':>10}{'bytes':>10}   (with the preview)")
    for name, _ in KEYS:
        median = statistics.median(times[name]) * 1e3
        print(f"{name:44}{median:7.1f} ms{min(times[name]) * 1e3:7.1f} ms{max(sent[name]):10,}")


def _answer(terminal: Terminal, key: str, before: int) -> None:
    terminal.send_at_once(key)
    while terminal.bytes_received == before:
        time.sleep(0.0002)


def print_reads(connection: StoreConnection) -> None:
    """Print what the store takes for the list in every order, for filters, and for the counts beside it."""
    reads: dict[str, Callable[[], object]] = {
        f"all, by {column}": partial(runs.ids, connection, None, Order(column)) for column in SORTABLE
    }
    for text in _FILTERS:
        wanted = RunFilter.parse(text)
        reads[f"{text}, by sortino"] = partial(runs.ids, connection, wanted, Order("sortino_ratio"))
    ids = runs.ids(connection)[500:545]
    reads["the rows of a page"] = partial(runs.summaries, connection, ids)
    reads["whether the list is another one"] = partial(runs.list_state, connection)
    reads["strategies with their counts"] = partial(strategies.list_all, connection)
    print(f"\n{'read off the keys':60}{'least':>10}   (budget: 100 ms)")
    for name, read in reads.items():
        print(f"{name:60}{least(read) * 1e3:7.1f} ms")


def seconds(work: Callable[[], object]) -> float:
    """Return how long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def least(work: Callable[[], object]) -> float:
    """Return the shortest time of a few."""
    return min(seconds(work) for _ in range(ROUNDS))


if __name__ == "__main__":
    main()
