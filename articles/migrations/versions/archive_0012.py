"""Word lists: their editions, of which the newest is live, and the draft."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "word_lists",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("user", IDENTIFIER, nullable=False),
        sa.Column("lines", sa.Text, nullable=False),
    )
