"""What a runner says of itself in the store, and how to take it."""

import enum


class RunnerState(enum.StrEnum):
    """The state of the one runner; the words are shown as they are."""

    STARTING = "starting"
    COMPILING = "compiling"  # for some seconds, the first time on a machine
    IDLE = "idle"
    RUNNING = "running"
    LEAVING = "handing over"

    @property
    def serves(self) -> bool:
        """Whether a runner that says this, and lives, will take the next run."""
        return self in {RunnerState.STARTING, RunnerState.COMPILING, RunnerState.IDLE, RunnerState.RUNNING}
