"""What the key for checks does: ask for a market of the library, completed at Tab, then check on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from core.errors import BacktapeError
from core.home import Home
from core.market.timeframes import Timeframe
from core.text import clean
from db.connection import Connection
from tui.completing import Completed, common, listed
from tui.form.markets import Library
from tui.form.presets import Texts
from tui.screens.base import WorkScreen

if TYPE_CHECKING:
    from db.datasets import DatasetRecord

_ROOM_TO_TYPE = 16
_AGAIN = "check on: "
_NAMED = 3


@dataclass(frozen=True)
class Market:
    """What a strategy is checked on; without a source the library has one to take."""

    symbol: str
    timeframe: str
    source: str | None = None

    @property
    def text(self) -> str:
        """What is typed for it."""
        return " ".join(part for part in (self.symbol, self.timeframe, self.source) if part)


class CheckPrompt:
    """Asks in the bottom line of a screen what a strategy is to be checked on, until that can be."""

    def __init__(
        self,
        screen: WorkScreen,
        strategy: str,
        data: "Sequence[DatasetRecord]",
        begin: Callable[[Market], object],
    ) -> None:
        self._screen = screen
        self._strategy = strategy
        self._library = Library(data)
        self._begin = begin
        self._likely = ""

    def open(self, used_last: Texts) -> None:
        """Ask, beginning with the market that a run was set up on last, else the first of the library."""
        self._likely = _likely_market(self._library, used_last).text
        parts = "symbol, timeframe" + (", source" if _has_choice(self._library) else "")
        short = f"check {self._strategy} on (Tab completes): "
        full = f"check {self._strategy} on {parts} (Tab completes): "
        is_room = len(full) + len(self._likely) < self._screen.room.width
        self._ask(full if is_room else short, self._likely)

    def _ask(self, label: str, text: str) -> None:
        self._screen.bottom.prompt(
            label, text, self._take, complete=self._complete, offered=self._offer, enter="checks"
        )

    def _ask_again(self, wrong: str, text: str) -> None:
        self._ask(asking_again(wrong, _AGAIN, self._screen.room.width), text)

    def _take(self, text: str) -> None:
        """Check on the market that was typed; nothing typed checks nothing."""
        words = text.split(maxsplit=2)
        if len(words) > 1:
            market = Market(words[0], words[1], words[2].strip() if len(words) > 2 else None)
            self._screen.start_asking(partial(self._look_for, market))
        elif words:
            self._ask(f"Name a symbol and a timeframe, such as {self._likely}: ", text)

    async def _look_for(self, market: Market) -> None:
        screen = self._screen
        try:
            await screen.bench.link.read(_find, screen.bench.home, market)
        except BacktapeError as error:
            if not screen.bottom.busy:
                self._ask_again(*self._wrong(error, market))
            return
        if screen.app.screen is screen:
            self._begin(market)

    def _wrong(self, error: BacktapeError, market: Market) -> tuple[str, str]:
        """Return what is wrong in few words, and what of the text it is to be mended in."""
        names = _named_sources(self._library, market.symbol, market.timeframe)
        if error.field != "source" or not names:
            return str(error), market.text
        told = " or ".join(names[:_NAMED]) + (" ..." if len(names) > _NAMED else "")
        if market.source is None:
            return f"Add a source, {told}", f"{market.text} "
        return f"There is no source {market.source}, only {told}", market.text

    def _complete(self, text: str) -> Completed:
        return completed_market(self._library, text)

    def _offer(self, typed: str, found: Completed) -> None:
        """Show what there is to choose from where nothing can be added to what is typed."""
        if found.text == typed and len(found.names) != 1:
            self._ask(f"{self._choice(found.names)}{_AGAIN}", typed)

    def _choice(self, names: Sequence[str]) -> str:
        """Return what may follow, for the half of a line that is not typed in."""
        if not names:
            return "The library has nothing that goes on so; "
        return f"{listed(names, self._screen.room.width // 2, 1)[0]}  "


def asking_again(wrong: str, label: str, width: int) -> str:
    """Return a label that says first what was wrong, in so few words that there is room to type."""
    room = width - len(label) - _ROOM_TO_TYPE
    wrong = wrong.partition(";")[0].rstrip(".")
    if len(wrong) > room:
        wrong = wrong.partition(" (")[0]
    return f"{clean(wrong, limit=room)}; {label}"


def completed_market(library: Library, text: str) -> Completed:
    """Return symbol, timeframe and source as far as they are certain, and the names they may go on with."""
    words = text.split(maxsplit=2)
    if not words or (len(words) < 3 and text[-1].isspace()):
        words.append("")
    *before, typed = words
    names = [name for name in _offered(library, before) if name.lower().startswith(typed.lower())]
    if len(names) != 1:
        return Completed(" ".join([*before, max(common(names), typed, key=len)]), names)
    goes_on = [""] if _offered(library, [*before, names[0]]) else []
    return Completed(" ".join([*before, names[0], *goes_on]), names)


def _offered(library: Library, before: Sequence[str]) -> list[str]:
    """Return what may follow these words: symbols, then timeframes, then the names of several sources."""
    match before:
        case []:
            return library.symbols()
        case [symbol]:
            return _timeframes(library, symbol)
        case [symbol, timeframe]:
            return _named_sources(library, symbol, timeframe)
    return []


def _timeframes(library: Library, symbol: str) -> list[str]:
    if symbol.upper() not in library.symbols():
        return []
    sources = library.sources([symbol.upper()])
    made = {one for source in sources for one in library.timeframes([symbol.upper()], source)}
    return [str(one) for one in Timeframe if one in made]


def _named_sources(library: Library, symbol: str, timeframe: str) -> list[str]:
    """Return the sources that a symbol has bars of a timeframe from; none where there is no choice."""
    known = symbol.upper()
    if known not in library.symbols() or timeframe.upper() not in set(Timeframe):
        return []
    wanted = Timeframe(timeframe.upper())
    having = [one for one in library.sources([known]) if library.market(known, wanted, one)]
    return [source for source in having if source] if len(having) > 1 else []


def _has_choice(library: Library) -> bool:
    return library.has_choice(library.symbols())


def _likely_market(library: Library, used_last: Texts) -> Market:
    """Return what the last run was set up on, else what is first in the library."""
    first = library.datasets[0]
    symbol = used_last.get("symbol", first.symbol).split(",")[0]
    timeframe = used_last.get("timeframe", first.timeframe).split(",")[0]
    source = used_last.get("source", first.source)
    return Market(symbol, timeframe, source if source in _named_sources(library, symbol, timeframe) else None)


def _find(connection: Connection, home: Home, market: Market) -> None:
    """Refuse what the library cannot give, as checking would."""
    from core.config import read_config
    from core.datasets import find_dataset

    own = read_config(home).instruments
    find_dataset(connection, market.symbol, market.timeframe, market.source, own=own)
