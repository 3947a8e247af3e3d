"""Related articles under conditions: modes, age, versions, themes, texts that come in."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.article import Article
from index.visibility import Visibility
from recommender.lists import LISTED, StoredLists
from recommender.neighbours import products_of
from recommender.recommender import Recommender
from recommender.related import RelatedRequest
from recommender.similarity import THEME_SHARE, calibrated
from recommender.themes import SMALLEST_ARCHIVE, StoredThemes
from tests.archives import NOW, build, storied_articles

STORIES = storied_articles(600)
COPY = replace(
    STORIES[100], id="copy", title=f"{STORIES[100].title} anew", published=NOW - timedelta(hours=50)
)
UNDATED = replace(STORIES[7], id="undated", body=STORIES[8].body, published=None)
BEYOND = LISTED + 1
"""More than any stored list has, so that it is computed exactly."""
ARTICLES = [*STORIES, COPY, UNDATED]
BY_ID = {article.id: article for article in ARTICLES}


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    store, generations, _ = build(tmp_path_factory.mktemp("conditions"), ARTICLES)
    generation = generations.open_current()
    yield store, generation
    generation.close()
    store.close()


@pytest.fixture(scope="module")
def recommender(archive):
    store, generation = archive
    return Recommender(generation, Visibility(generation, store))


@pytest.fixture(scope="module")
def similarities(archive):
    """Return the similarity of all pairs by dense products, with nothing left out."""
    _, generation = archive
    rows = generation.rows.rows(range(generation.articles)).toarray()
    words, lengths = rows @ rows.T, np.linalg.norm(rows, axis=1)
    cosines = words / np.outer(lengths, lengths)
    vectors = StoredThemes(generation.related, generation.articles).of_documents(
        np.arange(generation.articles)
    )
    blend = (1 - THEME_SHARE) * words + THEME_SHARE * (vectors @ vectors.T)
    return np.where(words > 0, np.clip(blend, 0, 1), 0), cosines


def naive(similarities, document, allowed, factors):
    """Return the best by loops: allowed, no near copy of the seed or of a better one.

    Of two copies the newer one stands.
    """
    blend, cosines = similarities
    values = blend[document] * factors
    allowed = [
        other for other in allowed
        if not any(newer > other and values[newer] and cosines[other, newer] >= 0.9
                   for newer in allowed if newer != document)
    ]  # fmt: skip
    kept: list[int] = []
    for other in sorted(allowed, key=lambda other: (-values[other], -other)):
        near = [*kept, document]
        if other != document and values[other] > 0 and all(cosines[other, n] < 0.9 for n in near):
            kept.append(other)
    return [float(calibrated(blend[document, other]) * factors[other]) for other in kept[:BEYOND]]


@settings(max_examples=60, deadline=None)
@given(
    document=st.integers(0, len(ARTICLES) - 1),
    mode=st.sampled_from(["mixed", "background", "followup"]),
    half_life=st.none() | st.floats(0.5, 60),
)
def test_conditions_are_those_of_loops(
    archive, recommender, similarities, document, mode, half_life
):
    _, generation = archive
    published = generation.columns.published.astype(float)
    own, dated = published[document], np.arange(len(ARTICLES)) >= 1
    allowed = {
        "mixed": np.ones(len(ARTICLES), bool),
        "background": dated & (published < own) & bool(document),
        "followup": dated & (published > own) & bool(document),
    }[mode]
    factors = np.ones(len(ARTICLES))
    if half_life and document:
        factors = 0.5 ** (np.abs(published - own) / 86_400 / half_life)
        factors[0] = factors[1:].min()
    wanted = RelatedRequest(limit=BEYOND, minimum_score=0.0, mode=mode, half_life=half_life)
    (article_id,) = generation.columns.ids([document])
    found = recommender.for_article(article_id, wanted)
    expected = naive(similarities, document, np.flatnonzero(allowed), factors)
    assert [item.score for item in found] == pytest.approx(expected, rel=2e-3)
    date = BY_ID[article_id].published
    for item in found:
        assert mode != "background" or item.published < date
        assert mode != "followup" or item.published > date


@pytest.mark.parametrize("mode", ["mixed", "background", "followup"])
def test_what_the_stored_lists_answer_is_nearly_what_loops_answer(archive, recommender, mode):
    _, generation = archive
    same = 0
    some = generation.columns.ids(range(1, len(ARTICLES), 7))
    for article_id in some:
        wanted = RelatedRequest(minimum_score=0.0, mode=mode)
        found = [item.id for item in recommender.for_article(article_id, wanted)]
        exact = recommender.for_article(article_id, replace(wanted, limit=BEYOND))[: len(found)]
        same += len(set(found) & {item.id for item in exact})
    assert same >= 0.95 * sum(
        min(5, len(recommender.for_article(article_id, replace(wanted, limit=BEYOND))))
        for article_id in some
    )


def test_an_undated_article_has_nothing_earlier_or_later(recommender):
    assert recommender.for_article("undated")
    for mode in ("background", "followup"):
        assert recommender.for_article("undated", RelatedRequest(mode=mode)) == ()


def test_versions_stand_apart_and_copies_are_counted(archive, recommender):
    (version,) = recommender.versions("copy")
    assert version.id == STORIES[100].id
    assert [item.id for item in recommender.versions(STORIES[100].id)] == ["copy"]
    assert recommender.versions(STORIES[5].id) == ()
    everything = RelatedRequest(limit=50, minimum_score=0.0)
    for seed in ("copy", STORIES[100].id):
        ids = {item.id for item in recommender.for_article(seed, everything)}
        assert not ids & {"copy", STORIES[100].id}
    nearest = recommender.for_article("copy")[0].id
    for_nearest = recommender.for_article(nearest, everything)
    both = [item for item in for_nearest if item.id in {"copy", STORIES[100].id}]
    assert [item.copies for item in both] == [1]


def test_themes_are_those_of_a_full_decomposition(archive):
    _, generation = archive
    themes = StoredThemes(generation.related, generation.articles)
    assert generation.articles > SMALLEST_ARCHIVE
    assert themes.number == generation.articles // 16
    rows = generation.rows.rows(range(generation.articles))
    file = generation.related
    terms = file["themes.terms"].all()
    components = file["themes.components"].all().reshape(len(terms), themes.number)
    dense = rows[:, terms].toarray()
    kept = np.linalg.norm(dense @ components)
    best = np.linalg.svd(dense, compute_uv=False)[: themes.number]
    assert kept == pytest.approx(np.linalg.norm(best), rel=0.02)
    vectors = themes.of_documents(np.arange(20))
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(20), rel=1e-4)
    for number in range(20):
        vector = themes.of_row(generation.rows.row(number))
        assert vector == pytest.approx(vectors[number], abs=1e-4)


def test_a_text_enters_the_lists_in_which_it_would_stand(archive, recommender, similarities):
    _, generation = archive
    lists = StoredLists(generation.related)
    for number in (3, 250, 599):
        article = STORIES[number]
        document = generation.columns.document(article.id)
        text = "\n".join((article.title, *article.body))
        entered = {item.id for item in recommender.entered(text, limit=len(ARTICLES))}
        blend, _ = similarities
        expected = set()
        for other in range(generation.articles):
            others = np.delete(blend[other], [other])
            place = int((others > blend[other, document] + 1e-6).sum())
            # The article stands in the archive already, so the text must beat it or be it.
            fifth = lists.of(other).similarities[0, 4]
            if calibrated(blend[other, document]) < 0.0801:
                continue
            if other == document or blend[other, document] > fifth + 1e-6:
                assert other == document or place < 5
                expected.add(*generation.columns.ids([other]))
        assert expected - {article.id} <= entered
        assert all(
            blend[generation.columns.document(name), document] >=
            lists.of(generation.columns.document(name)).similarities[0, 4] - 1e-5
            for name in entered - {article.id}
        )  # fmt: skip


def test_what_is_stored_is_within_a_hair_of_exact(archive, similarities):
    _, generation = archive
    lists, (blend, _) = StoredLists(generation.related), similarities
    hits = 0
    for document in range(generation.articles):
        order = np.lexsort((-np.arange(generation.articles), -blend[document]))
        exact = [other for other in order if other != document][:5]
        hits += len(set(exact) & set(lists.of(document).documents[0, :5].tolist()))
    assert hits >= 0.97 * 5 * generation.articles
    assert lists.of(0).documents.shape == (1, LISTED)


def test_a_story_of_many_copies_leaves_room_for_others(tmp_path):
    body = STORIES[0].body
    copies = [
        replace(STORIES[0], id=f"copy{n:02d}", body=(*body, f"Part {n % 3}.")) for n in range(60)
    ]
    store, generations, _ = build(tmp_path, [*STORIES[:450], *copies])
    generation = generations.open_current()
    recommender = Recommender(generation, Visibility(generation, store))
    related = recommender.for_article("copy07", RelatedRequest(minimum_score=0))
    assert len(related) == 5
    assert not any(item.id.startswith("copy") for item in related)
    assert len(recommender.versions("copy07")) == 60
    nearest = recommender.for_article(related[0].id, RelatedRequest(minimum_score=0))
    assert sum(item.id == "s00000" or item.id.startswith("copy") for item in nearest) == 1
    assert max(item.copies for item in nearest) >= 25
    generation.close()
    store.close()


def test_similar_words_alone_count_in_a_small_archive(tmp_path):
    articles = [
        Article(id="a", title="Ferry strike", body=("The ferry crews strike in the harbour.",)),
        Article(id="b", title="Ferry strike ends", body=("Crews of the ferry sail again.",)),
        Article(id="c", title="Trout in the lake", body=("Anglers count the trout.",)),
    ]
    store, generations, _ = build(tmp_path, articles)
    generation = generations.open_current()
    recommender = Recommender(generation, Visibility(generation, store))
    (found,) = recommender.for_article("a")
    assert (found.id, found.themes) == ("b", 0.0)
    assert found.score == pytest.approx(float(calibrated(found.words)))
    generation.close()
    store.close()


def test_products_of_pairs_are_those_of_dense_rows(archive):
    _, generation = archive
    rows = generation.rows.rows(range(generation.articles))
    rng = np.random.default_rng(1)
    ones = np.sort(rng.integers(0, generation.articles, 500))
    others = rng.integers(0, generation.articles, 500)
    dense = rows.toarray()
    expected = (dense[ones] * dense[others]).sum(axis=1)
    vectors = StoredThemes(generation.related, generation.articles).of_documents(
        np.arange(generation.articles)
    )
    words, themes = products_of(rows, vectors, ones, others)
    assert words == pytest.approx(expected, rel=1e-4, abs=1e-6)
    expected = (vectors[ones] * vectors[others]).sum(axis=1)
    assert themes == pytest.approx(expected, rel=1e-4, abs=1e-5)
    assert [len(found) for found in products_of(rows, vectors, ones[:0], others[:0])] == [0, 0]
