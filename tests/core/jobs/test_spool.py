from dataclasses import replace

import pytest

from core.home import Home
from core.jobs import spool
from core.jobs.spool import Spooled, SpoolError
from db import jobs, trades
from db.curves import CurveRecord
from db.jobs import RunResult
from tests.core.jobs.bench import Bench

TRADE = (
    1, "EURUSD", "BUY", "2020-01-27 13:05:00.000000", 1.1, "2020-01-27 14:00:00.000000", 1.1 + 1e-16,
    None, 1.2, 0.1, 12.34, 0.7, "tp", 10012.34, -3.0, 20.0,
)  # fmt: skip
RESULT = RunResult(
    metrics={"total_trades": 1, "win_rate": 1.0, "profit_factor": None, "expectancy": 1 / 3},
    trades=[TRADE],
    curve=CurveRecord(2, b"preview\n\x00", bytes(range(256))),
    statistics={"net_profit": 12.34},
    calls=[(1, 5, False, None, None), (2, 6, True, "buy, stop 0.0030", 3)],
)


def claimed(bench: Bench) -> jobs.Claim:
    bench.submit()
    claim = jobs.claim_next(bench.connection, jobs.new_token())
    assert claim is not None
    return claim


def test_a_result_comes_back_as_it_was(home: Home) -> None:
    spooled = Spooled(7, "token", result=RESULT)
    found = spool.read(spool.write(home, spooled))
    assert found.result is not None
    assert found.result.metrics == RESULT.metrics
    assert [tuple(row) for row in found.result.trades] == [TRADE]
    assert found.result.curve == RESULT.curve
    assert found.result.statistics == RESULT.statistics
    assert found.result.calls == RESULT.calls


def test_a_result_that_an_older_version_left_is_read(home: Home) -> None:
    path = spool.write(home, Spooled(7, "token", result=replace(RESULT, calls=())))
    path.write_bytes(path.read_bytes().replace(b',"calls":[]', b""))
    found = spool.read(path)
    assert found.result is not None
    assert (list(found.result.calls), found.result.curve) == ([], RESULT.curve)


def test_an_end_without_a_result_comes_back_as_it_was(home: Home) -> None:
    spooled = Spooled(7, "token", reason="mine.py, line 3: ValueError.")
    assert spool.read(spool.write(home, spooled)) == spooled


def test_a_spooled_file_is_private_and_alone(home: Home) -> None:
    path = spool.write(home, Spooled(7, "token", result=RESULT))
    assert path.stat().st_mode & 0o077 == 0
    assert list(home.spool.iterdir()) == [path]


@pytest.mark.parametrize("change", ["cut", "bit", "format", "header"])
def test_a_damaged_file_is_refused_and_set_aside(bench: Bench, change: str) -> None:
    path = spool.write(bench.home, Spooled(7, "token", result=RESULT))
    data = path.read_bytes()
    changed = {
        "cut": data[:-1],
        "bit": data[:-1] + bytes([data[-1] ^ 1]),
        "format": b"other" + data,
        "header": data.replace(b"{", b"[", 1),
    }
    path.write_bytes(changed[change])
    with pytest.raises(SpoolError):
        spool.read(path)
    assert spool.store_all(bench.home, bench.connection) == 0
    assert [file.suffix for file in bench.home.spool.iterdir()] == [".damaged"]


def test_a_spooled_result_is_stored_once_and_removed(bench: Bench) -> None:
    claim = claimed(bench)
    for _ in range(2):
        spool.write(bench.home, Spooled(claim.run_id, claim.attempt, result=RESULT))
        assert spool.store_for(bench.home, bench.connection, claim.run_id, claim.attempt)
    run = bench.run(claim.run_id)
    assert (run.status, run.expectancy) == ("completed", 1 / 3)
    assert trades.count(bench.connection, claim.run_id) == 1
    assert trades.all_of(bench.connection, claim.run_id)[0].exit_price == 1.1 + 1e-16
    assert list(bench.home.spool.iterdir()) == []


def test_a_spooled_reason_ends_the_run(bench: Bench) -> None:
    claim = claimed(bench)
    spool.write(bench.home, Spooled(claim.run_id, claim.attempt, reason="It broke."))
    assert spool.store_all(bench.home, bench.connection) == 1
    run = bench.run(claim.run_id)
    assert (run.status, run.error_message) == ("failed", "It broke.")


def test_what_a_lost_attempt_left_is_void(bench: Bench) -> None:
    claim = claimed(bench)
    assert jobs.requeue(bench.connection, claim.run_id, claim.attempt)
    spool.write(bench.home, Spooled(claim.run_id, claim.attempt, result=RESULT))
    assert spool.store_all(bench.home, bench.connection) == 0
    assert bench.run(claim.run_id).status == "pending"
    assert list(bench.home.spool.iterdir()) == []


def test_what_belongs_to_no_run_of_this_store_is_set_aside(bench: Bench) -> None:
    spool.write(bench.home, Spooled(999, "attempt of another store", result=RESULT))
    assert spool.store_all(bench.home, bench.connection) == 0
    assert [path.suffix for path in bench.home.spool.iterdir()] == [spool.STRAY]


def test_without_a_file_nothing_is_stored(bench: Bench) -> None:
    claim = claimed(bench)
    assert not spool.store_for(bench.home, bench.connection, claim.run_id, claim.attempt)
