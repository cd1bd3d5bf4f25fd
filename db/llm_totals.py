"""What the calls of a run to a language model come to."""

from dataclasses import dataclass

from db.connection import Connection


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over the calls that a run met, and tokens where the endpoint told them.

    `paid_...` leaves out what was replayed: an earlier run's requests cost this one nothing.
    """

    requests: int
    answered: int
    failed: int
    replayed: int
    prompt_tokens: int
    completion_tokens: int
    paid_prompt_tokens: int
    paid_completion_tokens: int


def totals_of_run(connection: Connection, run_id: int) -> Totals:
    """Return what the calls of a run come to so far."""
    row = connection.execute(
        "SELECT count(*), coalesce(sum(c.state = 'answered'), 0), coalesce(sum(c.state = 'failed'), 0),"
        " coalesce(sum(m.replayed), 0),"
        " coalesce(sum(c.prompt_tokens), 0), coalesce(sum(c.completion_tokens), 0),"
        " coalesce(sum(c.prompt_tokens * (1 - m.replayed)), 0),"
        " coalesce(sum(c.completion_tokens * (1 - m.replayed)), 0)"
        " FROM run_llm_calls m JOIN llm_calls c ON c.id = m.call_id WHERE m.run_id = ?",
        (run_id,),
    ).fetchone()
    return Totals(*map(int, row))
