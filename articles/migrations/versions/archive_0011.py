"""The catalogue of articles, and the reports of imports."""

import sqlalchemy as sa
from alembic import op

from articles.article import Article
from articles.catalogue import entry_texts

revision = "0011"
down_revision = "0010"

IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNTS = ("added", "changed", "unchanged", "withdrawn", "repaired", "rejected")
COPIED = ("id", "status", "published", "embargo_until", "expires", "changed_at")
TEXTS = ("title", "words", "section", "source", "address")
BATCH = 500


def upgrade() -> None:
    """Create the tables, and put the articles that are there into the catalogue."""
    op.create_table(
        "catalogue",
        sa.Column("id", IDENTIFIER, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("published", sa.BigInteger),
        sa.Column("embargo_until", sa.BigInteger),
        sa.Column("expires", sa.BigInteger),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        *(sa.Column(name, IDENTIFIER, nullable=False) for name in TEXTS),
    )
    op.create_table(
        "imports",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            primary_key=True,
            autoincrement=True,
        ),
        sa.Column("started", sa.BigInteger, nullable=False),
        sa.Column("heard", sa.BigInteger, nullable=False),
        sa.Column("by", IDENTIFIER, nullable=False),
        sa.Column("paths", sa.Text, nullable=False),
        sa.Column("more", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("fault", sa.Text, nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in COUNTS),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "import_problems",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("line", sa.BigInteger, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("record_id", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_index("changes_of_article", "changes", ["article_id", "sequence"])
    _fill_catalogue()
    # Afterwards: an index is made faster than it is kept while rows come in.
    op.create_index("catalogue_by_date", "catalogue", ["published", "id"])
    for name in ("section", "source", "address"):
        op.create_index(f"catalogue_by_{name}", "catalogue", [name])


def _fill_catalogue() -> None:
    """Copy in batches by id: an archive may be larger than the memory."""
    bind = op.get_bind()
    articles = sa.table("articles", *(sa.column(name) for name in (*COPIED, "document")))
    catalogue = sa.table("catalogue", *(sa.column(name) for name in (*COPIED, *TEXTS)))
    some = sa.select(articles).order_by(articles.c.id).limit(BATCH)
    rows = bind.execute(some).all()
    while rows:
        entries = []
        for row in rows:
            texts = entry_texts(Article.from_json(row.document))
            copied = {name: getattr(row, name) for name in COPIED}
            # By name, so that what a later version keeps besides is left to its own step.
            entries.append(copied | {name: texts[name] for name in TEXTS})
        bind.execute(sa.insert(catalogue), entries)
        rows = bind.execute(some.where(articles.c.id > rows[-1].id)).all()
