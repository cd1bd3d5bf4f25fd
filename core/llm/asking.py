"""The language model of one run, as its strategy asks it: metered, kept, replayed."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from core.engine.decision import Decision
from core.llm.book import Book, Refusal
from core.llm.client import Client, NoModelError
from core.llm.decided import NOTHING, Decided, in_words, positions_of
from core.llm.figures import Figures
from core.llm.ledger import prompt_digest
from core.llm.said import Said
from core.llm.shapes import BadAnswerError, Shape, shape_of
from core.llm.spacing import Spacing
from core.strategies.errors import StrategyError
from core.strategies.signals import bar_named
from core.text import harmless
from db.llm_calls import Entry, Met, NewCall, Reply

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from core.market.bars import Bars

LONGEST_PROMPT = 100_000

# Seconds before the first retry; each next one waits twice as long. And the longest wait
# that an endpoint can ask for.
_BACKOFF = 0.5
_LONGEST_BACKOFF = 30.0
LONGEST_RETRY_AFTER = 60.0


@dataclass(frozen=True)
class Terms:
    """What a run may ask of whom: `calls` in all, of `model`; `why_not` says why nobody can be asked now."""

    run_id: int
    model: str
    calls: int
    retries: int
    why_not: str = ""


@dataclass(eq=False)
class Asking:
    """A `core.strategies.model.Model` with the store behind it.

    What was asked before under the same configuration is answered from the ledger,
    and nobody is called. `client` is None where nobody can be.
    """

    terms: Terms
    bars: "Bars"
    first: int
    book: Book
    client: Client | None
    figures: Figures
    sleep: Callable[[float], None]
    _index: int = -1
    _spent: bool = False
    _asked: Counter[str] = field(default_factory=Counter)
    _shapes: dict[Any, Shape] = field(default_factory=dict)
    # Entries whose bar is not decided yet, and the bars of all entries, by their numbers.
    _open: list[int] = field(default_factory=list)
    _bars_of: list[int] = field(default_factory=list)
    _decided_bars: list[int] = field(default_factory=list)
    _decisions: list[Decision] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._spacing = Spacing(self.first, len(self.bars))

    # What a strategy sees

    @property
    def budget(self) -> int:
        """How many calls the run may make in all."""
        return self.terms.calls

    @property
    def left(self) -> int:
        """How many of them are left, those replayed counted as made."""
        return 0 if self._spent else max(0, self.terms.calls - len(self.book.met))

    @property
    def due(self) -> bool:
        """Whether to ask now, so that the calls left last the period."""
        return self._spacing.due(self._index, self.left)

    def ask(self, prompt: str, schema: Any) -> Any:  # noqa: ANN401 (what the schema describes)
        """Return the answer to a prompt, None where there is none; see `Model.ask`."""
        with self._naming_the_bar():
            text, shape = _prompt(prompt), self._shape(schema)
            if self.left == 0:
                self.figures.unasked += 1
                return None
            with self._taking_note():
                return self._answer(text, shape, self._digest(text, shape))

    # What the engine tells

    def at(self, index: int) -> "Asking":
        """Return this model as it is asked at the close of bar `index`."""
        if index != self._index:
            self._close_bar(NOTHING)
            self._index = index
        return self

    def decided(self, index: int, decision: Decision) -> None:
        """Take note of what was decided at a bar."""
        self._decided_bars.append(index)
        self._decisions.append(decision)
        if index == self._index:
            self._close_bar(in_words(decision, self.bars.instrument.digits))

    def passed(self, upto: int) -> None:
        """Take note that all bars before `upto` have been decided, and keep what is known."""
        if upto > self._index:
            self._close_bar(NOTHING)
        self.book.write()

    def met(self, trades: "npt.NDArray[np.void]", *, at_next_open: bool) -> Sequence[Met]:
        """Return the entries met, as rows for `db.llm_calls.write_met`, with what came of them."""
        self._close_bar(NOTHING)
        decided = Decided(self._decided_bars, self._decisions)
        positions = positions_of(decided, sorted(set(self._bars_of)), trades, at_next_open=at_next_open)
        return [
            (
                one.number,
                one.call_id,
                one.replayed,
                one.decision,
                positions.get(bar) if one.decision is not None else None,
            )
            for one, bar in zip(self.book.met, self._bars_of, strict=True)
        ]

    # How an answer is found

    def _answer(self, prompt: str, shape: Shape, digest: str) -> Any:  # noqa: ANN401
        known = self.book.settled(digest)
        if known:
            return self._replayed(known, shape)
        return self._request(prompt, shape, digest)

    def _replayed(self, known: Sequence[Entry], shape: Shape) -> Any:  # noqa: ANN401
        """Return the answer that was given before, None if there was none."""
        answer = None
        for entry in known:
            self.book.meet(entry.id, replayed=True)
            self.figures.replay(answered=entry.state == "answered")
            if entry.answer is not None and entry.state == "answered":
                answer = entry.answer
        try:
            return None if answer is None else shape.again(answer)
        except BadAnswerError:
            return None

    def _request(self, prompt: str, shape: Shape, digest: str) -> Any:  # noqa: ANN401
        """Ask, again if it fails, each time with a reservation of its own; None if there is no answer."""
        client = self._ready(shape)
        new = NewCall(self.terms.run_id, self._bar_time(), self.terms.model, digest, prompt, shape.text)
        before: int | None = None
        for retry in range(self.terms.retries + 1):
            reserved = self.book.reserve(new, after=before)
            if reserved is Refusal.TAKEN:
                return self._replayed(self.book.settled(digest), shape)
            if reserved is Refusal.SPENT:
                self._spent = True
                self.figures.unasked += before is None
                return None
            before = reserved.id
            said = client.request(self.terms.model, prompt, shape)
            last = retry == self.terms.retries or not said.may_pass
            answer, answered = self._kept(reserved.id, said, shape, last=last)
            if answered or last:
                return answer
            self.sleep(_wait(retry, said))
        return None

    def _kept(self, call_id: int, said: Said, shape: Shape, *, last: bool) -> tuple[Any, bool]:
        """Keep what came of a request; return the answer, and whether there is one."""
        text, value, error = None, None, said.error
        if said.text is not None:
            try:
                value, text = shape.read(said.text)
            except BadAnswerError as wrong:
                error = str(wrong)
        reply = Reply(text, error, said.prompt_tokens, said.completion_tokens, said.seconds)
        self.book.reply(call_id, reply, final=last)
        self.figures.request(reply)
        if said.refused and not self.figures.answered:
            raise NoModelError(
                f"The endpoint refuses to answer ({error}); look at the address, the model and the key, "
                "then repeat the run."
            )
        return value, text is not None

    def _digest(self, prompt: str, shape: Shape) -> str:
        """Return what names this ask in the ledger: the same prompt again is another ask."""
        plain = prompt_digest(prompt, shape.text, 0)
        self._asked[plain] += 1
        return prompt_digest(prompt, shape.text, self._asked[plain])

    @contextmanager
    def _taking_note(self) -> Iterator[None]:
        """Remember at which bar the entries were met that the block meets."""
        before = len(self.book.met)
        try:
            yield
        finally:
            if len(self.book.met) > before:
                self._bars_of += [self._index] * (len(self.book.met) - before)
                self._open.append(len(self.book.met))
            self._spacing.asked(self._index, self.left)

    @contextmanager
    def _naming_the_bar(self) -> Iterator[None]:
        try:
            yield
        except StrategyError as error:
            sentence = str(error).removesuffix(".")
            raise StrategyError(f"At {bar_named(self.bars, self._index)}: {sentence}.") from None

    def _ready(self, shape: Shape) -> Client:
        """Return the client, ready to send; nothing is reserved before it is."""
        if self.client is None:
            raise NoModelError(self.terms.why_not)
        self.client.load()
        shape.judge()
        return self.client

    def _shape(self, schema: Any) -> Shape:  # noqa: ANN401
        """Return the shape of a schema; a class is looked at once, and so is each dict of equal contents."""
        if isinstance(schema, type) and schema in self._shapes:
            return self._shapes[schema]
        shape = shape_of(schema)
        return self._shapes.setdefault(schema if shape.kind is not None else shape.text, shape)

    def _bar_time(self) -> datetime:
        return datetime.fromtimestamp(int(self.bars.time[self._index].astype("int64")), UTC)

    def _close_bar(self, words: str) -> None:
        """Write down what was decided where the model was asked last."""
        for number in self._open:
            self.book.decide(number, words)
        self._open.clear()


def _prompt(prompt: object) -> str:
    """Return a prompt as it is sent and kept: harmless to whoever looks at it."""
    if not isinstance(prompt, str):
        raise StrategyError(f"a prompt must be a text, not an object of type {type(prompt).__name__}")
    if len(prompt) > LONGEST_PROMPT or len(prompt.encode("utf-8", "replace")) > LONGEST_PROMPT:
        raise StrategyError(f"a prompt may have {LONGEST_PROMPT:,} bytes; ask with fewer bars")
    return "\n".join(map(harmless, prompt.split("\n")))


def _wait(retry: int, said: Said) -> float:
    """Return the seconds to wait before the next try."""
    own = min(_LONGEST_BACKOFF, _BACKOFF * float(2**retry))
    return max(own, min(said.retry_after or 0.0, LONGEST_RETRY_AFTER))
