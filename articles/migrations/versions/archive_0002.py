"""The judgments of the newsroom."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the table of judgments."""
    op.create_table(
        "judgments",
        sa.Column("question_key", sa.LargeBinary, primary_key=True),
        sa.Column("article_id", IDENTIFIER, primary_key=True),
        sa.Column("judge", IDENTIFIER, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("question", IDENTIFIER, nullable=False),
        sa.Column("grade", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
