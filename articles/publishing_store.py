"""How decisions about when readers see an article are kept, with their entries in the audit log."""

from datetime import datetime

from sqlalchemy import select

from articles.article import Article
from articles.audit import AuditKind
from articles.audit_store import record
from articles.database import Database
from articles.identifiers import fault_of_id
from articles.publishing import (
    Publishing,
    PublishingError,
    StalePublishingError,
    checked_publishing,
    publishing_differences,
)
from articles.tables import ARTICLES
from articles.upserting import row_of, upsert_rows


class PublishingStore:
    """Decisions of one database, reached as ``store.publishing``; safe between threads.

    Every method raises `StoreError` when the database does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def change(
        self, article_id: str, wanted: Publishing, *, by: str, now: datetime, seen: str = ""
    ) -> Article:
        """Decide when readers see an article, and return it as it is then.

        Everything else of the article stays as it stands in the store at that moment. What changes
        nothing leaves no entry.

        Parameters
        ----------
        article_id : str
            The article.
        wanted : Publishing
            What is decided.
        by : str
            Who does it.
        now : datetime
            When it is done.
        seen : str, optional
            The `Publishing.edition` that the editor had seen; without one it is done whatever has
            changed since.

        Raises
        ------
        StalePublishingError
            When something else is decided than what was seen; nothing is changed then.
        PublishingError
            When there is no such article, or it would never be seen.
        """
        checked_publishing(wanted)
        with self._database.writing() as connection:
            document = None
            if not fault_of_id(article_id):
                known = select(ARTICLES.c.document).where(ARTICLES.c.id == article_id)
                document = connection.scalar(known)
            if document is None:
                raise PublishingError(f"the archive has no article {article_id[:100]!a}")
            article = Article.from_json(document)
            before = Publishing.of(article)
            if seen and seen != before.edition:
                raise StalePublishingError(before)
            after = wanted.applied(article)
            record(
                connection,
                publishing_differences(before, wanted),
                by=by,
                now=now,
                kind=AuditKind.ARTICLES,
                subject=article_id,
            )
            upsert_rows(connection, [row_of(after, now)], now)
        return after
