"""What a runner says of itself in the store, and how to take it."""

import enum


class RunnerState(enum.StrEnum):
    """The state of the one runner; the words are shown as they are."""

    COMPILING = "compiling"
    IDLE = "idle"
    RUNNING = "running"
    LEAVING = "handing over"
    FAILED = "failed"

    @property
    def serves(self) -> bool:
        """Whether a runner that says this, and lives, will take the next run."""
        return self in {RunnerState.COMPILING, RunnerState.IDLE, RunnerState.RUNNING}
