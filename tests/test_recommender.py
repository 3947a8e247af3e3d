"""Related articles: against the book, and against what a block must never hold."""

from dataclasses import replace
from datetime import timedelta

import pytest

from articles.article import Article, Status
from index.visibility import Visibility
from recommender.recommender import Recommender
from recommender.related import RelatedRequest, UnknownArticleError
from recommender.similarity import calibrated
from tests.archives import NOW, build, random_articles
from tests.oracles.naive_related import cosine, distinct, product, rows, stories

ARTICLES = random_articles(300, seed=11)
BY_ID = {article.id: article for article in ARTICLES}
ALL = RelatedRequest(limit=10, minimum_score=0.0)


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
    """Return for each article the cosines to all."""
    return compared(cosine)


@pytest.fixture(scope="module")
def products():
    """Return for each article the products with all."""
    return compared(product)


def compared(compare):
    vectors = rows(ARTICLES)
    return {
        one.id: {other.id: compare(vectors[i], vectors[j]) for j, other in enumerate(ARTICLES)}
        for i, one in enumerate(ARTICLES)
    }


def by_the_book(products, cosines, article_id, limit, versions=False):
    """Return ids and scores of the best, without near copies of the article and of each other."""
    near = cosines[article_id]
    worth = products[article_id]
    ranking = sorted(near, key=lambda other: -worth[other])
    ranking = [
        other for other in ranking
        if other != article_id and near[other] > 0 and (versions or near[other] < 0.9)
    ]  # fmt: skip
    first = stories(ARTICLES, cosines)
    if versions:
        first = {other: other for other in first}
    ranking = [other for other in ranking if first[other] != first[article_id]]
    best = distinct([BY_ID[other] for other in ranking], cosines, first, limit)
    return [float(calibrated(min(worth[other], 1.0))) for other in best]


def test_lists_are_the_nearest_by_the_book(recommender, products, cosines):
    for article in ARTICLES[:60]:
        related = recommender.for_article(article.id, ALL)
        expected = by_the_book(products, cosines, article.id, 10)
        assert [item.score for item in related] == pytest.approx(expected, rel=1e-3)
        for item in related:
            words = min(products[article.id][item.id], 1.0)
            assert item.words == pytest.approx(words, rel=1e-3)
            assert item.themes == 0  # the archive is too small for them


def test_beyond_the_stored_list_is_exact_too(recommender, products, cosines):
    wanted = replace(ALL, limit=50, versions=True)
    related = recommender.for_article(ARTICLES[0].id, wanted)
    expected = by_the_book(products, cosines, ARTICLES[0].id, 50, versions=True)
    assert len(related) == 50
    assert [item.score for item in related] == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("wanted", [ALL, replace(ALL, limit=200, versions=True)])
def test_a_ranking_is_the_list_without_its_articles(recommender, wanted):
    for article in ARTICLES[:5]:
        related = recommender.for_article(article.id, wanted)
        ranked = recommender.rank(article.id, wanted)
        assert ranked == [(item.id, item.score) for item in related]


def test_text_of_an_article_finds_what_the_article_finds(recommender):
    article = ARTICLES[3]
    text = "\n".join((article.title, *article.body))
    first, *rest = recommender.for_text(text, RelatedRequest(limit=6, versions=True))
    assert first.id == article.id
    assert first.words > 0.9
    of_article = recommender.for_article(article.id)
    assert [item.id for item in rest] == [item.id for item in of_article]


def test_never_itself_never_twice_never_a_copy_and_within_bounds(recommender, cosines):
    for article in ARTICLES:
        related = recommender.for_article(article.id, RelatedRequest(limit=20))
        ids = [item.id for item in related]
        assert article.id not in ids
        assert len(set(ids)) == len(ids)
        assert all(0.08 <= item.score < 1.0 for item in related)
        assert [item.score for item in related] == sorted((i.score for i in related), reverse=True)
        for place, one in enumerate([article.id, *ids]):
            assert all(cosines[one][other] < 0.9001 for other in ids[place:] if other != one)


