"""Records of any origin, names mapped to values -> articles, and what was repaired on the way."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from articles.article import Article, Status
from articles.cleaning import CleanedBody, take_fields
from articles.importers.bylines import dateline_of
from articles.importers.field_names import fields_by_name
from articles.importers.identity import first_sentence, id_of_text, id_of_url
from articles.importers.problem import RecordError
from articles.importers.source import ParsedRecord, SourceFile
from articles.importers.values import Values
from articles.languages import LanguageChoice, language_choice

READABLE = frozenset(("title", "body", "summary"))
"""A record without a name for any of these cannot be told to be an article."""
MAXIMUM_ID_BYTES = 512
UNTITLED = "Untitled"

_MOST_PLANS = 256
_STATUSES = {
    **dict.fromkeys(("published", "publish", "public", "live", "usable"), Status.PUBLISHED),
    **dict.fromkeys(("draft", "auto-draft", "pending", "in review"), Status.DRAFT),
    **dict.fromkeys(("private", "internal"), Status.PRIVATE),
    **dict.fromkeys(
        ("withdrawn", "withheld", "deleted", "trash", "removed", "retracted", "killed", "canceled",
         "cancelled", "unpublished"),
        Status.WITHDRAWN,
    ),
}  # fmt: skip
_WAITING = frozenset(("future", "scheduled", "embargoed"))
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_].*)?", re.IGNORECASE)
_LANGUAGES = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr",
    "spanish": "es", "español": "es", "russian": "ru", "русский": "ru", "armenian": "hy",
    "georgian": "ka",
}  # fmt: skip


class RecordReader:
    """Makes articles of the records of one file; ``mapping`` stands for that of the options."""

    def __init__(self, file: SourceFile, mapping: Mapping[str, str] | None = None) -> None:
        self._file = file
        self._mapping = file.options.mapping if mapping is None else mapping
        self._plans: dict[tuple[str, ...], dict[str, tuple[str, ...]]] = {}

    def read(
        self,
        record: Mapping[str, Any],
        line: int,
        notes: tuple[str, ...] = (),
        *,
        fallback_id: str = "",
    ) -> ParsedRecord:
        """Return what becomes of one record.

        Parameters
        ----------
        record : Mapping
            Values by field, under our names, the mapped ones or usual ones; others are ignored.
        line : int
            Where it stands in its file, from 1.
        notes : tuple of str
            What had to be repaired before.
        fallback_id : str
            The id to take when the record has neither id nor URL; its text gives one otherwise.
        """
        values = Values(record, self._names(record), self._file.options.day_first, notes)
        article_id = ""
        try:
            article_id = _given_id(values)
            article, detected = _article(values, article_id, fallback_id, self._file)
        except RecordError as error:
            return ParsedRecord(self._file.label, line, None, (str(error),), article_id)
        notes = tuple(values.notes)
        return ParsedRecord(self._file.label, line, article, notes, article.id, detected)

    def _names(self, record: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        names = tuple(record)
        plan = self._plans.get(names)
        if plan is None:
            if len(self._plans) >= _MOST_PLANS:
                self._plans.clear()
            plan = self._plans[names] = dict(fields_by_name(names, self._mapping))
        return plan


def withdraws(record: Mapping[str, Any]) -> bool:
    """Say whether a record only takes an article back: it has an id and such a status.

    Examples
    --------
    >>> withdraws({"id": "a1", "status": "deleted"}), withdraws({"id": "a1", "title": "Bridge"})
    (True, False)
    """
    status = record.get("status")
    word = status.strip().casefold() if isinstance(status, str) else ""
    return record.keys() == {"id", "status"} and _STATUSES.get(word) is Status.WITHDRAWN


def _given_id(values: Values) -> str:
    article_id = values.line("id")
    size = len(article_id.encode())
    if size > MAXIMUM_ID_BYTES:
        raise RecordError(
            f"the id is {size} bytes long, above the limit of {MAXIMUM_ID_BYTES}: map id to a "
            "shorter field, or to none"
        )
    return article_id


def _article(
    values: Values, article_id: str, fallback_id: str, file: SourceFile
) -> tuple[Article, bool]:
    """Return the article, and whether its language was told from its text."""
    values.require_name(READABLE)
    title, link = values.line("title"), values.line("url")
    paragraphs, caption, agency = values.body()
    authors, source = values.authors(), values.line("source")
    tags = (*values.several("tags"), *values.several("orgs"))
    places = values.several("places")
    dateline = values.line("dateline")
    if dateline:
        named, sender = dateline_of(dateline)
        places, source = tuple(dict.fromkeys((*places, *named))), source or sender
    given = CleanedBody(
        body=tuple(paragraphs),
        source=source,
        additional_sources=values.several("additional_sources"),
        caption=values.line("caption") or caption,
        authors=authors,
        tags=tuple(dict.fromkeys(tags)),
        updated=values.time("updated"),
        published=values.time("published"),
    )
    cleaned = take_fields(given, at_ends=True, day_first=file.options.day_first)
    published = _published(values, cleaned.published, file.now)
    embargo_until, expires = values.time("embargo_until"), values.time("expires")
    body = cleaned.body
    unread = [
        field
        for field, time in (("embargo_until", embargo_until), ("expires", expires))
        if time is None and values.raw(field) not in (None, False)
    ]
    status = _status(values, dated=bool(published or embargo_until), readable=not unread)
    summary = values.line("summary")
    if not title:
        title, status = _title_for(values, *body, summary, status=status)
    day = published.isoformat() if published else ""
    choice = language_choice(file.options.language)
    language, given_language = _language(values, choice, (title, summary, *body))
    article = Article(
        id=article_id
        or id_of_url(link)
        or fallback_id
        or id_of_text(title, day, body[0] if body else ""),
        title=title,
        url=_web_address(values, link),
        summary=summary,
        body=body,
        section=values.line("section"),
        tags=cleaned.tags,
        people=values.several("people"),
        places=places,
        authors=cleaned.authors,
        source=cleaned.source or agency,
        additional_sources=cleaned.additional_sources,
        caption=cleaned.caption,
        language=language,
        published=published,
        updated=cleaned.updated,
        status=status,
        embargo_until=embargo_until,
        expires=expires,
    )
    return article, choice.detects and not given_language


def _published(values: Values, published: datetime | None, now: datetime) -> datetime | None:
    if published is None:
        if not any(note.startswith("published") for note in values.notes):
            values.note("no date: kept as undated")
    elif published > now:
        values.note(
            f"published lies in the future ({published.date()}): kept, not public until then"
        )
    return published


def _status(values: Values, *, dated: bool, readable: bool) -> Status:
    """Return the status, draft wherever a doubt could make public what is not meant to be."""
    given = values.raw("status")
    word = given.strip().casefold() if isinstance(given, str) else given
    if word is None:
        status = Status.DRAFT if values.raw("published") is False else Status.PUBLISHED
    elif isinstance(word, str) and word in _STATUSES:
        status = _STATUSES[word]
    elif isinstance(word, str) and word in _WAITING and dated:
        status = Status.PUBLISHED
    else:
        values.note(f"status {str(given)[:40]!r} is unknown: kept as draft")
        status = Status.DRAFT
    if status is Status.PUBLISHED and not readable:
        values.note("its embargo or end cannot be read: kept as draft")
        return Status.DRAFT
    return status


def _title_for(values: Values, *texts: str, status: Status) -> tuple[str, Status]:
    """Return a title for an article that has none, and its status: nothing to read is a draft."""
    text = next(filter(None, texts), "")
    if text:
        values.note("no title: the first sentence taken")
        return first_sentence(text), status
    values.note("neither title nor text: kept as draft")
    return UNTITLED, Status.DRAFT


def _web_address(values: Values, link: str) -> str:
    if not link or re.match(r"https?://[^\s/]", link, re.IGNORECASE):
        return link
    values.note(f"url is no web address ({link[:60]}): left out")
    return ""


def _language(values: Values, choice: LanguageChoice, texts: Sequence[str]) -> tuple[str, bool]:
    """Return the language of a record, and whether the record names it."""
    given = values.line("language")
    tag = _LANGUAGE.fullmatch(given)
    named = _LANGUAGES.get(given.casefold()) or (tag.group(1).lower() if tag else "")
    found = named or choice.language_of(texts)
    if given and not named:
        values.note(f"language {given[:40]!r} is unknown: taken as {found}")
    return found, bool(named)
