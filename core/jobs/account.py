"""Why a run failed, as its log tells it: the sentence first, then the lines of its author's code.

Frames of Backtape are told only where there are none of the author's, and the mistake is Backtape's.
"""

import linecache
import traceback
from collections.abc import Iterator, Sequence

from core.errors import BacktapeError
from core.strategies.errors import StrategyError
from core.strategies.loader import Place, places
from core.strategies.wording import sentence_of
from core.text import plural
from db.errors import StoreError

# Of the many that a recursion without end goes through, so many at each end are told.
_FRAMES = 6


def account(error: BaseException, sentence: str) -> str:
    """Return what the log of a run says of the error that ended it, as `sentence` tells it elsewhere."""
    found = [(one, lines) for one in _chain(error) if (lines := _lines(places(one.__traceback__)))]
    if not found and not isinstance(error, BacktapeError | StoreError | MemoryError):
        return "".join(traceback.format_exception(error)).rstrip("\n")
    if not found and isinstance(error, StrategyError) and error.file and error.line:
        return "\n".join([sentence, *_lines([Place(error.file, error.line)])])
    told = [sentence]
    for number, (one, lines) in enumerate(found):
        told += [f"It came of this: {sentence_of(one)}", *lines] if number else lines
    return "\n".join(told)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, what it came of, what that came of; each once."""
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        yield at
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)


def _lines(found: Sequence[Place]) -> list[str]:
    if len(found) <= 2 * _FRAMES:
        return [part for place in found for part in _told(place)]
    left_out = f"  ... {plural(len(found) - 2 * _FRAMES, 'more call')} ..."
    return [*_lines(found[:_FRAMES]), left_out, *_lines(found[-_FRAMES:])]


def _told(place: Place) -> list[str]:
    where = f", in {place.function}" if place.function else ""
    code = linecache.getline(place.file, place.line).strip()
    return [f"  {place.file}, line {place.line}{where}", *([f"    {code}"] if code else [])]
