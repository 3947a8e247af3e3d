"""What is read: views and clicks by hour, and what they are told apart by for a day."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the tables of readings."""
    op.create_table(
        "readings",
        sa.Column("kind", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("span", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("start", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("article_id", IDENTIFIER, primary_key=True),
        sa.Column("count", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "co_readings",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("first_id", IDENTIFIER, primary_key=True),
        sa.Column("second_id", IDENTIFIER, primary_key=True),
        sa.Column("visits", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "visits",
        sa.Column("hour", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("visitor", sa.LargeBinary, primary_key=True),
        sa.Column("article_id", IDENTIFIER, primary_key=True),
        sa.Column("paired", sa.SmallInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "visitor_marks",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("visitor", sa.LargeBinary, primary_key=True),
        sa.Column("mark", sa.LargeBinary, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "visitor_salts",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("salt", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "imported_logs",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
