"""What editors decide about queries: best bets and redirects."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the table of best bets."""
    op.create_table(
        "best_bets",
        sa.Column("query", IDENTIFIER, primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("target", IDENTIFIER, nullable=False),
        sa.Column("begins", sa.BigInteger),
        sa.Column("ends", sa.BigInteger),
    )
