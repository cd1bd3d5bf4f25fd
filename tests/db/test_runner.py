from dataclasses import replace

from db import runner
from db.connection import StoreConnection


def publish(connection: StoreConnection, pid: int = 100) -> runner.RunnerRecord:
    runner.publish(
        connection,
        pid=pid,
        process_start=5.5,
        boot="boot",
        code_version="0.1.0+abc",
        schema_revision="bt0001",
        environment_digest="digest",
        salt="salt",
        state="idle",
    )
    record = runner.read(connection)
    assert record is not None
    return record


def test_a_runner_says_who_it_is(connection: StoreConnection) -> None:
    assert runner.read(connection) is None
    record = publish(connection)
    assert (record.pid, record.process_start, record.boot) == (100, 5.5, "boot")
    assert (record.code_version, record.schema_revision) == ("0.1.0+abc", "bt0001")
    assert (record.environment_digest, record.salt, record.state) == ("digest", "salt", "idle")
    assert record.handover_requested is False


def test_a_hand_over_is_asked_of_the_runner_that_was_read_only(connection: StoreConnection) -> None:
    first = publish(connection)
    assert runner.request_handover(connection, first)
    assert (asked := runner.read(connection)) is not None
    assert asked.handover_requested
    second = publish(connection, pid=200)
    assert not second.handover_requested
    assert not runner.request_handover(connection, first)
    assert runner.read(connection) == second


def test_a_runner_that_was_replaced_cannot_speak_for_the_new_one(connection: StoreConnection) -> None:
    publish(connection)
    assert runner.say(connection, 100, 5.5, "2 running")
    record = publish(connection, pid=200)
    assert not runner.say(connection, 100, 5.5, "still here")
    assert not runner.withdraw(connection, 100, 5.5)
    assert runner.read(connection) == replace(record, updated_at=record.updated_at)
    assert runner.withdraw(connection, 200, 5.5)
    assert runner.read(connection) is None
