"""Small archives of known content, built in a folder."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from articles.article import Article
from articles.store import Store
from index.builder import MEMORY, BuildReport, rebuild
from index.publish import Generations
from index.visibility import Visibility
from recommender.lists import related_lists
from search.embedded import EmbeddedEngine
from search.engine import SearchRequest

NOW = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = (
    *("bridge", "treaty", "river", "toll", "ferry", "mayor", "council", "harbour", "strike"),
    *("mill", "lake", "trout", "summit", "border", "minister", "election", "recount", "paper"),
    *("museum", "bell", "orchestra", "concert", "striker", "goal", "storm", "harvest"),
)


def build(
    home: Path, articles: Sequence[Article], *, now: datetime = NOW, memory: int = MEMORY
) -> tuple[Store, Generations, BuildReport]:
    """Store and build ``articles`` under ``home``; the caller closes the store.

    With a ``memory`` of 1 a thousand articles are a segment.
    """
    home.mkdir(parents=True, exist_ok=True)
    store = Store.open(f"sqlite:///{home / 'archive.sqlite3'}")
    store.upsert(articles, now)
    generations = Generations(home / "generations")
    report = rebuild(store, generations, now=now, memory=memory, steps=[related_lists])
    return store, generations, report


def random_articles(count: int, seed: int = 7) -> list[Article]:
    """Return articles of skewed random words, one a day, some without a date."""
    rng = np.random.default_rng(seed)
    shares = 1 / np.arange(1, len(WORDS) + 1)
    shares /= shares.sum()

    def text(words: int) -> str:
        return " ".join(rng.choice(WORDS, words, p=shares))

    return [
        Article(
            id=f"a{number:05d}",
            title=text(int(rng.integers(2, 6))).capitalize(),
            body=tuple(text(int(rng.integers(3, 30))) for _ in range(int(rng.integers(1, 4)))),
            section=("Politics", "Economy", "Sport")[int(rng.integers(3))],
            source=("Newsroom", "Agency")[int(rng.integers(2))],
            authors=(("Ines Dovrak", "Tomas Hale")[int(rng.integers(2))],),
            published=None if number % 97 == 5 else NOW - timedelta(days=number + 1),
        )
        for number in range(count)
    ]


def storied_articles(count: int, seed: int = 5, *, subjects: int = 40) -> list[Article]:
    """Return articles with words of their own subject among words of all, one every hour."""
    rng = np.random.default_rng(seed)
    syllables = np.array(["ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "ru", "sa", "te"])
    words = np.unique(["".join(part) for part in rng.choice(syllables, (4000, 4))])
    shares = 1 / np.arange(1, len(words) + 1)
    shares /= shares.sum()
    own = rng.choice(words, (subjects, 30))
    articles = []
    for number in range(count):
        subject = own[int(rng.integers(subjects))]
        text = np.concatenate([rng.choice(words, 60, p=shares), rng.choice(subject, 20)])
        rng.shuffle(text)
        articles.append(
            Article(
                id=f"s{number:05d}",
                title=" ".join(text[:5]).capitalize(),
                body=(" ".join(text[5:40]) + ".", " ".join(text[40:]) + "."),
                published=NOW - timedelta(hours=count - number),
            )
        )
    return articles


def grain_articles(count: int) -> list[Article]:
    """Return articles of another subject: a word in most articles tells none of them apart."""
    return [
        Article(
            id=f"grain-{number}",
            title=f"Grain prices, week {number}",
            body=(f"Farmers sold wheat and barley for {number} crowns after a dry harvest.",),
            section="Markets",
            published=NOW - timedelta(days=700 + number),
        )
        for number in range(count)
    ]


@contextmanager
def open_engine(home: Path, articles: Sequence[Article]) -> Iterator[EmbeddedEngine]:
    """Build ``articles`` and search them; what an engine opens late is open already."""
    store, generations, _ = build(home, articles)
    generation = generations.open_current()
    engine = EmbeddedEngine(generation, Visibility(generation, store))
    engine.search(SearchRequest(query="bridge"))
    yield engine
    engine.close()
    store.close()
