"""Days as they are typed for a run, in the form and on the command line.

A month or a year stands for its first day, as on the chart.
"""

from datetime import datetime

from tui.chart.dates import moment_of


def day_of(text: str) -> datetime | None:
    """Return the moment that a text means, None where it is left open or no run could begin or end at it."""
    from core.jobs.request import EARLIEST, LATEST

    moment = moment_of(text)
    return moment if moment is not None and EARLIEST <= moment <= LATEST else None


def is_none(text: str) -> bool:
    """Return whether a text is no day; one that is left open has nothing wrong with it."""
    return bool(text.strip()) and day_of(text) is None
