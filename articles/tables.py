"""The tables of the archive store.

An article is one JSON document beside the few columns that the database itself sorts, counts or
filters by. Against a column for each of the nineteen fields this is less code, one value to bind
instead of nineteen, and the same text that the digest is taken of; a new field of `Article` needs
no migration. Times are whole microseconds since 1970 in UTC, because SQLite has no type for them:
so both databases keep every digit and sort them alike.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)

from articles.column_types import Identifier, Moment, Numbering

VERSION_TABLE = "backfile_version"
"""Names the schema's version; not Alembic's usual name, which another program may use already."""

METADATA = MetaData()

ARTICLES = Table(
    "articles",
    METADATA,
    Column("id", Identifier, primary_key=True),
    Column("status", Text, nullable=False),
    Column("published", Moment),
    Column("embargo_until", Moment),
    Column("expires", Moment),
    Column("first_seen", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    # Last, so that SQLite reads the columns before it without following its overflow pages.
    Column("document", Text, nullable=False),
)

CHANGES = Table(
    "changes",
    METADATA,
    Column("sequence", Numbering, primary_key=True, autoincrement=True),
    Column("article_id", Identifier, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index("changes_of_article", "article_id", "sequence"),
    sqlite_autoincrement=True,
)

# What lists of articles are found by. Beside the documents, because a table of these alone is read
# fifty times as fast.
CATALOGUE = Table(
    "catalogue",
    METADATA,
    Column("id", Identifier, primary_key=True),
    Column("status", Text, nullable=False),
    Column("published", Moment),
    Column("embargo_until", Moment),
    Column("expires", Moment),
    Column("changed_at", Moment, nullable=False),
    Column("title", Identifier, nullable=False),
    Column("words", Identifier, nullable=False),
    Column("section", Identifier, nullable=False),
    Column("source", Identifier, nullable=False),
    Column("address", Identifier, nullable=False),
    Index("catalogue_by_date", "published", "id"),
    Index("catalogue_by_section", "section"),
    Index("catalogue_by_source", "source"),
    Index("catalogue_by_address", "address"),
)

JUDGMENTS = Table(
    "judgments",
    METADATA,
    # A digest, because a question may be longer than a key of PostgreSQL's.
    Column("question_key", LargeBinary, primary_key=True),
    Column("article_id", Identifier, primary_key=True),
    Column("judge", Identifier, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("question", Identifier, nullable=False),
    Column("grade", Integer, nullable=False),
    Column("at", Moment, nullable=False),
)

USERS = Table(
    "users",
    METADATA,
    Column("name", Identifier, primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("stamp", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Moment),
)

QUERIES = Table(
    "queries",
    METADATA,
    # The day first, so that what is too old lies together.
    Column("day", Date, primary_key=True),
    Column("text", Identifier, primary_key=True),
    Column("searches", BigInteger, nullable=False),
    Column("without_hits", BigInteger, nullable=False),
    Column("hits", BigInteger, nullable=False),
    Column("milliseconds", BigInteger, nullable=False),
    Column("clicks", BigInteger, nullable=False, server_default="0"),
)

CURATION = Table(
    "curation",
    METADATA,
    # One row; none before the first edit.
    Column("version", BigInteger, primary_key=True, autoincrement=False),
)

CHOICES = Table(
    "choices",
    METADATA,
    Column("section", Identifier, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("backfill", Boolean, nullable=False),
)

# Keys by place, because two ids of the greatest length make no key of PostgreSQL's.
PICKS = Table(
    "picks",
    METADATA,
    Column("section", Identifier, primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("article_id", Identifier, nullable=False),
    Column("begins", Moment),
    Column("ends", Moment),
)

PINS = Table(
    "pins",
    METADATA,
    Column("article_id", Identifier, primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("target_id", Identifier, nullable=False),
    Column("kind", Text, nullable=False),
    Column("begins", Moment),
    Column("ends", Moment),
)

AUDIT = Table(
    "audit",
    METADATA,
    Column("sequence", Numbering, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("user", Identifier, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Identifier, nullable=False),
    Column("action", Text, nullable=False),
    Column("target", Identifier, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    sqlite_autoincrement=True,
)

BEST_BETS = Table(
    "best_bets",
    METADATA,
    Column("query", Identifier, primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    # The id of an article, or an address.
    Column("target", Identifier, nullable=False),
    Column("begins", Moment),
    Column("ends", Moment),
)

WORD_LISTS = Table(
    "word_lists",
    METADATA,
    # 0 is the draft; of the others the greatest is live.
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("user", Identifier, nullable=False),
    # Whole, because what is live changes as a whole and is read as a whole.
    Column("lines", Text, nullable=False),
)

READINGS = Table(
    "readings",
    METADATA,
    # In this order, so that a window is one piece of the table.
    Column("kind", SmallInteger, primary_key=True, autoincrement=False),
    Column("span", SmallInteger, primary_key=True, autoincrement=False),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("article_id", Identifier, primary_key=True),
    Column("count", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

CO_READINGS = Table(
    "co_readings",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("first_id", Identifier, primary_key=True),
    Column("second_id", Identifier, primary_key=True),
    Column("visits", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

VISITS = Table(
    "visits",
    METADATA,
    Column("hour", BigInteger, primary_key=True, autoincrement=False),
    Column("visitor", LargeBinary, primary_key=True),
    Column("article_id", Identifier, primary_key=True),
    Column("paired", SmallInteger, nullable=False),
    sqlite_with_rowid=False,
)

VISITOR_MARKS = Table(
    "visitor_marks",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("visitor", LargeBinary, primary_key=True),
    Column("mark", LargeBinary, primary_key=True),
    sqlite_with_rowid=False,
)

VISITOR_SALTS = Table(
    "visitor_salts",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
)

IMPORTED_LOGS = Table(
    "imported_logs",
    METADATA,
    Column("digest", LargeBinary, primary_key=True),
    Column("at", Moment, nullable=False),
)

BLOCK_ITEMS = Table(
    "block_items",
    METADATA,
    # The day first, so that what is too old lies together.
    Column("day", Date, primary_key=True),
    Column("block", Identifier, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("reason", Identifier, primary_key=True),
    Column("recipe", Identifier, primary_key=True),
    Column("shown", BigInteger, nullable=False),
    Column("clicks", BigInteger, nullable=False),
)

# By article and not by day: an experiment is read as a whole, so an archive of any age needs one
# row for each article, block and recipe, and no more.
BLOCK_ARTICLES = Table(
    "block_articles",
    METADATA,
    Column("begun", Date, primary_key=True),
    Column("article_id", Identifier, primary_key=True),
    Column("block", Identifier, primary_key=True),
    Column("recipe", Identifier, primary_key=True),
    Column("shown", BigInteger, nullable=False),
    Column("clicks", BigInteger, nullable=False),
)

API_KEYS = Table(
    "api_keys",
    METADATA,
    Column("id", Identifier, primary_key=True),
    Column("name", Identifier, nullable=False, unique=True),
    Column("digest", LargeBinary, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("expires", Moment),
    Column("last_used", Date),
    Column("revoked", Moment),
)

WEBHOOKS = Table(
    "webhooks",
    METADATA,
    Column("name", Identifier, primary_key=True),
    # As it is, because whoever checks a signature needs what it was made with.
    Column("secret", Text, nullable=False),
    Column("created", Moment, nullable=False),
)

GIVEN_ANSWERS = Table(
    "given_answers",
    METADATA,
    Column("caller", Identifier, primary_key=True),
    Column("call_key", Identifier, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

SESSIONS = Table(
    "sessions",
    METADATA,
    # A digest of what the browser has: who reads the table has no session by that.
    Column("id", Identifier, primary_key=True),
    Column("user", Identifier, nullable=False),
    Column("stamp", Text, nullable=False),
    Column("begun", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Column("browser", Text, nullable=False),
)

SECOND_FACTORS = Table(
    "second_factors",
    METADATA,
    Column("user", Identifier, primary_key=True),
    # Not the secret of the codes: that is made of it and of the key that signs the cookies.
    Column("salt", LargeBinary, nullable=False),
    Column("since", Moment, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    # Digests of the codes that are left, in hexadecimal digits between spaces.
    Column("recovery", Text, nullable=False),
)

LOGIN_TRIES = Table(
    "login_tries",
    METADATA,
    Column("subject", Identifier, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Moment),
    Column("last", Moment, nullable=False),
)

JOBS = Table(
    "jobs",
    METADATA,
    Column("id", Numbering, primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("asked_by", Identifier, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("started", Moment),
    Column("heartbeat", Moment, nullable=False),
    Column("ended", Moment),
    Column("host", Text, nullable=False),
    Column("machine", Text, nullable=False),
    Column("pid", BigInteger, nullable=False),
    Column("options", Text, nullable=False),
    Column("progress", Text, nullable=False),
    Column("report", Text, nullable=False),
    sqlite_autoincrement=True,
)

IMPORTS = Table(
    "imports",
    METADATA,
    Column("number", Numbering, primary_key=True, autoincrement=True),
    Column("started", Moment, nullable=False),
    Column("heard", Moment, nullable=False),
    Column("by", Identifier, nullable=False),
    Column("paths", Text, nullable=False),
    Column("more", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("fault", Text, nullable=False),
    Column("added", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("unchanged", BigInteger, nullable=False),
    Column("withdrawn", BigInteger, nullable=False),
    Column("repaired", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

IMPORT_PROBLEMS = Table(
    "import_problems",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("file", Text, nullable=False),
    Column("line", BigInteger, nullable=False),
    Column("action", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
