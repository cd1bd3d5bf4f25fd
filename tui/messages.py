"""What happened, told to the screens."""

from textual.message import Message


class RunsChanged(Message):
    """Somebody wrote to the store: a worker, another interface, a command."""


class RunnerChanged(Message):
    """Other numbers of runs are under way or waiting, or the runner came or went."""


class StoreOpened(Message):
    """The store can be read and written from now on."""


class StoreBusy(Message):
    """A write waits for another program that writes to the store."""


class StoreFree(Message):
    """The store that was busy is not any more, or is gone: nothing waits for another program."""


class RowsUnread(Message):
    """Rows of a table could not be read; `reason` is a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
