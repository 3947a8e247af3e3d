"""What logins are held to: sessions, second factors, and the tries of browsers and addresses."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the three tables."""
    op.create_table(
        "sessions",
        sa.Column("id", IDENTIFIER, primary_key=True),
        sa.Column("user", IDENTIFIER, nullable=False),
        sa.Column("stamp", sa.Text, nullable=False),
        sa.Column("begun", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("browser", sa.Text, nullable=False),
    )
    op.create_table(
        "second_factors",
        sa.Column("user", IDENTIFIER, primary_key=True),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        sa.Column("recovery", sa.Text, nullable=False),
    )
    op.create_table(
        "login_tries",
        sa.Column("subject", IDENTIFIER, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_until", sa.BigInteger),
        sa.Column("last", sa.BigInteger, nullable=False),
    )
