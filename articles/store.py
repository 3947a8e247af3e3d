"""The archive store: every article, the log of what changed, judgments: the source of truth.

SQLite by default, PostgreSQL by URL. Several processes may use it at once: writers take turns,
readers neither wait nor make anyone wait. `articles.tables` says how an article is kept, and why.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, TypeVar

from sqlalchemy import Column, func, or_, select

from articles.api_key_store import ApiKeyStore
from articles.article import Article, Status
from articles.audit_store import AuditStore
from articles.best_bet_store import BestBetStore
from articles.catalogue_store import CatalogueStore
from articles.curation_store import CurationStore
from articles.database import Database, StoreError
from articles.identifiers import fault_of_id
from articles.import_report_store import ImportReportStore
from articles.impressions_store import ImpressionStore
from articles.job_store import JobStore
from articles.judgment_store import JudgmentStore
from articles.publishing_store import PublishingStore
from articles.query_report_store import QueryReportStore
from articles.query_store import QueryStore
from articles.readings_store import ReadingStore
from articles.second_factor_store import SecondFactorStore
from articles.session_store import SessionStore
from articles.store_copies import StoreCopies
from articles.store_verification import StoreVerification
from articles.tables import ARTICLES, CHANGES
from articles.upserting import Outcome, row_of, upsert_rows
from articles.user_store import UserStore
from articles.webhook_store import WebhookStore
from articles.word_list_store import WordListStore
from articles.write_store import WriteStore

__all__ = ["Change", "Outcome", "Store", "StoreError", "StoredPublication"]

_IDS_A_QUERY = 500
_VERSIONS = "SELECT (SELECT max(sequence) FROM changes), (SELECT version FROM curation)"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the change log; its ``kind`` is never unchanged."""

    sequence: int
    article_id: str
    kind: Outcome
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredPublication:
    """What decides whether an article is public, as `articles.article.is_public` asks it."""

    id: str
    status: Status
    published: datetime | None
    embargo_until: datetime | None
    expires: datetime | None


