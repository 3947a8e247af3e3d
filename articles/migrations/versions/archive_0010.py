"""What programs write with: keys, webhooks, and the answers that were given, for a day."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the three tables."""
    op.create_table(
        "api_keys",
        sa.Column("id", IDENTIFIER, primary_key=True),
        sa.Column("name", IDENTIFIER, nullable=False, unique=True),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("expires", sa.BigInteger),
        sa.Column("last_used", sa.Date),
        sa.Column("revoked", sa.BigInteger),
    )
    op.create_table(
        "webhooks",
        sa.Column("name", IDENTIFIER, primary_key=True),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "given_answers",
        sa.Column("caller", IDENTIFIER, primary_key=True),
        sa.Column("call_key", IDENTIFIER, primary_key=True),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
