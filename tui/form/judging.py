"""What is known of the values in the form: what is wrong, what would be submitted, what is to be expected."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from core.errors import BacktapeError
from db.errors import StoreError
from tui.form.submitting import Judged

if TYPE_CHECKING:
    from core.jobs.request import RunRequest
    from tui.form.run import RunForm


# Where among the problems a trouble stands that no field is at fault of.
ELSEWHERE = ""


class Judgement:
    """The texts are judged at once, what only library and strategies know when typing rests.

    There are `requests` only where nothing is wrong, and `expected` once they were asked about.
    A trouble that lies elsewhere, such as a mistake in `config.toml`, is one of the problems until
    asking has shown that it is over.
    """

    def __init__(self) -> None:
        self.requests: Sequence[RunRequest] = ()
        self._wanted: Sequence[RunRequest] = ()
        self.problems: Mapping[str, str] = {}
        self.expected: Judged | None = None
        self._turn = 0

    def begin(self, form: "RunForm") -> int:
        """Judge the texts; return the turn to ask with."""
        self._turn += 1
        self.expected = None
        trouble = {name: text for name, text in self.problems.items() if name == ELSEWHERE}
        # What is not known yet cannot be wrong, nor sent.
        self._wanted, problems = ((), {}) if form.is_unknown else form.check()
        self.requests, self.problems = () if trouble else self._wanted, problems | trouble
        return self._turn

    async def ask(
        self, turn: int, form: "RunForm", judge: "Callable[[Sequence[RunRequest]], Awaitable[Judged]]"
    ) -> bool:
        """Ask as submitting would; return whether that says anything of the texts as they are now."""
        if turn != self._turn or not self._wanted:
            return False
        try:
            expected = await judge(self._wanted)
        except (BacktapeError, StoreError) as error:
            if turn == self._turn:
                self.refuse(form, error)
        else:
            if turn == self._turn:
                self.requests, self.problems, self.expected = self._wanted, {}, expected
        return turn == self._turn

    def warnings(self, form: "RunForm") -> dict[str, str]:
        """Return what will probably go wrong or does nothing, by field: it can be sent all the same."""
        return form.warnings() | ({} if self.expected is None else self.expected.warnings)

    def refuse(self, form: "RunForm", error: BacktapeError | StoreError) -> None:
        """Take that the requests cannot be run: a field is at fault, or what lies outside the form."""
        field = error.field if isinstance(error, BacktapeError) else None
        self.requests, self.expected = (), None
        self.problems = {ELSEWHERE if field is None else form.field_of(field): str(error)}

    @property
    def values_to_mend(self) -> int:
        """How many values are wrong."""
        return sum(name != ELSEWHERE for name in self.problems)

    @property
    def elsewhere(self) -> str:
        """What is to be mended outside the form, "" if nothing is known of."""
        return self.problems.get(ELSEWHERE, "")

    def to_mend(self, label: str) -> str:
        """Return why nothing is sent: the field of this label, if any, else what lies outside the form."""
        if label or not self.elsewhere:
            return f"Something is to be mended first{f': {label}.' if label else '.'}"
        return self.elsewhere

    def sort_by(self, names: Sequence[str]) -> None:
        """Let the problems stand in the order of the fields."""
        known = [name for name in names if name in self.problems]
        others = [name for name in self.problems if name not in known]
        self.problems = {name: self.problems[name] for name in [*known, *others]}
