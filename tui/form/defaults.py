"""What a form is when its values are taken back, and how what was there comes back."""

from tui.days import is_none
from tui.form.data import DAYS, MARKET
from tui.form.presets import Texts
from tui.form.run import RunForm

_STAYS = ("strategy", *MARKET, "period", *DAYS)


class Defaults:
    """All but strategy, market and period as it was at first; asked for once more, what was there before."""

    def __init__(self) -> None:
        self._before: Texts | None = None

    def taken_back(self, form: RunForm) -> tuple[Texts, bool]:
        """Return what the form is to hold, and whether these are the defaults."""
        before, plain = self._before, RunForm(form.known, form.datasets, with_defaults(form.texts))
        if before is not None and form.kept() == plain.kept():
            return before, False
        self._before = form.kept()
        return plain.texts, True


def with_defaults(texts: Texts) -> Texts:
    """Return what stays when all values are taken back: the strategy, its market, and days that are days."""
    gone = {name for name in DAYS if is_none(texts[name])}
    if gone.issuperset(DAYS):
        gone.add("period")
    return {name: texts[name] for name in _STAYS if name not in gone}
