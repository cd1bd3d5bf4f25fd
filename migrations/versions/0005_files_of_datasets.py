"""The names of the files that a dataset was imported from."""

import sqlalchemy as sa
from alembic import op

revision = "bt0005"
down_revision = "bt0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "dataset_versions", sa.Column("files", sa.Text(), server_default=sa.text("'[]'"), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("dataset_versions", "files")
