"""What is opened is held back until it is whole, and for no longer than a moment."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import pytest

from tui.app import BacktapeApp
from tui.cover import Cover


@dataclass
class _Worker:
    node: object
    is_running: bool = True


@dataclass
class _Screen:
    drawn: int = 0

    def refresh(self) -> None:
        self.drawn += 1


@dataclass
class _App:
    """As much of the program as a cover has to do with; `time` goes on with every look."""

    screen: _Screen = field(default_factory=_Screen)
    workers: list[_Worker] = field(default_factory=list)
    looks: list[tuple[float, Callable[[], object]]] = field(default_factory=list)
    time: float = 100.0

    @property
    def screen_stack(self) -> list[_Screen]:
        return [self.screen]

    def set_timer(self, delay: float, look: Callable[[], object]) -> None:
        self.looks.append((delay, look))

    def go_on(self) -> None:
        delay, look = self.looks.pop()
        self.time += delay
        look()


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> _App:
    app = _App()
    monkeypatch.setattr("tui.cover.time.monotonic", lambda: app.time)
    return app


def _begun(app: _App) -> Cover:
    begun = Cover(cast("BacktapeApp", app))
    begun.begin()
    return begun


def test_nothing_is_sent_before_what_was_read_is_laid_out_and_then_the_whole_screen_once(app: _App) -> None:
    reading = _Worker(app.screen)
    app.workers = [reading]
    begun = _begun(app)
    app.go_on()
    app.go_on()
    assert begun.is_on
    reading.is_running = False
    app.go_on()
    assert begun.is_on
    app.go_on()
    assert (begun.is_on, app.screen.drawn, app.looks) == (False, 1, [])


def test_what_the_program_does_for_itself_is_not_waited_for(app: _App) -> None:
    app.workers = [_Worker(app)]
    begun = _begun(app)
    app.go_on()
    app.go_on()
    assert not begun.is_on


def test_what_takes_long_is_seen_coming(app: _App) -> None:
    app.workers = [_Worker(app.screen)]
    begun = _begun(app)
    began = app.time
    while begun.is_on:
        app.go_on()
    assert 0.1 < app.time - began < 0.2
    assert app.screen.drawn == 1


def test_a_screen_that_is_opened_over_one_that_is_held_back_is_waited_for_too(app: _App) -> None:
    begun = _begun(app)
    app.go_on()
    begun.begin()
    app.go_on()
    assert begun.is_on
    app.go_on()
    assert (begun.is_on, app.screen.drawn, app.looks) == (False, 1, [])
