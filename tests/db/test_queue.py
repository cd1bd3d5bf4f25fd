import sqlite3

import pytest

from db import queue
from db.connection import StoreConnection
from db.queue import Queue


def test_nothing_is_held_back_until_somebody_says_so(connection: StoreConnection) -> None:
    assert queue.read(connection) == Queue(paused=False, workers=None)


def test_what_is_said_of_the_queue_is_kept_until_it_is_taken_back(connection: StoreConnection) -> None:
    queue.pause(connection, True)
    queue.set_workers(connection, 3)
    assert queue.read(connection) == Queue(paused=True, workers=3)
    queue.pause(connection, False)
    assert queue.read(connection) == Queue(paused=False, workers=3)
    queue.set_workers(connection, None)
    assert queue.read(connection) == Queue()


@pytest.mark.parametrize("workers", [0, -1])
def test_a_queue_without_workers_is_refused(connection: StoreConnection, workers: int) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        queue.set_workers(connection, workers)
    assert queue.read(connection) == Queue()
