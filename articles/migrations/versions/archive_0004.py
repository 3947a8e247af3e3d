"""What readers ask for, counted by day."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the table of queries."""
    op.create_table(
        "queries",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("text", IDENTIFIER, primary_key=True),
        sa.Column("searches", sa.BigInteger, nullable=False),
        sa.Column("without_hits", sa.BigInteger, nullable=False),
        sa.Column("hits", sa.BigInteger, nullable=False),
        sa.Column("milliseconds", sa.BigInteger, nullable=False),
    )
