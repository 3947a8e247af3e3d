"""What differs between two generations, in words: for the page and for the command."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from articles.article import Article
from index.arrays import Array
from index.diff import GenerationDiff
from index.fresh import content
from index.generation import Generation
from index.publish import Generations


class ArticleModel(BaseModel):
    """An article; ``changed`` names the fields that read otherwise in the other generation."""

    id: str
    title: str
    published: datetime | None
    changed: list[str] = []


class WordModel(BaseModel):
    """A term as it is written most often, and in how many articles it stands."""

    word: str
    articles: int


class ChangeModel(BaseModel):
    """A setting of the build that is another one; empty where there is none."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    before: str
    after: str


class FileModel(BaseModel):
    """Bytes of a file in both generations; 0 where it is not."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    before: int
    after: int


class DiffModel(BaseModel):
    """What differs between two generations; of long lists the beginning, with how many there are.

    Articles stand with the newest first, words with those of the most articles first.
    """

    before: int
    after: int
    added_total: int
    added: list[ArticleModel]
    removed_total: int
    removed: list[ArticleModel]
    changed_total: int
    changed: list[ArticleModel]
    gained_total: int
    gained: list[WordModel]
    lost_total: int
    lost: list[WordModel]
    files: list[FileModel]
    settings: list[ChangeModel]


@contextmanager
def opened(generations: Generations, *numbers: int) -> Iterator[list[Generation]]:
    """Give generations that are open meanwhile.

    Raises
    ------
    NoGenerationError
        When there is none of a number.
    DamagedFileError
        When one is damaged.
    """
    found: list[Generation] = []
    try:
        for number in numbers:
            found.append(generations.open(number))  # noqa: PERF401 - those before are closed
        yield found
    finally:
        for generation in found:
            generation.close()


def diff_model(
    diff: GenerationDiff, before: Generation, after: Generation, limit: int
) -> DiffModel:
    """Return a difference in words, of each list so many at most."""
    return DiffModel(
        before=diff.before,
        after=diff.after,
        added_total=len(diff.added),
        added=articles_of(after, diff.added[:limit]),
        removed_total=len(diff.removed),
        removed=articles_of(before, diff.removed[:limit]),
        changed_total=len(diff.changed),
        changed=changed_articles(before, after, diff.changed[:limit]),
        gained_total=len(diff.gained),
        gained=words_of(after, diff.gained[:limit]),
        lost_total=len(diff.lost),
        lost=words_of(before, diff.lost[:limit]),
        files=list(map(FileModel.model_validate, diff.files)),
        settings=list(map(ChangeModel.model_validate, diff.settings)),
    )


def articles_of(generation: Generation, documents: Array) -> list[ArticleModel]:
    """Return articles of a generation as they are listed."""
    return [_article(article) for article in generation.documents.articles(documents.tolist())]


def changed_articles(before: Generation, after: Generation, documents: Array) -> list[ArticleModel]:
    """Return articles of the later generation with what was otherwise in the earlier one."""
    fresh = after.documents.articles(documents.tolist())
    places = [before.columns.document(article.id) for article in fresh]
    old = before.documents.articles([place for place in places if place is not None])
    known = {article.id: article for article in old}
    return [_article(article, changed_fields(known[article.id], article)) for article in fresh]


def changed_fields(before: Article, after: Article) -> Sequence[str]:
    """Return the names of the fields that readers see otherwise.

    Examples
    --------
    >>> changed_fields(Article(id="a", title="Bridge"), Article(id="a", title="Toll"))
    ['title']
    """
    one, other = content(before), content(after)
    names = (field.name for field in fields(Article))
    return [name for name in names if getattr(one, name) != getattr(other, name)]


def words_of(generation: Generation, codes: Array) -> list[WordModel]:
    """Return terms of a generation as they are listed."""
    counts = generation.frequencies[codes].tolist()
    words = generation.words.strings(codes.tolist())
    return [WordModel(word=word, articles=count) for word, count in zip(words, counts, strict=True)]


def _article(article: Article, changed: Sequence[str] = ()) -> ArticleModel:
    return ArticleModel(
        id=article.id, title=article.title, published=article.published, changed=list(changed)
    )
