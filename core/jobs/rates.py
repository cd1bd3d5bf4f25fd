"""Fixed rates that were given and that no run needs: what is to be said of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_MOST_TOLD = 4


@dataclass(frozen=True)
class RatesOfRun:
    """The fixed rates that a run was given, and what it needs one for.

    `needed` are the two ways to write the pair whose rate turns its profits into the
    account's currency, the usual one first; empty where none is needed.
    """

    symbol: str
    currency: str
    given: Mapping[str, float]
    needed: tuple[str, ...]


def unused_rates(runs: Sequence[RatesOfRun]) -> str:
    """Return a sentence about the rates that none of these runs needs, "" where each is needed."""
    needed = {pair for run in runs for pair in run.needed}
    unused = [
        pair for pair in dict.fromkeys(pair for run in runs for pair in run.given) if pair not in needed
    ]
    if not unused:
        return ""
    needs = list(dict.fromkeys(f"{run.symbol} needs {(*run.needed, 'none')[0]}" for run in runs))
    more = f" and {len(needs) - _MOST_TOLD:,} more" if len(needs) > _MOST_TOLD else ""
    told = ", ".join(needs[:_MOST_TOLD]) + more
    what = "The fixed rate of {} is" if len(unused) == 1 else "The fixed rates of {} are"
    return f"{what.format(', '.join(unused))} not used: in a {runs[0].currency} account {told}."
