"""The clock of the replay: how many bars are due."""

SPEEDS = (1, 2, 5, 10, 25, 50)  # bars a second
# Seconds between two pictures: more would only send more.
LEAST_PAUSE = 0.1


class Clock:
    """Tells how many bars are due since it was asked last; the seconds come from its caller."""

    def __init__(self, speed: int, now: float) -> None:
        self.speed = speed
        self._began = now
        self._played = 0

    @property
    def pause(self) -> float:
        """Seconds from one picture to the next; of fast replays several bars come at once."""
        return max(LEAST_PAUSE, 1 / self.speed)

    def due(self, now: float) -> int:
        """Return how many bars are due; whoever was held up does not catch up on more than a second."""
        bars = int((now - self._began) * self.speed + 1e-6) - self._played
        if bars > self.speed:
            self._began, self._played = now, 0
            return self.speed
        self._played += bars
        return bars


def other_speed(speed: int, by: int) -> int:
    """Return the speed so many places further in `SPEEDS`, as far as there is one."""
    return SPEEDS[min(max(0, SPEEDS.index(speed) + by), len(SPEEDS) - 1)]
