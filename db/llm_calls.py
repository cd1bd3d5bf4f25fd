"""The ledger of requests to language models, and what runs made of its entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.connection import Connection, transaction
from db.reading import record
from db.times import now, utc_text
from db.values import batches, marks

# What an entry as a run met it holds, in this order: for `write_met`.
MET_COLUMNS = ("number", "call_id", "replayed", "decision", "position")

Met = tuple[int, int, bool, str | None, int | None]


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One request of a ledger as a run met it, `number` counting from 1 in the order it did.

    `state` is answered, failed or reserved: in flight, or it was when its worker died.
    `replayed` when it is an earlier run's, which cost this one nothing. An ask that failed and was
    tried again is several of these; `decision` is what was decided at the bar in
    words, `position` the position that it opened or closed, `profit` what that
    brought in all. Each is None where there is none.
    """

    number: int
    bar_time: datetime
    state: str
    replayed: bool
    model: str
    prompt: str
    answer: str | None
    error: str | None
    prompt_tokens: int | None
    completion_tokens: int | None
    seconds: float | None
    decision: str | None
    position: int | None
    profit: float | None

    @property
    def tokens(self) -> int | None:
        """Tokens of prompt and answer together, None where the endpoint did not say."""
        known = [count for count in (self.prompt_tokens, self.completion_tokens) if count is not None]
        return sum(known) if known else None


_CALLS = (
    "SELECT m.number, c.bar_time, c.state, m.replayed, c.model, c.prompt, c.answer, c.error_message,"
    " c.prompt_tokens, c.completion_tokens, c.seconds, m.decision, m.position,"
    " (SELECT sum(t.profit) FROM backtest_trades t WHERE t.run_id = m.run_id AND t.position = m.position)"
    " FROM run_llm_calls m JOIN llm_calls c ON c.id = m.call_id"
)


def calls_of_run(
    connection: Connection, run_id: int, *, after: int = 0, limit: int = 100
) -> list[CallRecord]:
    """Return the calls of a run whose numbers follow `after`, at most `limit`, in their order."""
    rows = connection.execute(
        f"{_CALLS} WHERE m.run_id = ? AND m.number > ? ORDER BY m.number LIMIT ?", (run_id, after, limit)
    ).fetchall()
    return [record(CallRecord, row) for row in rows]


def call_of_run(connection: Connection, run_id: int, number: int) -> CallRecord | None:
    """Return one call of a run, None if it has none of that number."""
    row = connection.execute(f"{_CALLS} WHERE m.run_id = ? AND m.number = ?", (run_id, number)).fetchone()
    return None if row is None else record(CallRecord, row)


def count_of_run(connection: Connection, run_id: int) -> int:
    """Return how many calls a run has met so far."""
    row = connection.execute("SELECT count(*) FROM run_llm_calls WHERE run_id = ?", (run_id,)).fetchone()
    return int(row[0])


@dataclass(frozen=True, slots=True)
class Pages:
    """One generation of a ledger: what is asked under it is asked once."""

    ledger: str
    generation: int


