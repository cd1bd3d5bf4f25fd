"""What is known of the values in the form: what is wrong, what would be submitted, what is to be expected."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from core.errors import BacktapeError
from tui.form.submitting import Judged

if TYPE_CHECKING:
    from core.jobs.request import RunRequest
    from tui.form.run import RunForm


class Judgement:
    """The texts are judged at once, what only library and strategies know when typing rests.

    There are `requests` only where nothing is wrong, and `expected` once they were asked about.
    """

    def __init__(self) -> None:
        self.requests: Sequence[RunRequest] = ()
        self.problems: Mapping[str, str] = {}
        self.expected: Judged | None = None
        self._turn = 0

    def begin(self, form: "RunForm") -> int:
        """Judge the texts; return the turn to ask with."""
        self._turn += 1
        self.expected = None
        # What is not known yet cannot be wrong, nor sent.
        self.requests, self.problems = ((), {}) if form.is_unknown else form.check()
        return self._turn

    async def ask(
        self, turn: int, form: "RunForm", judge: "Callable[[Sequence[RunRequest]], Awaitable[Judged]]"
    ) -> bool:
        """Ask as submitting would; return whether that says anything of the texts as they are now."""
        if turn != self._turn or not self.requests:
            return False
        try:
            expected = await judge(self.requests)
        except BacktapeError as error:
            if turn == self._turn:
                self.refuse(form, error)
        else:
            if turn == self._turn:
                self.expected = expected
        return turn == self._turn

    def refuse(self, form: "RunForm", error: BacktapeError) -> None:
        """Take that the requests cannot be run: a field is at fault."""
        self.requests, self.expected = (), None
        self.problems = {form.field_of(error.field): str(error)}

    def sort_by(self, names: Sequence[str]) -> None:
        """Let the problems stand in the order of the fields."""
        known = [name for name in names if name in self.problems]
        others = [name for name in self.problems if name not in known]
        self.problems = {name: self.problems[name] for name in [*known, *others]}
