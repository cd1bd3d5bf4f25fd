import subprocess
import sys
from pathlib import Path

from core.jobs.lock import RunnerLock

HOLD = """
import sys
from pathlib import Path
from core.jobs.lock import RunnerLock
lock = RunnerLock(Path(sys.argv[1]))
print(lock.take(0), flush=True)
input()
"""


def holder(path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_one_process_at_a_time_holds_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "runner.lock"
    with holder(path) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        assert not RunnerLock(path).take(0)
        other.communicate("\n")
    assert RunnerLock(path).take(0)


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    path = tmp_path / "runner.lock"
    with holder(path) as other:
        assert other.stdout is not None
        other.stdout.readline()
        other.kill()
        other.wait()
        assert RunnerLock(path).take(1)


def test_releasing_lets_another_in_and_taking_again_works(tmp_path: Path) -> None:
    first, second = RunnerLock(tmp_path / "runner.lock"), RunnerLock(tmp_path / "runner.lock")
    assert first.take(0)
    assert not second.take(0)
    first.release()
    assert not first.held
    assert second.take(0)
    assert not first.take(0)


def test_a_lock_file_that_was_removed_keeps_nobody_out(tmp_path: Path) -> None:
    path = tmp_path / "runner.lock"
    first, second = RunnerLock(path), RunnerLock(path)
    assert first.take(0)
    path.unlink()
    assert second.take(0)


def test_the_lock_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "runner.lock"
    RunnerLock(path).take(0)
    assert path.stat().st_mode & 0o777 == 0o600
