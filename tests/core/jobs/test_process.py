import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.jobs.process import Identity, Presence, end_by_force, identity, own_identity, session_members
from tests.processes import wait_until


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process
        process.kill()


def named(process: subprocess.Popen[bytes]) -> Identity:
    who = identity(process.pid)
    assert who is not None
    return who


def test_a_running_process_lives(sleeper: subprocess.Popen[bytes]) -> None:
    assert named(sleeper).lives()
    assert own_identity().lives()


def test_a_stopped_process_lives(sleeper: subprocess.Popen[bytes]) -> None:
    sleeper.send_signal(signal.SIGSTOP)
    assert named(sleeper).lives()


def test_a_zombie_is_dead_but_not_gone(sleeper: subprocess.Popen[bytes]) -> None:
    who = named(sleeper)
    sleeper.kill()
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)
    assert not who.lives()
    assert who.presence() is Presence.UNREAPED
    sleeper.wait()
    assert who.presence() is Presence.GONE


def test_the_same_pid_with_another_start_is_another_process(sleeper: subprocess.Popen[bytes]) -> None:
    assert not replace(named(sleeper), start=named(sleeper).start - 1).lives()


def test_the_same_pid_after_a_reboot_is_another_process(sleeper: subprocess.Popen[bytes]) -> None:
    assert not replace(named(sleeper), boot="another boot").lives()


def test_a_pid_that_nobody_has_is_nobody() -> None:
    assert identity(2**22 + 1) is None


def test_force_ends_a_stopped_process_and_what_it_started() -> None:
    script = (
        "import os, subprocess, signal; child = subprocess.Popen(['sleep', '60']);"
        "print(child.pid, flush=True); os.kill(os.getpid(), signal.SIGSTOP)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, start_new_session=True
    ) as parent:
        assert parent.stdout is not None
        child = identity(int(parent.stdout.readline()))
        assert child is not None
        end_by_force(named(parent))
        parent.wait()
        wait_until(lambda: not child.lives(), "the child of the killed process ends")


def test_a_session_is_found_after_its_leader_is_gone() -> None:
    script = "import subprocess; print(subprocess.Popen(['sleep', '60']).pid, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as leader:
        assert leader.stdout is not None
        child = identity(int(leader.stdout.readline()))
        who = named(leader)
        leader.kill()
        leader.wait()
        assert session_members(who) == [child]
        end_by_force(who)
        assert child is not None
        wait_until(lambda: not child.lives(), "what the leader left behind ends")


def test_a_later_process_under_the_same_pid_is_spared_with_its_session() -> None:
    script = "import subprocess; print(subprocess.Popen(['sleep', '60']).pid, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as leader:
        assert leader.stdout is not None
        child = identity(int(leader.stdout.readline()))
        assert child is not None
        end_by_force(replace(named(leader), start=named(leader).start - 1))
        assert named(leader).lives()
        assert child.lives()
        end_by_force(named(leader))
