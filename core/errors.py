"""The error that is meant for a person, and what some of the system's errors mean."""

import errno


class BacktapeError(Exception):
    """One sentence that says what is wrong and what to do; shown as it is.

    `field` names the part of a request that is at fault, so that a form can put
    the sentence beside it.
    """

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


def is_full(error: OSError) -> bool:
    """Return whether a disk is full, or the share of it that one may use."""
    return error.errno in {errno.ENOSPC, errno.EDQUOT}
