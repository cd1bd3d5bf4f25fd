"""What each run made of the model's answers, and how long a run may take."""

import sqlalchemy as sa
from alembic import op

revision = "bt0004"
down_revision = "bt0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "run_llm_calls",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("replayed", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("decision", sa.Text()),
        sa.Column("position", sa.Integer()),
        sa.CheckConstraint("number >= 1", name=op.f("ck_run_llm_calls_number")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["backtest_runs.id"], name="fk_run_llm_calls_run_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["llm_calls.id"], name="fk_run_llm_calls_call_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "number", name="pk_run_llm_calls"),
    )
    op.create_index("ix_run_llm_calls_call_id", "run_llm_calls", ["call_id"], unique=False)
    op.add_column("run_jobs", sa.Column("time_limit", sa.Integer()))


def downgrade() -> None:
    op.drop_column("run_jobs", "time_limit")
    op.drop_table("run_llm_calls")
