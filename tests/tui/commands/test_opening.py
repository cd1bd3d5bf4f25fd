from pathlib import Path

from core.home import Home
from core.jobs.lock import RunnerLock
from tui.commands.opening import opened_store


def log_of(home: Home) -> Path:
    return home.store.with_name("store.db-wal")


def write_much(home: Home) -> None:
    """Do a command that writes more than the log should hold, while another program keeps the store open."""
    with opened_store() as (_, connection):
        connection.execute("CREATE TABLE much (text TEXT)")
        connection.executemany("INSERT INTO much VALUES (?)", [("x" * 1000,) for _ in range(6000)])


def test_a_command_that_writes_much_shortens_the_log_where_no_runner_is(home: Home) -> None:
    with opened_store():
        write_much(home)
        assert log_of(home).stat().st_size == 0
        assert home.store.stat().st_size > 6_000_000


def test_a_command_leaves_the_log_to_the_runner_that_is_there(home: Home) -> None:
    lock = RunnerLock(home.lock)
    assert lock.take()
    with opened_store():
        write_much(home)
        assert log_of(home).stat().st_size > 6_000_000
    lock.release()
