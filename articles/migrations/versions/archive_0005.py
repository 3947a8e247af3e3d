"""What editors pick, pin and hide, and who changed what of it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the tables of curation and of the audit log."""
    op.create_table(
        "curation",
        sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
    )
    op.create_table(
        "choices",
        sa.Column("section", IDENTIFIER, primary_key=True),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("backfill", sa.Boolean, nullable=False),
    )
    op.create_table(
        "picks",
        sa.Column("section", IDENTIFIER, primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("article_id", IDENTIFIER, nullable=False),
        sa.Column("begins", sa.BigInteger),
        sa.Column("ends", sa.BigInteger),
    )
    op.create_table(
        "pins",
        sa.Column("article_id", IDENTIFIER, primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("target_id", IDENTIFIER, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("begins", sa.BigInteger),
        sa.Column("ends", sa.BigInteger),
    )
    op.create_table(
        "audit",
        sa.Column("sequence", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("user", IDENTIFIER, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", IDENTIFIER, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("target", IDENTIFIER, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
