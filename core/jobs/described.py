"""The short-lived process that runs a strategy's file once, to say what its parameters and options are.

    python -m core.jobs.described NAME < SOURCE

It takes the stored source from its input and leaves one JSON object on its
output: `parameters` and `options`, or `error`. What the file itself prints goes
nowhere, and whatever it starts is ended with it.
"""

import json
import os
import sys
from dataclasses import asdict

from core.jobs.isolation import end_with_parent, gather_orphans
from core.jobs.process import end_descendants


def main(arguments: list[str]) -> int:
    """Describe the strategy named, from the source on stdin; the exit code is 0 whatever is said of it."""
    end_with_parent()
    source = sys.stdin.read()
    answer = kept_for_the_answer()
    gather_orphans()
    try:
        told = json.dumps(_described(arguments[0], source))
        with os.fdopen(answer, "w", encoding="utf-8") as file:
            file.write(told)
    finally:
        end_descendants()
    # Threads that the file has started and its own last words are not waited for.
    os._exit(0)


def _described(name: str, source: str) -> dict[str, object]:
    """Return what running the file shows; `lasting` says whether the same text would fail again."""
    from core.strategies.errors import StrategyError
    from core.strategies.loader import instance, load

    try:
        strategy = load(name, source)
        options = instance(strategy, {}).options()
    except StrategyError as error:
        return {"error": str(error), "lasting": not isinstance(error.__cause__, ImportError | OSError)}
    return {
        "parameters": [asdict(parameter) for parameter in strategy.parameters],
        "options": asdict(options),
    }


def kept_for_the_answer() -> int:
    """Return a descriptor of stdout; stdin, stdout and stderr lead nowhere from now on."""
    answer = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)
    return answer


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
