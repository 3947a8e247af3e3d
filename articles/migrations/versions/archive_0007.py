"""How often items of blocks are shown and followed, by day, and by article in experiments."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "block_items",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("block", IDENTIFIER, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("reason", IDENTIFIER, primary_key=True),
        sa.Column("recipe", IDENTIFIER, primary_key=True),
        sa.Column("shown", sa.BigInteger, nullable=False),
        sa.Column("clicks", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "block_articles",
        sa.Column("begun", sa.Date, primary_key=True),
        sa.Column("article_id", IDENTIFIER, primary_key=True),
        sa.Column("block", IDENTIFIER, primary_key=True),
        sa.Column("recipe", IDENTIFIER, primary_key=True),
        sa.Column("shown", sa.BigInteger, nullable=False),
        sa.Column("clicks", sa.BigInteger, nullable=False),
    )