@dataclass(frozen=True, slots=True)
class Line:
    """Where an entry stands in its generation, and what prompt it answers."""

    sequence: int
    id: int
    prompt_digest: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What came of one request; `run_id` None when the run that made it has been purged."""

    id: int
    sequence: int
    state: str
    run_id: int | None
    answer: str | None
    prompt_tokens: int | None
    completion_tokens: int | None
    seconds: float | None


@dataclass(frozen=True, slots=True)
class NewCall:
    """A request that is to be reserved."""

    run_id: int
    bar_time: datetime
    model: str
    prompt_digest: str
    prompt: str
    answer_schema: str


@dataclass(frozen=True, slots=True)
class Reply:
    """How a request ended: with an answer, or with what was wrong."""

    answer: str | None
    error: str | None
    prompt_tokens: int | None
    completion_tokens: int | None
    seconds: float


def lines_after(connection: Connection, pages: Pages, sequence: int) -> list[Line]:
    """Return the entries that follow one, in the order of their reservations."""
    rows = connection.execute(
        "SELECT sequence, id, prompt_digest FROM llm_calls"
        " WHERE ledger = ? AND generation = ? AND sequence > ? ORDER BY sequence",
        (pages.ledger, pages.generation, sequence),
    ).fetchall()
    return [Line(*row) for row in rows]


def entries(connection: Connection, ids: Sequence[int]) -> list[Entry]:
    """Return entries in the order of their reservations."""
    found: list[Entry] = []
    for batch in batches(ids):
        rows = connection.execute(
            "SELECT id, sequence, state, run_id, answer, prompt_tokens, completion_tokens, seconds"
            f" FROM llm_calls WHERE id IN ({marks(len(batch))}) ORDER BY sequence",
            batch,
        ).fetchall()
        found += [record(Entry, row) for row in rows]
    return found


def used(connection: Connection, pages: Pages) -> int:
    """Return how many requests have been reserved in a generation of a ledger."""
    row = connection.execute(
        "SELECT coalesce(max(sequence), 0) FROM llm_calls WHERE ledger = ? AND generation = ?",
        (pages.ledger, pages.generation),
    ).fetchone()
    return int(row[0])


def last_generation(connection: Connection, ledger: str) -> int | None:
    """Return the newest generation in which anything was asked, None if nothing ever was."""
    row = connection.execute("SELECT max(generation) FROM llm_calls WHERE ledger = ?", (ledger,)).fetchone()
    return None if row[0] is None else int(row[0])


def completed(connection: Connection, pages: Pages) -> bool:
    """Return whether a run went from its beginning to its end with these entries."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM llm_calls c JOIN run_llm_calls m ON m.call_id = c.id"
        " JOIN backtest_runs r ON r.id = m.run_id WHERE c.ledger = ? AND c.generation = ?"
        " AND r.status = 'completed')",
        (pages.ledger, pages.generation),
    ).fetchone()
    return bool(row[0])


def reserve(connection: Connection, pages: Pages, new: NewCall, budget: int) -> Line | None:
    """Reserve one request; None when as many as the budget allows have been.

    Within a transaction of the caller's, which has reached the disk before anything is sent.
    """
    sequence = used(connection, pages) + 1
    if sequence > budget:
        return None
    cursor = connection.execute(
        "INSERT INTO llm_calls (ledger, generation, sequence, run_id, bar_time, model, prompt_digest, prompt,"
        f" answer_schema, requested_at) VALUES ({marks(10)})",
        (
            pages.ledger,
            pages.generation,
            sequence,
            new.run_id,
            utc_text(new.bar_time),
            new.model,
            new.prompt_digest,
            new.prompt,
            new.answer_schema,
            utc_text(now()),
        ),
    )
    return Line(sequence, int(cursor.lastrowid or 0), new.prompt_digest)


def write_reply(connection: Connection, call_id: int, reply: Reply, *, final: bool) -> None:
    """Keep how a request ended.

    One that is about to be tried again stays reserved until `fail`, so that whoever waits for the answer
    goes on waiting.
    """
    state = "answered" if reply.answer is not None else "failed" if final else "reserved"
    with transaction(connection):
        connection.execute(
            "UPDATE llm_calls SET state = ?, answer = ?, error_message = ?, prompt_tokens = ?,"
            " completion_tokens = ?, seconds = ?, answered_at = ? WHERE id = ?",
            (
                state,
                reply.answer,
                reply.error,
                reply.prompt_tokens,
                reply.completion_tokens,
                reply.seconds,
                utc_text(now()),
                call_id,
            ),
        )


def fail(connection: Connection, call_id: int) -> None:
    """Close a request that was to be tried again, and now is, or cannot be."""
    with transaction(connection):
        connection.execute(
            "UPDATE llm_calls SET state = 'failed' WHERE id = ? AND state = 'reserved'", (call_id,)
        )


def write_met(connection: Connection, run_id: int, rows: Sequence[Met]) -> None:
    """Keep the entries that a run met, rows as `MET_COLUMNS`; what is known of one already stays.

    One that somebody has removed from the ledger meanwhile is left out: a result is worth more.
    """
    if not rows:
        return
    with transaction(connection):
        connection.executemany(
            f"INSERT INTO run_llm_calls (run_id, {', '.join(MET_COLUMNS)}) SELECT {marks(6)}"
            " WHERE EXISTS (SELECT 1 FROM llm_calls WHERE id = ?)"
            " ON CONFLICT (run_id, number) DO UPDATE SET decision = coalesce(excluded.decision, decision),"
            " position = coalesce(excluded.position, position)",
            [(run_id, *row, row[1]) for row in rows],
        )
