import sqlite3

import pytest

from db import jobs, queue, runs
from db.connection import StoreConnection
from db.queue import Place, Queue
from tests.db.samples import add_run


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


def test_a_waiting_run_has_a_place_among_those_that_wait_for_the_same_workers(
    connection: StoreConnection,
) -> None:
    first, asking, second, deleted, third = [
        add_run(connection, uses_model=asks) for asks in (False, True, False, False, False)
    ]
    runs.delete(connection, [deleted])
    assert queue.place(connection, first) == Place(1, 3)
    assert queue.place(connection, second) == Place(2, 3)
    assert queue.place(connection, third) == Place(3, 3)
    assert queue.place(connection, asking) == Place(1, 1, uses_model=True)
    assert queue.place(connection, deleted) is None
    jobs.claim_next(connection, "attempt")
    queue.pause(connection, True)
    assert queue.place(connection, first) is None
    assert queue.place(connection, second) == Place(1, 2, paused=True)