def test_minimum_score(recommender):
    everything = recommender.for_article(ARTICLES[0].id, replace(ALL, limit=20))
    bar = everything[5].score
    wanted = RelatedRequest(limit=20, minimum_score=bar)
    related = recommender.for_article(ARTICLES[0].id, wanted)
    assert related == everything[:6]
    assert recommender.for_article(ARTICLES[0].id, RelatedRequest(limit=0)) == ()


def test_terms_are_words_of_both_strongest_first(recommender):
    for item in recommender.for_article(ARTICLES[0].id):
        assert 1 <= len(item.terms) <= 4
        for article in (ARTICLES[0], BY_ID[item.id]):
            text = " ".join((article.title, *article.body)).lower()
            assert all(term.lower() in text for term in item.terms)


def test_unknown_and_hidden_articles_are_said_to_be_unknown(recommender):
    for article_id in ("nobody", "", "\ud800"):
        with pytest.raises(UnknownArticleError, match="no public article"):
            recommender.for_article(article_id)
        with pytest.raises(UnknownArticleError, match="no public article"):
            recommender.versions(article_id)


@pytest.mark.parametrize("text", ["", "?!", "the of and", "zyzzyva", "\ud800 \0", "x" * 10**6])
def test_texts_without_a_known_word_have_no_relatives(recommender, text):
    assert recommender.for_text(text) == ()
    assert recommender.entered(text) == ()


def test_withdrawn_and_expired_leave_every_list_at_once(tmp_path):
    articles = [replace(article, expires=NOW + timedelta(days=10**5)) for article in ARTICLES[:80]]
    store, generations, _ = build(tmp_path, articles)
    generation = generations.open_current()
    recommender = Recommender(generation, Visibility(generation, store))
    wanted = replace(ALL, limit=5, versions=True)
    before = recommender.for_article("a00000", replace(wanted, limit=7))
    gone, expired = before[0].id, before[1].id
    by_id = {article.id: article for article in articles}
    store.upsert([replace(by_id[gone], status=Status.WITHDRAWN)], NOW)
    store.upsert([replace(by_id[expired], expires=NOW - timedelta(days=1))], NOW)
    after = recommender.for_article("a00000", wanted)
    assert len(after) == 5
    assert not {gone, expired} & {item.id for item in after}
    everything = RelatedRequest(limit=50, minimum_score=0.0)
    assert not {gone, expired} & {
        item.id for item in recommender.for_text("bridge river", everything)
    }
    assert not {gone, expired} & {item.id for item in recommender.entered("bridge river")}
    with pytest.raises(UnknownArticleError):
        recommender.for_article(gone)
    generation.close()
    store.close()


RIVER = (
    Article(id="мост1", title="Мост закрыт", body=("Мост через реку закрыт.",), language="ru"),
    Article(id="мост2", title="Мосты города", body=("Мост через реку открыт.",), language="ru"),
    Article(id="river", title="Flood on the river", body=("Water rose in the old port.",)),
    Article(id="port", title="Water in the port", body=("The river floods the old port. Мост.",)),
)


def test_articles_of_one_language_find_each_other_and_others_when_asked(tmp_path):
    store, generations, _ = build(tmp_path, RIVER)
    generation = generations.open_current()
    recommender = Recommender(generation, Visibility(generation, store))
    assert [item.id for item in recommender.for_article("мост1")] == ["мост2"]
    assert [item.id for item in recommender.for_article("river")] == ["port"]
    assert [item.id for item in recommender.for_text("У моста через реку")] == ["мост2", "мост1"]
    abroad = recommender.for_article("мост1", RelatedRequest(minimum_score=0, any_language=True))
    assert [item.id for item in abroad] == ["мост2", "port"]
    generation.close()
    store.close()
