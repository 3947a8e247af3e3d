"""Newcomers: lists that follow the store, against a recomputation of everything."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from articles.article import Status
from index.fresh import content
from index.visibility import Visibility
from recommender.recommender import Recommender
from recommender.related import RelatedRequest
from tests.archives import NOW, build, storied_articles
from tests.oracles.naive_present import NaivePresent

POOL = storied_articles(900, seed=8, subjects=12)
FIRST = [
    replace(
        article,
        expires=NOW + timedelta(hours=number) if number % 9 == 4 else None,
        embargo_until=NOW + timedelta(hours=number / 5) if number % 11 == 6 else None,
    )
    for number, article in enumerate(POOL[:270])
]
OPERATIONS = 1_000
KINDS = {
    "add": 0.2,
    "copy": 0.15,
    "change": 0.15,
    "withdraw": 0.12,
    "publish": 0.13,
    "embargo": 0.08,
    "expire": 0.08,
    "revert": 0.04,
    "wait": 0.05,
}
"""What a newsroom does, and how often."""
TIE = 3e-7


class Newsroom:
    """Does at random what newsrooms do, and knows what the store holds."""

    def __init__(self, store, seed):
        self.store = store
        self.rng = np.random.default_rng(seed)
        self.now = NOW + timedelta(minutes=1)
        self.articles = {article.id: article for article in FIRST}
        self.coming = iter(POOL[270:])

    def clock(self):
        return self.now.timestamp()

    def work(self):
        kind = self.rng.choice(list(KINDS), p=list(KINDS.values()))
        self.now += timedelta(seconds=int(self.rng.integers(1, 600)))
        article = getattr(self, kind)(self.one())
        if article is not None:
            self.articles[article.id] = article
            self.store.upsert([article], self.now)
        return kind

    def one(self):
        return self.articles[self.rng.choice(sorted(self.articles))]

    def date(self):
        return self.now - timedelta(minutes=int(self.rng.integers(0, 20_000)))

    def words(self, count):
        return " ".join(f"new{number}" for number in self.rng.integers(0, 40, count))

    def add(self, _):
        article = next(self.coming, None)
        if article is None:
            return None
        body = (*article.body, self.words(int(self.rng.integers(0, 12))))
        return replace(article, body=body, published=self.date())

    def copy(self, article):
        name = f"{article.id}-{len(self.articles)}"[-60:]
        body = (*article.body, self.words(int(self.rng.integers(0, 4))))
        return replace(article, id=name, body=body, published=self.date())

    def change(self, article):
        other = self.one()
        body = (article.body[0], *other.body[1:], self.words(2))
        return replace(article, body=body, status=Status.PUBLISHED)

    def withdraw(self, article):
        return replace(article, status=Status.WITHDRAWN)

    def publish(self, article):
        return replace(article, status=Status.PUBLISHED, embargo_until=None, expires=None)

    def embargo(self, article):
        hours = float(self.rng.uniform(0, 30))
        return replace(article, embargo_until=self.now + timedelta(hours=hours))

    def expire(self, article):
        hours = float(self.rng.uniform(-2, 30))
        return replace(article, expires=self.now + timedelta(hours=hours))

    def revert(self, article):
        number = article.id[1:].split("-")[0]
        return None if "-" in article.id or int(number) >= len(FIRST) else FIRST[int(number)]

    def wait(self, _):
        self.now += timedelta(hours=float(self.rng.uniform(0, 12)))


def allowed_in(mode):
    def allowed(seed, other):
        if mode == "mixed":
            return True
        earlier = other.published.timestamp() // 1 - seed.published.timestamp() // 1
        return earlier < 0 if mode == "background" else earlier > 0

    return allowed


def test_lists_follow_a_thousand_operations(tmp_path):
    store, generations, _ = build(tmp_path, FIRST)
    generation = generations.open_current()
    newsroom = Newsroom(store, seed=1)
    visibility = Visibility(generation, store, clock=newsroom.clock)
    recommender = Recommender(generation, visibility)
    naive = NaivePresent(generation)
    built = {
        article.id: content(article)
        for article in FIRST
        if generation.columns.document(article.id) is not None
    }
    newer, exchanged, kinds = 0, 0, set()
    for number in range(OPERATIONS):
        kinds.add(newsroom.work())
        if number % 6 and number > 12:
            continue
        naive.look(
            newsroom.articles.values(),
            lambda article: built.get(article.id) == content(article),
            newsroom.now,
        )
        public = {article.id for article in naive.shown}
        recommender.catch_up()
        for name in newsroom.rng.choice(sorted(public), 4).tolist():
            mode = str(newsroom.rng.choice(["mixed", "background", "followup"]))
            least = float(newsroom.rng.choice([0, 0.08, 0.2]))
            limit = int(newsroom.rng.choice([3, 5, 10, 40]))
            wanted = RelatedRequest(limit=limit, minimum_score=least, mode=mode)
            found = recommender.rank(name, wanted)
            expected = naive.list(name, allowed_in(mode), least, limit + 5)
            assert len(found) == min(limit, len(expected)), (number, name, mode)
            scores = dict(expected)
            for (one, score), (other, wanted_score) in zip(found, expected, strict=False):
                assert score == pytest.approx(wanted_score, abs=1e-5), (number, name, mode)
                # Single precision may exchange what is equal but for its last digits.
                assert one == other or abs(scores[one] - wanted_score) < TIE, (number, name, mode)
                exchanged += one != other
            assert {one for one, _ in found} <= public
            newer += sum(built.get(one) != content(newsroom.articles[one]) for one, _ in found)
        hidden = [name for name in newsroom.articles if name not in public]
        assert recommender.cards(hidden) == ()
    assert kinds == set(KINDS)
    assert newer > OPERATIONS
    assert exchanged < newer / 1000
    recommender.close()
    generation.close()
    store.close()
