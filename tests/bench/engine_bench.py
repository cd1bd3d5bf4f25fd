"""The engine beside a C loop of the same rules, compiled here and now, and beside peers; indicators too.

    python -m tests.bench [--bars 1000000] [--quick] [--peers .venv-peers]

Every figure is processor time of one thread, the median of several rounds that
take turns, so that a busy machine slows all of them alike; the fastest round is
printed beside it. The C loop's trades and equity must be the engine's to the
last bit and its figures the same, else nothing is printed.
"""

import argparse
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.market.bars import Bars
from tests.bench.contest import FAST, FIGURES, SLOW, Contest, Empty, Holding, Turning, compile_loop, market
from tests.bench.indicator_pairs import BARS, indicator_pairs
from tests.bench.peer_bench import print_peers

ROUNDS = 21
FEW_ROUNDS = 5
GROWTH = (10_000, 100_000, 1_000_000, 10_000_000)

# What a bar costs in memory before anything runs: six columns of prices and volume, and the time.
BYTES_OF_A_BAR = 56

C_BROKER, C_WHOLE = "C loop, broker alone", "C loop, signals + broker + metrics"
BROKER, WHOLE = "engine, broker alone", "engine, signals + broker + all metrics"
SIGNALS, CHECKS, METRICS = "engine, signals", "engine, checks of signals", "engine, all metrics"
VECTORBT = 147.0


@dataclass(frozen=True)
class Cost:
    """What a bar costs, in ns."""

    median: float
    least: float


def costs(runs: dict[str, Callable[[], object]], bars: int, rounds: int) -> dict[str, Cost]:
    """Return what each run costs a bar; the rounds take turns, and the first does not count."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for name in [*runs] * (rounds + 1):
        start = time.thread_time_ns()
        runs[name]()
        times[name].append((time.thread_time_ns() - start) / bars)
    return {name: Cost(statistics.median(found[1:]), min(found[1:])) for name, found in times.items()}


def peak_bytes(run: Callable[[], object]) -> int:
    """Return the most memory that a run holds at once, beyond what is there before it."""
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def print_table(contest: Contest) -> float:
    """Measure and print one row a run, with its ratio to the C loop of the same; return the whole run's."""
    bars = len(contest.bars)
    runs: dict[str, Callable[[], object]] = {
        C_BROKER: contest.c_broker,
        BROKER: contest.broker,
        C_WHOLE: contest.c_whole,
        WHOLE: contest.whole,
        SIGNALS: contest.signals,
        CHECKS: contest.checks,
        METRICS: contest.measured,
        "engine, broker, trailing stop": contest.trailing,
        "engine, broker, limit orders": contest.waiting,
    }
    stepped: dict[str, Callable[[], object]] = {
        "on_bar, empty": lambda: contest.stepped(Empty()),
        "on_bar, reads its position": lambda: contest.stepped(Holding()),
        "on_bar, reads it and trades every 50 bars": lambda: contest.stepped(Turning()),
    }
    found = costs(runs, bars, ROUNDS) | costs(stepped, bars, FEW_ROUNDS)
    bases = {BROKER: C_BROKER, WHOLE: C_WHOLE}
    print(f"{'ns a bar':44}{'median':>10}{'least':>10}{'to C':>8}")
    for name, cost in found.items():
        ratio = f"{cost.median / found[bases[name]].median:.2f}x" if name in bases else ""
        print(f"{name:44}{cost.median:10.1f}{cost.least:10.1f}{ratio:>8}")
    print_budget(found)
    return found[WHOLE].median


def print_budget(found: dict[str, Cost]) -> None:
    """Print the whole run beside its budgets, and where its time goes."""
    whole, loop = found[WHOLE].median, found[C_WHOLE].median
    parts = {"averages and crossings": SIGNALS, "checks": CHECKS, "broker": BROKER, "metrics": METRICS}
    shares = {words: found[name].median for words, name in parts.items()}
    shares["calls and memory between them"] = max(0.0, whole - sum(shares.values()))
    told = ", ".join(f"{words} {cost:.1f}" for words, cost in shares.items())
    print(f"\nBudget: 1.5x the C loop ({1.5 * loop:.1f} ns), 1/12 of vectorbt's {VECTORBT:.0f} ns ", end="")
    print(f"({VECTORBT / 12:.2f} ns); taken: {whole:.1f} ns.")
    print(f"Where it goes: {told}.")


def print_indicators(bars: Bars) -> None:
    """Print what a bar costs each indicator, beside what it costs TA-Lib's C of the same."""
    print(
        f"\n{f'indicators of {BARS} bars, ns a bar':44}{'median':>10}{'least':>10}{'TA-Lib':>10}{'least':>10}"
    )
    for name, (ours, theirs) in indicator_pairs(bars).items():
        found = costs({"ours": ours, "TA-Lib": theirs}, len(bars), ROUNDS)
        cells = [cell for cost in found.values() for cell in (cost.median, cost.least)]
        print(f"{name:44}" + "".join(f"{cell:10.1f}" for cell in cells))


def print_growth(contest_of: Callable[[int], Contest]) -> None:
    """Print what a bar costs, in time and memory, as the number of bars grows."""
    print(f"\n{'bars':>12}{'broker':>10}{'whole run':>12}{'a run':>12}{'peak memory beyond the data':>32}")
    for count in GROWTH:
        contest = contest_of(count)
        found = costs({"broker": contest.broker, "whole": contest.whole}, count, FEW_ROUNDS)
        peak = peak_bytes(contest.whole)
        whole = found["whole"].median
        memory = f"{peak / 1e6:.1f} MB, {peak / count:.0f} bytes a bar"
        print(
            f"{count:12,}{found['broker'].median:10.1f}{whole:12.1f}{whole * count / 1e6:9.2f} ms{memory:>32}"
        )
    print(f"(times in ns a bar; the data themselves take {BYTES_OF_A_BAR} bytes a bar)")


def main() -> None:
    """Run the benchmark and print its tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--bars", type=int, default=1_000_000)
    parser.add_argument("--quick", action="store_true", help="leave out the growth from 10 k to 10 M bars")
    parser.add_argument(
        "--peers", type=Path, help="a virtual environment, made if missing, for other engines"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        loop = compile_loop(Path(folder))
        contest = Contest(market(options.bars), loop)
        contest.agree()
        trades = len(contest.outcome.trades)
        print(
            f"sma_cross({FAST}, {SLOW}) on {len(contest.bars):,} synthetic M1 bars, {trades:,} trades; ",
            end="",
        )
        print(f"the C loop reckons {len(FIGURES)} of the figures.\n")
        whole = print_table(contest)
        print_indicators(contest.bars)
        if options.peers:
            print_peers(options.peers, contest.bars, whole)
        if not options.quick:
            print_growth(lambda count: Contest(market(count), loop))


if __name__ == "__main__":
    main()
