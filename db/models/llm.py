"""The ledger of questions put to a language model, and what runs made of the answers."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import NOW_UTC, Base, UtcDateTime
from db.times import now


class LlmCall(Base):
    """One reservation, made before its request is sent.

    The ledger is the digest of a run's configuration; a fresh start is its next
    generation. An entry that stays `reserved` was in flight when its worker died.
    """

    __tablename__ = "llm_calls"
    __table_args__ = (
        UniqueConstraint("ledger", "generation", "sequence"),
        CheckConstraint("state IN ('reserved', 'answered', 'failed')", name="state"),
        CheckConstraint("sequence >= 1", name="sequence"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    ledger: Mapped[str] = mapped_column(String(64), nullable=False)
    generation: Mapped[int] = mapped_column(nullable=False, default=0, server_default=text("0"))
    sequence: Mapped[int] = mapped_column(nullable=False)
    run_id: Mapped[int | None] = mapped_column(
        ForeignKey("backtest_runs.id", ondelete="SET NULL"), index=True
    )
    bar_time: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    state: Mapped[str] = mapped_column(
        String(20), nullable=False, default="reserved", server_default="reserved"
    )
    model: Mapped[str] = mapped_column(String(200), nullable=False)
    prompt_digest: Mapped[str] = mapped_column(String(64), nullable=False)
    prompt: Mapped[str] = mapped_column(Text, nullable=False)
    answer_schema: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    error_message: Mapped[str | None] = mapped_column(Text)
    prompt_tokens: Mapped[int | None]
    completion_tokens: Mapped[int | None]
    seconds: Mapped[float | None]
    requested_at: Mapped[datetime] = mapped_column(
        UtcDateTime, nullable=False, default=now, server_default=NOW_UTC
    )
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RunLlmCall(Base):
    """One entry of a ledger as a run met it, `number` counting from 1 in the order it did.

    `replayed` when the request was an earlier run's. `decision` is what the strategy
    decided at that bar in words, `position` the number of the position that it opened,
    or that its exit closed. An ask that was tried again is several entries, and the last one has these.
    """

    __tablename__ = "run_llm_calls"
    __table_args__ = (
        PrimaryKeyConstraint("run_id", "number"),
        CheckConstraint("number >= 1", name="number"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("backtest_runs.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    call_id: Mapped[int] = mapped_column(ForeignKey("llm_calls.id", ondelete="CASCADE"), index=True)
    replayed: Mapped[bool] = mapped_column(nullable=False, default=False, server_default=false())
    decision: Mapped[str | None] = mapped_column(Text)
    position: Mapped[int | None]
