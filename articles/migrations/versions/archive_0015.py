"""How often hits of a query are followed."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0013"


def upgrade() -> None:
    """Add the column to the queries."""
    op.add_column("queries", sa.Column("clicks", sa.BigInteger, nullable=False, server_default="0"))
