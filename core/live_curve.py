"""At which bars the equity of a run under way is told: few, and mostly those it was told at before."""

POINTS = 256


def told_bars(done: int) -> list[int]:
    """Return bars of a run that has done so many, counted from 0: evenly spaced, the newest last.

    They are at most `POINTS`. Their distance is a power of two, so that a curve that grows goes on
    through the same points: what was drawn of it need not be drawn again.
    """
    if done < 1:
        return []
    step = 1
    while (done - 1) // step > POINTS - 2:
        step *= 2
    bars = list(range(0, done, step))
    return bars if bars[-1] == done - 1 else [*bars, done - 1]
