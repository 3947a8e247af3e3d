"""Related articles: against the book, and against what a block must never hold."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from articles.article import Article, Status
from index.visibility import Visibility
from recommender.recommender import Recommender
from recommender.related import UnknownArticleError
from tests.archives import NOW, build, random_articles
from tests.oracles.naive_related import cosine, rows

ARTICLES = random_articles(300, seed=11)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    store, generations, _ = build(tmp_path_factory.mktemp("related"), ARTICLES)
    generation = generations.open_current()
    assert generation.rows.terms
    yield store, generation
    generation.close()
    store.close()


@pytest.fixture(scope="module")
def recommender(archive):
    store, generation = archive
    return Recommender(generation, Visibility(generation, store))


@pytest.fixture(scope="module")
def cosines():
    """Return for each article the cosines to all others."""
    vectors = rows(ARTICLES)
    return {
        one.id: {
            other.id: cosine(vectors[i], vectors[j])
            for j, other in enumerate(ARTICLES)
            if other is not one
        }
        for i, one in enumerate(ARTICLES)
    }


def test_lists_are_the_nearest_by_the_book(recommender, cosines):
    for article in ARTICLES[:60]:
        related = recommender.for_article(article.id, limit=10, minimum_score=0.0)
        best = [cos for cos in sorted(cosines[article.id].values(), reverse=True)[:10] if cos]
        for item, expected in zip(related, best, strict=True):
            assert math.isclose(item.score, expected, rel_tol=1e-4)
            assert math.isclose(item.score, cosines[article.id][item.id], rel_tol=1e-4)


def test_beyond_the_stored_list_is_exact_too(recommender, cosines):
    related = recommender.for_article(ARTICLES[0].id, limit=50, minimum_score=0.0)
    best = sorted(cosines[ARTICLES[0].id].values(), reverse=True)[:50]
    assert best[-1] > 0
    assert [round(item.score, 4) for item in related] == [round(score, 4) for score in best]


def test_text_of_an_article_finds_what_the_article_finds(recommender):
    article = ARTICLES[3]
    text = "\n".join((article.title, *article.body))
    first, *rest = recommender.for_text(text, limit=6)
    assert first.id == article.id
    assert first.score == pytest.approx(1.0, abs=1e-3)
    of_article = recommender.for_article(article.id, limit=5)
    assert [item.id for item in rest] == [item.id for item in of_article]


def test_never_itself_never_twice_and_within_bounds(recommender):
    for article in ARTICLES:
        related = recommender.for_article(article.id, limit=20)
        ids = [item.id for item in related]
        assert article.id not in ids
        assert len(set(ids)) == len(ids)
        assert all(0.1 <= item.score <= 1.0 for item in related)
        assert [item.score for item in related] == sorted((i.score for i in related), reverse=True)


def test_minimum_score(recommender):
    everything = recommender.for_article(ARTICLES[0].id, limit=20, minimum_score=0.0)
    bar = everything[5].score
    related = recommender.for_article(ARTICLES[0].id, limit=20, minimum_score=bar)
    assert related == everything[:6]
    assert recommender.for_article(ARTICLES[0].id, limit=0) == ()


def test_terms_are_words_of_both_strongest_first(recommender):
    by_id = {article.id: article for article in ARTICLES}
    for item in recommender.for_article(ARTICLES[0].id, limit=5):
        assert 1 <= len(item.terms) <= 4
        for article in (ARTICLES[0], by_id[item.id]):
            text = " ".join((article.title, *article.body)).lower()
            assert all(term.lower() in text for term in item.terms)


def test_unknown_and_hidden_articles_are_said_to_be_unknown(recommender):
    for article_id in ("nobody", "", "\ud800"):
        with pytest.raises(UnknownArticleError, match="no public article"):
            recommender.for_article(article_id)


@pytest.mark.parametrize("text", ["", "?!", "the of and", "zyzzyva", "\ud800 \0", "x" * 10**6])
def test_texts_without_a_known_word_have_no_relatives(recommender, text):
    assert recommender.for_text(text) == ()


def test_withdrawn_and_expired_leave_every_list_at_once(tmp_path):
    articles = [replace(article, expires=NOW + timedelta(days=10**5)) for article in ARTICLES[:80]]
    store, generations, _ = build(tmp_path, articles)
    generation = generations.open_current()
    recommender = Recommender(generation, Visibility(generation, store))
    before = recommender.for_article("a00000", limit=5, minimum_score=0.0)
    gone, expired = before[0].id, before[1].id
    by_id = {article.id: article for article in articles}
    store.upsert([replace(by_id[gone], status=Status.WITHDRAWN)], NOW)
    store.upsert([replace(by_id[expired], expires=NOW - timedelta(days=1))], NOW)
    after = recommender.for_article("a00000", limit=5, minimum_score=0.0)
    assert len(after) == 5
    assert [item.id for item in after[:3]] == [item.id for item in before[2:]]
    assert not {gone, expired} & {
        item.id for item in recommender.for_text("bridge river", limit=50)
    }
    with pytest.raises(UnknownArticleError):
        recommender.for_article(gone)
    generation.close()
    store.close()


def test_articles_of_one_language_find_each_other(tmp_path):
    river = Article(id="river", title="Flood on the river", body=("Water rose in the old port.",))
    articles = [
        Article(id="мост1", title="Мост закрыт", body=("Мост через реку закрыт.",), language="ru"),
        Article(id="мост2", title="Мосты города", body=("Мост через реку открыт.",), language="ru"),
        river,
        Article(id="port", title="Water in the port", body=("The river floods the old port.",)),
    ]
    store, generations, _ = build(tmp_path, articles)
    generation = generations.open_current()
    recommender = Recommender(generation, Visibility(generation, store))
    assert [item.id for item in recommender.for_article("мост1")] == ["мост2"]
    assert [item.id for item in recommender.for_article("river")] == ["port"]
    assert [item.id for item in recommender.for_text("У моста через реку")] == ["мост2", "мост1"]
    generation.close()
    store.close()
