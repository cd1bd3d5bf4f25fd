"""What a person has said of the queue: whether it is paused, and how many runs are worked on at once."""

import sqlalchemy as sa
from alembic import op

revision = "bt0003"
down_revision = "bt0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "queue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("workers", sa.Integer()),
        sa.CheckConstraint("id = 1", name=op.f("ck_queue_single")),
        sa.CheckConstraint("workers >= 1", name=op.f("ck_queue_workers")),
        sa.PrimaryKeyConstraint("id", name="pk_queue"),
    )


def downgrade() -> None:
    op.drop_table("queue")
