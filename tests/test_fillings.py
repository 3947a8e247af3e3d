"""What fills blocks, counted at once: against the lists themselves, and article by article."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from articles.article import Article, Status
from articles.curation import Choice, Curation, Pick, Pin, PinKind, Span
from index.visibility import Visibility
from recommender.fillings import fillings_of
from recommender.lists import StoredLists
from recommender.recommender import Recommender
from recommender.related import RelatedRequest
from tests.archives import NOW, build, storied_articles
from web.block_report.files import thin_file
from web.block_report.thin import ThinRequest, thin_articles
from web.settings import Settings

LATER = datetime(2026, 9, 1, tzinfo=UTC)
WORDS = ("Zyxwvut quokka", "Flummery gazebo", "Kerfuffle", "Озеро наполнилось", "=Cmd <b>")
LONELY = [
    Article(
        id=f"lonely {number}",
        title=title,
        body=(f"{title} {title.lower()}.",),
        section="Odd" if number != 2 else "",
        language="ru" if number == 3 else "en",
        published=NOW - timedelta(days=400 + number),
    )
    for number, title in enumerate(WORDS)
]
STORIES = [
    replace(one, section="Politics" if number % 3 else "Sport")
    for number, one in enumerate(storied_articles(300))
]
COPIES = [
    replace(one, id=f"{one.id}-copy", published=one.published + timedelta(minutes=7))
    for one in STORIES[::10]
]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("fillings") / "home"


@pytest.fixture(scope="module")
def archive(home):
    store, generations, _ = build(home, [*STORIES, *COPIES, *LONELY])
    generation = generations.open_current()
    # What is opened late is open already: no test leaves it behind.
    thin_articles(
        generation,
        Visibility(generation, store),
        Curation(),
        Settings(home=home),
        NOW,
        ThinRequest(),
    )
    yield store, generation
    generation.close()
    store.close()


@pytest.fixture
def store(archive):
    return archive[0]


@pytest.fixture
def generation(archive):
    return archive[1]


def filled(generation, hidden=(), curation=Curation(), minimum_score=0.08, limit=5, **chosen):  # noqa: B008
    return fillings_of(
        generation,
        np.array(hidden, np.int64),
        curation,
        LATER,
        minimum_score=minimum_score,
        limit=limit,
        **chosen,
    )


def of(generation, found, article_id):
    """Return what fills the block of one article."""
    place = np.flatnonzero(found.documents == generation.columns.document(article_id))[0]
    counts = dict(zip(found.fillers, found.counts[place].tolist(), strict=True))
    return {filler: count for filler, count in counts.items() if count}


@pytest.fixture(scope="module")
def expired(tmp_path_factory):
    """A generation of which every seventh article has expired since, and who says so."""
    articles = [
        replace(one, expires=LATER - timedelta(days=1)) if number % 7 == 3 else one
        for number, one in enumerate([*STORIES, *COPIES, *LONELY])
    ]
    store, generations, _ = build(tmp_path_factory.mktemp("expired") / "home", articles)
    store.close()
    generation = generations.open_current()
    visibility = Visibility(generation, clock=LATER.timestamp)
    Recommender(generation, visibility).rank("s00001", RelatedRequest())
    yield generation, visibility
    generation.close()


@pytest.mark.parametrize("minimum_score", [0.08, 0.12, 0.2])
@pytest.mark.parametrize("limit", [1, 5, 12])
def test_as_many_are_similar_as_the_recommender_lists(expired, minimum_score, limit):
    generation, visibility = expired
    hidden = visibility.hidden()
    assert len(hidden) > 40
    recommender = Recommender(generation, visibility, minimum_score=minimum_score)
    found = filled(generation, hidden, minimum_score=minimum_score, limit=limit)
    assert set(found.documents.tolist()) == set(range(generation.articles)) - set(hidden.tolist())
    ids = generation.columns.ids(found.documents.tolist())
    request = RelatedRequest(limit=limit)
    wanted = [len(recommender.rank(article_id, request)) for article_id in ids]
    assert np.minimum(found.similar, limit).tolist() == wanted
    assert len(set(wanted)) > 1


def test_a_full_row_has_as_many_items_as_the_block(generation):
    found = filled(generation)
    assert found.counts.min() >= 0
    russian = found.documents == generation.columns.document("lonely 3")
    assert set(found.counts[~russian].sum(axis=1)) == {5}
    # Nothing else is in its language.
    assert found.counts[russian].sum() == 0
    assert found.totals() == dict(zip(found.fillers, found.counts.sum(axis=0), strict=True))


def test_each_step_gives_what_it_has(generation):
    found = filled(generation)
    assert of(generation, found, "lonely 0") == {"same_section": 2, "newest": 3}
    assert of(generation, found, "lonely 2") == {"newest": 5}
    picks = (Pick("s00003"), Pick("s00005", Span(ends=NOW)))
    curation = Curation(
        choices={"Odd": Choice("Odd", picks=picks), "": Choice("", picks=(Pick("s00007"),))},
        pins={
            "lonely 0": (
                Pin("lonely 0", "s00001", PinKind.PIN),
                Pin("lonely 0", "s00002", PinKind.PIN, Span(begins=LATER + timedelta(days=1))),
                Pin("lonely 0", "nobody", PinKind.PIN),
                Pin("lonely 0", "s00004", PinKind.HIDE),
            ),
            "nobody": (Pin("nobody", "s00001", PinKind.PIN),),
        },
    )
    found = filled(generation, curation=curation)
    assert of(generation, found, "lonely 0") == {
        "pinned": 1,
        "same_section": 2,
        "editors_choice": 2,
    }
    assert of(generation, found, "lonely 2") == {"editors_choice": 1, "newest": 4}
    hidden = [generation.columns.document("s00001"), generation.columns.document("lonely 1")]
    found = filled(generation, hidden, curation)
    assert of(generation, found, "lonely 0") == {
        "same_section": 1,
        "editors_choice": 2,
        "newest": 2,
    }


def test_the_chain_of_the_recipe_is_followed(generation):
    found = filled(generation, chain=("newest",))
    assert found.fillers == ("pinned", "newest")
    assert of(generation, found, "s00100") == {"newest": 5}
    found = filled(generation, chain=("same_section", "similar", "newest"))
    assert of(generation, found, "lonely 0") == {"same_section": 2, "newest": 3}
    assert of(generation, found, "s00100") == {"same_section": 5}


def test_running_stories_are_counted_as_they_are_stored(generation):
    """Every step of a running story counts, its own and what is similar already do not."""
    found = filled(generation, minimum_score=0.6, chain=("similar", "same_story", "newest"))
    lists = StoredLists(generation.related)
    stories = lists.beginnings(np.arange(generation.articles))
    some = 0
    for place, document in enumerate(found.documents.tolist()):
        story = int(stories[document])
        chain = {*lists.running.earlier(story), *lists.running.later(story)}
        near = lists.of(document)
        scores = 1 / (1 + np.exp(-(4.84 * near.similarities[0].astype(float) - 2.99)))
        listed = near.documents[0]
        good = (listed >= 0) & (scores >= 0.6)
        similar = {int(stories[one]) for one in listed[good]} - {story}
        wanted = min(len(chain - similar), 5 - min(len(similar), 5))
        assert found.counts[place, 2] == wanted
        some += wanted
    assert some


@pytest.fixture
def settings(home):
    return Settings(home=home, recipes={"strict": {"minimum_score": 0.3}})


def thin(generation, store, settings, **asked):
    visibility = Visibility(generation, store)
    return thin_articles(generation, visibility, Curation(), settings, LATER, ThinRequest(**asked))


def test_thin_articles_are_listed_newest_first(generation, store, settings):
    found = thin(generation, store, settings)
    assert found.empty == found.found >= 5
    assert found.articles == len(STORIES) + len(COPIES) + len(LONELY)
    assert [one.id for one in thin(generation, store, settings, section="Odd").shown] == [
        "lonely 0",
        "lonely 1",
        "lonely 3",
        "lonely 4",
    ]
    second = thin(generation, store, settings, section="Odd", offset=1, limit=1)
    assert [one.id for one in second.shown] == ["lonely 1"]
    assert second.found == 4
    assert [one.id for one in thin(generation, store, settings, language="ru").shown] == [
        "lonely 3"
    ]
    for strange in ({"section": "\ud800"}, {"section": "odd"}, {"language": "' OR 1=1"}):
        assert thin(generation, store, settings, **strange).shown == ()
    everything = thin(generation, store, settings, similar=30, limit=10_000)
    assert everything.found == len(everything.shown) == found.articles
    dates = [one.published for one in everything.shown]
    assert dates == sorted(dates, reverse=True)


def test_sections_and_languages_add_up(generation, store, settings):
    found = thin(generation, store, settings, similar=30, limit=10_000)
    for name, groups in (("section", found.sections), ("language", found.languages)):
        for group in groups:
            members = [one for one in found.shown if getattr(one, name) == group.name]
            assert group.articles == len(members)
            assert group.empty == sum(one.similar == 0 for one in members)
            assert group.short == sum(one.similar < 5 for one in members)
    assert sum(group.articles for group in found.languages) == found.articles
    assert found.empty == sum(one.similar == 0 for one in found.shown)
    assert found.unfilled == sum(sum(one.fillers.values()) < 5 for one in found.shown) == 1
    assert sum(found.items.values()) == sum(sum(one.fillers.values()) for one in found.shown)


def test_the_usual_recipe_says_what_is_similar(generation, store, settings):
    strict = settings.model_copy(update={"related_recipe": "strict"})
    strict.__dict__.pop("recipe_plan", None)
    found = thin(generation, store, strict)
    assert (found.recipe, found.minimum_score) == ("strict", 0.3)
    assert found.short > thin(generation, store, settings).short


def test_what_was_withdrawn_since_the_build_is_not_thin(generation, store, settings):
    store.upsert([replace(LONELY[0], status=Status.WITHDRAWN)], LATER)
    found = thin(generation, store, settings, section="Odd")
    store.upsert([LONELY[0]], LATER)
    assert [one.id for one in found.shown] == ["lonely 1", "lonely 3", "lonely 4"]


def test_no_title_is_a_formula_in_a_spreadsheet(generation, store, settings):
    lines = "".join(thin_file(thin(generation, store, settings, section="Odd").shown))
    assert lines.startswith("\ufeffid,title,section")
    assert ",'=Cmd <b>," in lines
    assert len(lines.splitlines()) == 5
