"""Who a process is, and whether it still lives: judged by the operating system, never by a clock.

A pid alone says nothing, since it is used again. A pid with the moment the
process started and the boot of the machine names one process for good.
"""

import enum
import os
import signal
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_PROC = Path("/proc")


class Presence(enum.Enum):
    """What is left of a process."""

    LIVING = "living"
    UNREAPED = "unreaped"  # ended, but its parent has not looked yet (a zombie)
    GONE = "gone"


@dataclass(frozen=True)
class Identity:
    """One process and no other: its pid, when it started (in the system's own unit), which boot."""

    pid: int
    start: float
    boot: str

    def presence(self) -> Presence:
        """Say whether this very process lives; another one under its pid does not count."""
        if self.pid <= 0 or self.boot != boot():
            return Presence.GONE
        seen = _look(self.pid)
        if seen is None or seen.start != self.start:
            return Presence.GONE
        return Presence.UNREAPED if seen.zombie else Presence.LIVING

    def lives(self) -> bool:
        """Return True while the process runs or is stopped; a zombie is dead."""
        return self.presence() is Presence.LIVING


@dataclass(frozen=True)
class _Look:
    start: float
    zombie: bool
    session: int


def identity(pid: int) -> Identity | None:
    """Return who runs under `pid` now, None if nobody does."""
    seen = _look(pid)
    return None if seen is None else Identity(pid, seen.start, boot())


def own_identity() -> Identity:
    """Return who this process is."""
    mine = identity(os.getpid())
    if mine is None:
        raise RuntimeError("the operating system does not show this process")
    return mine


@cache
def boot() -> str:
    """Return what names this boot of the machine."""
    path = _PROC / "sys/kernel/random/boot_id"
    if path.is_file():
        return path.read_text(encoding="ascii").strip()
    import psutil

    return str(int(psutil.boot_time()))


def end_by_force(who: Identity) -> None:
    """Kill a worker, whatever it started, and whatever it left in its session.

    A stopped process is stopped no longer, and none of them gets a chance to
    object. Another process that has the pid by now is left alone.
    """
    victims = descendants(who.pid) if who.presence() is not Presence.GONE else []
    _kill(who)
    end_all(victims + session_members(who))


def end_child(process: "subprocess.Popen[bytes]", who: Identity | None) -> None:
    """End a process that was started here with all that it started, and let go of what it wrote to."""
    if who is not None:
        end_by_force(who)
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def end_all(victims: list[Identity]) -> None:
    """Kill those of these processes that live."""
    for victim in victims:
        _kill(victim)


def end_descendants() -> None:
    """Kill whatever this process has started and not ended."""
    end_all(descendants(os.getpid()))


def session_members(leader: Identity) -> list[Identity]:
    """Return the living processes of the session that `leader` opened, itself not included.

    A pid is not given again while it names a session: once another process has
    it, nothing of the leader's is left.
    """
    present = _look(leader.pid)
    if leader.boot != boot() or (present is not None and present.start != leader.start):
        return []
    return [
        Identity(pid, seen.start, leader.boot)
        for pid, seen in _everybody()
        if seen.session == leader.pid and pid != leader.pid and seen.start >= leader.start and not seen.zombie
    ]


def _kill(who: Identity) -> None:
    if not who.lives():
        return
    try:
        os.kill(who.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def children_of(pid: int) -> list[int]:
    """Return the pids of a process's children, those it was made the parent of included."""
    tasks = _PROC / str(pid) / "task"
    if not (_PROC / "self/task" / str(os.getpid()) / "children").exists():
        return _children_by_psutil(pid)
    try:
        listings = [(task / "children").read_text(encoding="ascii") for task in tasks.iterdir()]
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return []
    return [int(child) for listing in listings for child in listing.split()]


def _children_by_psutil(pid: int) -> list[int]:
    import psutil

    try:
        return [child.pid for child in psutil.Process(pid).children()]
    except psutil.Error:
        return []


def descendants(pid: int) -> list[Identity]:
    """Return the processes that a process has started, and those that they have."""
    found: list[Identity] = []
    waiting = children_of(pid)
    while waiting:
        child = waiting.pop()
        who = identity(child)
        if who is not None:
            found.append(who)
            waiting += children_of(child)
    return found


def _look(pid: int) -> _Look | None:
    return _look_in_proc(pid) if (_PROC / "self/stat").exists() else _look_by_psutil(pid)


def _look_in_proc(pid: int) -> _Look | None:
    """Read /proc/PID/stat, see proc(5): state is field 3, session 6, start time 22."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return None
    # The second field, the command in brackets, may itself hold blanks and brackets.
    fields = text[text.rindex(")") + 2 :].split()
    return _Look(start=float(fields[19]), zombie=fields[0] in "ZXx", session=int(fields[3]))


def _look_by_psutil(pid: int) -> _Look | None:
    import psutil

    try:
        process = psutil.Process(pid)
        with process.oneshot():
            zombie = process.status() == psutil.STATUS_ZOMBIE
            return _Look(process.create_time(), zombie, os.getsid(pid))
    except (psutil.Error, ProcessLookupError):
        return None


def _everybody() -> list[tuple[int, _Look]]:
    import psutil

    looks = ((pid, _look(pid)) for pid in psutil.pids())
    return [(pid, seen) for pid, seen in looks if seen is not None]
