"""On which bars to ask so that a budget of calls lasts a whole period."""


class Spacing:
    """Spreads the calls that are left evenly over the bars that are left, from counts alone.

    With nothing lost, a budget of ten on a hundred bars is asked on every tenth.
    Calls that failed were spent all the same, and the rest is spread wider.
    """

    def __init__(self, first: int, end: int) -> None:
        """Spread over the bars from `first` up to, and without, `end`."""
        self._end = end
        self._next = first

    def due(self, index: int, left: int) -> bool:
        """Return whether to ask at a bar with so many calls left."""
        return left > 0 and index >= self._next

    def asked(self, index: int, left: int) -> None:
        """Take note that a bar was asked at, and how many calls are left after it."""
        self._next = index + max(1, -(-(self._end - index) // (left + 1)))
