"""The first schema: the articles and the log of their changes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create both tables and the indexes that order and count the articles."""
    op.create_table(
        "articles",
        sa.Column("id", IDENTIFIER, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("published", sa.BigInteger),
        sa.Column("embargo_until", sa.BigInteger),
        sa.Column("expires", sa.BigInteger),
        sa.Column("first_seen", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    # Undated articles come first: SQLite orders so by itself and refuses to be told.
    postgresql = op.get_bind().dialect.name == "postgresql"
    published = sa.text("published NULLS FIRST") if postgresql else "published"
    op.create_index("articles_by_date", "articles", [published, "id"])
    op.create_index("articles_by_status", "articles", ["status"])
    op.create_table(
        "changes",
        sa.Column(
            "sequence",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            primary_key=True,
            autoincrement=True,
        ),
        sa.Column("article_id", IDENTIFIER, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