class Store:
    """The archive's articles in one database; safe to share between threads.

    Each process opens its own: connections do not survive a fork. Every method raises `StoreError`
    when the database does not answer.

    Attributes
    ----------
    judgments : JudgmentStore
        What the newsroom says of answers.
    users : UserStore
        Who may log in to the console.
    sessions : SessionStore
        Who has logged in.
    second_factors : SecondFactorStore
        What else than a password is asked for.
    queries : QueryStore
        What readers ask for.
    query_report : QueryReportStore
        What they ask for most, in vain, more than before, or slowly.
    impressions : ImpressionStore
        How often items of blocks are shown and followed.
    curation : CurationStore
        What editors pick, pin and hide.
    best_bets : BestBetStore
        What they put first for a query, and where it leads.
    word_lists : WordListStore
        Their synonyms, stop words and names: what is live, and the draft.
    audit : AuditStore
        Who changed what of it.
    readings : ReadingStore
        What readers open, and follow in blocks.
    api_keys : ApiKeyStore
        Which programs may write.
    webhooks : WebhookStore
        Who may call back with signed articles.
    writes : WriteStore
        Articles that programs write, once each.
    copies : StoreCopies
        Copies of all of it.
    verification : StoreVerification
        Whether it is what was written.
    jobs : JobStore
        Rebuilds and rollbacks, one at a time.
    catalogue : CatalogueStore
        Finds articles, public or not.
    publishing : PublishingStore
        What editors decide about when readers see articles.
    import_reports : ImportReportStore
        What became of imports.

    Examples
    --------
    >>> from datetime import UTC
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, Store.open(f"sqlite:///{folder}/a.sqlite3") as store:
    ...     outcomes = store.upsert([Article(id="a1", title="Bridge opens")], datetime.now(UTC))
    ...     (outcomes, store.get("a1").title, store.last_sequence())
    ([<Outcome.ADDED: 'added'>], 'Bridge opens', 1)
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.judgments = JudgmentStore(database)
        self.users = UserStore(database)
        self.sessions = SessionStore(database)
        self.second_factors = SecondFactorStore(database)
        self.queries = QueryStore(database)
        self.query_report = QueryReportStore(database)
        self.impressions = ImpressionStore(database)
        self.curation = CurationStore(database)
        self.best_bets = BestBetStore(database)
        self.word_lists = WordListStore(database)
        self.audit = AuditStore(database)
        self.readings = ReadingStore(database)
        self.api_keys = ApiKeyStore(database)
        self.webhooks = WebhookStore(database)
        self.writes = WriteStore(database)
        self.copies = StoreCopies(database)
        self.verification = StoreVerification(database)
        self.jobs = JobStore(database)
        self.catalogue = CatalogueStore(database)
        self.publishing = PublishingStore(database)
        self.import_reports = ImportReportStore(database)

    @classmethod
    def open(cls, url: str) -> Self:
        """Return the store of that URL; folder, file and schema are made where they are missing.

        Parameters
        ----------
        url : str
            ``sqlite:///FOLDER/FILE`` or ``postgresql+psycopg://USER:PASSWORD@HOST/DATABASE``.

        Raises
        ------
        StoreError
            When the URL cannot be read, its driver is missing, the database cannot be reached or
            written, belongs to another program, or was made by a newer Backfile.
        """
        return cls(Database.open(url))

    def close(self) -> None:
        """Release every connection."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def upsert(self, articles: Sequence[Article], now: datetime) -> list[Outcome]:
        """Add or replace articles by their ids: all of them or, on an error, none.

        Equal content writes nothing. An id that stands twice is applied twice, in order.

        Returns
        -------
        list of Outcome
            One for each article, in the same order. An article is withdrawn when its status was
            published and is no longer.

        Raises
        ------
        StoreError
            When the database cannot hold one of the articles; the message names it.
        """
        rows = [row_of(article, now) for article in articles]
        with self._database.writing() as connection:
            return upsert_rows(connection, rows, now)

    def get(self, article_id: str) -> Article | None:
        """Return the article of that id, public or not."""
        document = self._value(ARTICLES.c.document, article_id)
        return None if document is None else Article.from_json(document)

    def first_seen(self, article_id: str) -> datetime | None:
        """Return when the article was first stored, whatever changed since."""
        return self._value(ARTICLES.c.first_seen, article_id)

    def articles(self) -> Iterator[Article]:
        """Yield every article by date, those without one first, then by id.

        They are the articles of one moment, whatever is written meanwhile, and only a few are held
        at a time. Closing the iterator releases its connection.
        """
        ordered = select(ARTICLES.c.document).order_by(
            ARTICLES.c.published.nulls_first(), ARTICLES.c.id
        )
        return self._database.stream(ordered, lambda row: Article.from_json(row[0]))

    def documents(self) -> Iterator[tuple[StoredPublication, bytes]]:
        """Yield every article as `articles` does, but unread: its facts and its line of JSON."""
        facts = [ARTICLES.c[name] for name in StoredPublication.__slots__]
        ordered = select(*facts, ARTICLES.c.document).order_by(
            ARTICLES.c.published.nulls_first(), ARTICLES.c.id
        )
        return self._database.stream(ordered, lambda row: (_publication(row), row[5].encode()))

    def changes_since(self, sequence: int) -> Iterator[Change]:
        """Yield the changes with a greater sequence number, in their order."""
        later = select(CHANGES).where(CHANGES.c.sequence > sequence).order_by(CHANGES.c.sequence)
        return self._database.stream(later, _change)

    def changes_of(self, article_id: str, limit: int) -> list[Change]:
        """Return the last changes of one article, the newest first."""
        if fault_of_id(article_id):
            return []
        own = select(CHANGES).where(CHANGES.c.article_id == article_id)
        newest = own.order_by(CHANGES.c.sequence.desc()).limit(limit)
        with self._database.reading() as connection:
            return [_change(row) for row in connection.execute(newest)]

    def change(self, sequence: int) -> Change | None:
        """Return the change of that number, None when there is none."""
        with self._database.reading() as connection:
            row = connection.execute(select(CHANGES).where(CHANGES.c.sequence == sequence)).first()
        return None if row is None else _change(row)

    def publications_since(self, sequence: int) -> Iterator[StoredPublication]:
        """Yield the present state of each article that changed after ``sequence``, by id."""
        ids = select(CHANGES.c.article_id).where(CHANGES.c.sequence > sequence)
        columns = [ARTICLES.c[name] for name in StoredPublication.__slots__]
        states = select(*columns).where(ARTICLES.c.id.in_(ids)).order_by(ARTICLES.c.id)
        return self._database.stream(states, _publication)

    def changed_among(self, ids: Sequence[str], sequence: int) -> set[str]:
        """Return those of some articles that changed after ``sequence``."""
        changed: set[str] = set()
        later = select(CHANGES.c.article_id).where(CHANGES.c.sequence > sequence)
        with self._database.reading() as connection:
            for start in range(0, len(ids), _IDS_A_QUERY):
                some = CHANGES.c.article_id.in_(ids[start : start + _IDS_A_QUERY])
                changed.update(connection.scalars(later.where(some)))
        return changed

    def changed_since(self, sequence: int) -> int:
        """Return how many articles changed after ``sequence``."""
        numbers = select(func.count(CHANGES.c.article_id.distinct()))
        with self._database.reading() as connection:
            return connection.scalar(numbers.where(CHANGES.c.sequence > sequence)) or 0

    def scheduled(self, since: datetime) -> Iterator[StoredPublication]:
        """Yield the published articles with a date or an embargo after ``since``, by id."""
        columns = [ARTICLES.c[name] for name in StoredPublication.__slots__]
        later = or_(ARTICLES.c.published > since, ARTICLES.c.embargo_until > since)
        chosen = select(*columns).where(ARTICLES.c.status == Status.PUBLISHED.value, later)
        return self._database.stream(chosen.order_by(ARTICLES.c.id), _publication)

    def some(self, ids: Sequence[str]) -> dict[str, Article]:
        """Return those of the articles with these ids that are stored, public or not, by id."""
        known = [article_id for article_id in ids if not fault_of_id(article_id)]
        documents = select(ARTICLES.c.document)
        found: dict[str, Article] = {}
        with self._database.reading() as connection:
            for start in range(0, len(known), _IDS_A_QUERY):
                some = ARTICLES.c.id.in_(known[start : start + _IDS_A_QUERY])
                for row in connection.execute(documents.where(some)):
                    article = Article.from_json(row[0])
                    found[article.id] = article
        return found

    def last_sequence(self) -> int:
        """Return the number of the latest change, 0 when nothing was ever stored."""
        with self._database.reading() as connection:
            # Plain text, because each web request asks: a built statement takes twice as long.
            return connection.exec_driver_sql("SELECT max(sequence) FROM changes").scalar() or 0

    def versions(self) -> tuple[int, int]:
        """Return `last_sequence` and the version of the curation, in the time of one of them."""
        with self._database.reading() as connection:
            row = connection.exec_driver_sql(_VERSIONS).one()
        return row[0] or 0, row[1] or 0

    def count(self) -> int:
        """Return the number of articles, public or not."""
        return sum(self.counts().values())

    def count_public(self, now: datetime) -> int:
        """Return the number of articles that `is_public` lets readers see at ``now``."""
        column = ARTICLES.c
        public = select(func.count()).where(
            column.status == Status.PUBLISHED.value,
            or_(column.published.is_(None), column.published <= now),
            or_(column.embargo_until.is_(None), column.embargo_until <= now),
            or_(column.expires.is_(None), column.expires > now),
        )
        with self._database.reading() as connection:
            return connection.scalar(public) or 0

    def counts(self) -> dict[str, int]:
        """Return the number of articles of each status that occurs, sorted by status."""
        numbers = select(ARTICLES.c.status, func.count()).group_by(ARTICLES.c.status)
        with self._database.reading() as connection:
            return {row[0]: row[1] for row in sorted(connection.execute(numbers))}

    def _value(self, column: Column[_T], article_id: str) -> _T | None:
        if fault_of_id(article_id):
            return None
        with self._database.reading() as connection:
            return connection.scalar(select(column).where(ARTICLES.c.id == article_id))


def _change(row: Any) -> Change:
    return Change(row[0], row[1], Outcome(row[2]), row[3])


def _publication(row: Any) -> StoredPublication:
    return StoredPublication(row[0], Status(row[1]), row[2], row[3], row[4])
