"""Nothing is read too often, nothing twice at a time, and the last that happened is never missed."""

import asyncio
from collections.abc import Callable
from typing import cast

from tui.pacing import AtMost, OnceMore
from tui.screens.base import Work, WorkScreen


class _Screen:
    """A screen whose timers end when they are told to, and whose work is done beside."""

    is_left = False

    def __init__(self) -> None:
        self.timers: list[Callable[[], object]] = []
        self.tasks: list[asyncio.Task[None]] = []

    def set_timer(self, delay: float, callback: Callable[[], object]) -> None:
        assert delay == 0.5
        self.timers.append(callback)

    def start(self, work: Work, *, group: str) -> None:
        assert group == "reading"
        self.tasks.append(asyncio.create_task(work()))

    def time_goes_by(self) -> None:
        due, self.timers = self.timers, []
        for callback in due:
            callback()


def screen() -> tuple[_Screen, WorkScreen]:
    made = _Screen()
    return made, cast("WorkScreen", made)


def test_the_first_is_done_at_once_and_of_many_that_follow_one() -> None:
    here, as_screen = screen()
    done: list[str] = []
    pace = AtMost(0.5, as_screen, lambda: done.append("done"))
    for _ in range(10):
        pace.ask()
    assert done == ["done"]
    here.time_goes_by()
    assert done == ["done"] * 2
    here.time_goes_by()
    assert done == ["done"] * 2


def test_what_is_held_back_is_asked_for_again_in_time() -> None:
    here, as_screen = screen()
    again: list[bool] = []
    pace = AtMost(0.5, as_screen, lambda: again.append(pace.begin()))
    assert pace.begin()
    assert not pace.begin()
    assert again == []
    here.time_goes_by()
    assert again == [True]
    assert not pace.begin()


def test_where_nothing_was_held_back_nothing_follows() -> None:
    here, as_screen = screen()
    again: list[bool] = []
    pace = AtMost(0.5, as_screen, lambda: again.append(True))
    assert pace.begin()
    here.time_goes_by()
    assert again == []
    assert here.timers == []


async def test_what_is_asked_for_while_it_is_done_is_done_once_more_on_what_there_is_then() -> None:
    here, as_screen = screen()
    state, seen, let = ["running"], list[str](), asyncio.Event()

    async def look() -> None:
        found = state[0]
        await let.wait()
        seen.append(found)

    reading = OnceMore(as_screen, look, "reading")
    reading.ask()
    await asyncio.sleep(0)
    state[0] = "done"
    for _ in range(5):
        reading.ask()
    let.set()
    await asyncio.gather(*here.tasks)
    assert seen == ["running", "done"]
    assert len(here.tasks) == 1


async def test_what_is_waited_for_begins_when_the_one_under_way_has_ended() -> None:
    here, as_screen = screen()
    under_way, most, let = [0], [0], asyncio.Event()

    async def look() -> None:
        under_way[0] += 1
        most.append(under_way[0])
        await let.wait()
        under_way[0] -= 1

    reading = OnceMore(as_screen, look, "reading")
    reading.ask()
    await asyncio.sleep(0)
    waited = asyncio.create_task(reading.do())
    await asyncio.sleep(0)
    assert not waited.done()
    let.set()
    await waited
    await asyncio.gather(*here.tasks)
    assert most == [0, 1, 1]


async def test_after_a_mistake_it_can_be_asked_for_again() -> None:
    here, as_screen = screen()
    done: list[str] = []

    async def look() -> None:
        done.append("done")
        if len(done) == 1:
            raise OSError("the disk is out of reach")

    reading = OnceMore(as_screen, look, "reading")
    reading.ask()
    await asyncio.gather(*here.tasks, return_exceptions=True)
    reading.ask()
    await asyncio.gather(*here.tasks, return_exceptions=True)
    assert done == ["done", "done"]
